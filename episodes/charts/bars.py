"""Bars: hours of the night, lengths, sorted lists, and rows of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from episodes.charts.marks import HATCH, TEXT, WIDTH, Drawing, Label, Shape, box, column, line
from episodes.charts.words import gettext_noop
from episodes.stats.periods.cramps import HOURS_PER_BAR, HourTrend

TOP, HEIGHT = 22, 108
NIGHT_FIRST_HOUR, NIGHT_LAST_HOUR = 18, 10
LIST_ROW_HEIGHT, LIST_BAR_HEIGHT = 46, 14
ROW_HEIGHT, BAR_HEIGHT = 54, 22


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a row: its CSS class and how many it stands for."""

    css_class: str
    count: int
    is_hatched: bool = False


def hour_drawing(trend: HourTrend) -> Drawing:
    """Return a column for every two hours; of a noon window the day is left out while it holds no cramp."""
    hours = [(trend.starts_at_hour + HOURS_PER_BAR * index) % 24 for index in range(len(trend.bars))]
    shown = list(zip(hours, trend.bars, strict=True))
    night = [(hour, count) for hour, count in shown if hour >= NIGHT_FIRST_HOUR or hour < NIGHT_LAST_HOUR]
    if trend.starts_at_hour == 12 and sum(count for _, count in night) == trend.timed:
        shown = night
    drawing = column_drawing([count for _, count in shown])
    pitch = WIDTH / len(shown)
    every = 1 if len(shown) <= 8 else 2
    edges = [hour for hour, _ in shown] + [(shown[-1][0] + HOURS_PER_BAR) % 24]
    ticks = [
        Label(min(max(index * pitch, 11), WIDTH - 11), TOP + HEIGHT + 22, str(hour))
        for index, hour in enumerate(edges)
        if index % every == 0
    ]
    unit = Label(WIDTH / 2, TOP + HEIGHT + 46, gettext_noop("o’clock"), is_word=True)
    return Drawing(TOP + HEIGHT + 54, drawing.shapes, (*drawing.labels, *ticks, unit))


def length_drawing(bins: Sequence[tuple[str, int]]) -> Drawing:
    """Return a column for each length with a mark at ten minutes, before the last bin.

    bins: words of the bin and its cramps.
    """
    drawing = column_drawing([count for _, count in bins])
    pitch = WIDTH / len(bins)
    words = [
        Label(pitch * (index + 0.5), TOP + HEIGHT + 22, text, is_word=True)
        for index, (text, _) in enumerate(bins)
    ]
    at_ten = pitch * (len(bins) - 1)
    unit = Label(WIDTH / 2, TOP + HEIGHT + 46, gettext_noop("minutes"), is_word=True)
    return Drawing(
        TOP + HEIGHT + 54,
        (*drawing.shapes, Shape("limit", line(at_ten, TOP - 14, at_ten, TOP + HEIGHT))),
        (*drawing.labels, *words, unit),
    )


def column_drawing(counts: Sequence[int]) -> Drawing:
    """Return columns from zero with their number on top, across the whole width."""
    pitch = WIDTH / len(counts)
    largest = max(1, *counts)
    gap = 6 if pitch > 20 else 3
    base = TOP + HEIGHT
    path, labels = [], []
    for index, count in enumerate(counts):
        height = HEIGHT * count / largest
        if count:
            path.append(column(index * pitch + gap / 2, base - height, pitch - gap, height))
        css_class = "value-label" if count else "axis-label"
        labels.append(Label((index + 0.5) * pitch, base - height - 6, str(count), css_class))
    shapes = [Shape("axis", line(0, base + 0.5, WIDTH, base + 0.5))]
    if path:
        shapes.insert(0, Shape("bar", "".join(path)))
    return Drawing(base + 6, tuple(shapes), tuple(labels))


def list_drawing(rows: Sequence[tuple[str, int]]) -> Drawing:
    """Return sorted bars, each under its words, with the number at its end."""
    largest = max(1, *(count for _, count in rows))
    room = WIDTH - 10 - 11 * len(str(largest))
    path, labels = [], []
    for index, (text, count) in enumerate(rows):
        y = index * LIST_ROW_HEIGHT
        width = max(room * count / largest, 2.0) if count else 0.0
        labels.append(Label(0, y + TEXT, text, "row-label", "start", is_word=True))
        if count:
            path.append(box(0, y + 22, width, LIST_BAR_HEIGHT, 4))
        labels.append(Label(width + 7, y + 22 + 12.5, str(count), "value-label", "start"))
    shapes = (Shape("bar", "".join(path)),) if path else ()
    return Drawing(len(rows) * LIST_ROW_HEIGHT, shapes, tuple(labels))


def segment_drawing(rows: Sequence[tuple[str, Sequence[Segment]]]) -> Drawing:
    """Return rows of segments on one scale from zero: a longer row stands for more.

    Each segment carries its number where it fits.
    """
    largest = max(1, *(sum(segment.count for segment in segments) for _, segments in rows))
    paths: dict[str, list[str]] = {}
    fills: dict[str, str] = {}
    labels = []
    for index, (text, segments) in enumerate(rows):
        y = index * ROW_HEIGHT
        labels.append(Label(0, y + TEXT, text, "row-label", "start", is_word=True))
        x = 0.0
        for segment in segments:
            if not segment.count:
                continue
            width = WIDTH * segment.count / largest
            paths.setdefault(segment.css_class, []).append(box(x, y + 23, max(width - 2, 1), BAR_HEIGHT, 3))
            fills[segment.css_class] = HATCH if segment.is_hatched else ""
            if width >= 10 * len(str(segment.count)) + 8:
                labels.append(
                    Label(x + (width - 2) / 2, y + 23 + 16.5, str(segment.count), f"on-{segment.css_class}")
                )
            x += width
    shapes = tuple(Shape(css_class, "".join(path), fills[css_class]) for css_class, path in paths.items())
    return Drawing(len(rows) * ROW_HEIGHT, shapes, tuple(labels))
