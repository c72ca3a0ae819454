"""Columns over time: nights stacked by week, and cramps as dots with their middle line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from episodes.charts.marks import (
    AWAY,
    CRAMP,
    HATCH,
    QUIET,
    TEXT,
    UNSURE,
    UNWRITTEN,
    WIDTH,
    Drawing,
    Label,
    Mark,
    Shape,
    box,
    dots,
    line,
    number,
    shapes_of,
)
from episodes.stats.periods.cramps import MedianPoint
from episodes.stats.periods.summaries import OutcomeColumn, OutcomeTrend

STACK_TOP = 4
NIGHT_HEIGHT = 17
GAP = 3
COLUMN_WIDTH_MAXIMUM = 36
STACK_HEIGHT = 7 * (NIGHT_HEIGHT + GAP)
#: Room of a date below a drawing, and of a digit, in units.
DATE_SPACE = {"j M": 54, "M Y": 76}
DIGIT_WIDTH = 10

PLOT_TOP, PLOT_HEIGHT, GUTTER = 10, 112, 28


def column_marks(trend: OutcomeTrend) -> tuple[Mark, ...]:
    """Return the night marks of all columns, cramps at the bottom, nights not written on top.

    A weekly column has one mark a night; a longer one has one block for each kind of night.
    """
    marks: list[Mark] = []
    for index, one in enumerate(trend.columns):
        x, width = column_place(index, len(trend.columns))
        bottom = float(STACK_TOP + STACK_HEIGHT)
        per_night = STACK_HEIGHT / (7 * trend.weeks_per_column)
        for kind, nights in _stack(one):
            if trend.weeks_per_column == 1:
                for _ in range(nights):
                    bottom -= per_night
                    marks.append(Mark(kind, x, bottom + GAP, width, NIGHT_HEIGHT))
            elif nights:
                bottom -= nights * per_night
                marks.append(Mark(kind, x, bottom, width, nights * per_night))
    return tuple(marks)


def column_place(index: int, columns: int) -> tuple[float, float]:
    """Return left edge and width of a column; few columns stand together in the middle of the drawing."""
    pitch = min(COLUMN_WIDTH_MAXIMUM, WIDTH / columns)
    gap = GAP if pitch > 9 else 1.5
    return (WIDTH - pitch * columns) / 2 + index * pitch + gap / 2, pitch - gap


def outcome_drawing(trend: OutcomeTrend) -> Drawing:
    """Return the stacks of nights with the number of cramp nights and dates below."""
    base = STACK_TOP + STACK_HEIGHT
    marks = column_marks(trend)
    shapes = shapes_of(marks) if trend.weeks_per_column == 1 else _blocks(marks)
    return Drawing(
        height=base + 46,
        shapes=(*shapes, Shape("axis", line(0, base + 2, WIDTH, base + 2))),
        labels=(*_column_numbers(trend.columns, base + 20), *_column_dates(trend.columns, base + 40)),
    )


def dot_drawing(
    points: Sequence[tuple[dt.date, float]],
    middle: Sequence[MedianPoint],
    first: dt.date,
    last: dt.date,
    *,
    top: int,
    ticks: Sequence[int],
) -> Drawing:
    """Return a dot for every cramp over time and the middle line of 28 days.

    top: value at the upper edge; what lies above it is drawn as a triangle on the edge.
    """
    base = PLOT_TOP + PLOT_HEIGHT
    span = max(1, (last - first).days)

    def place(date: dt.date, value: float) -> tuple[float, float]:
        x = GUTTER + 6 + (WIDTH - GUTTER - 12) * ((date - first).days / span)
        return x, base - PLOT_HEIGHT * min(value, top) / top

    def height(value: int) -> float:
        return base - PLOT_HEIGHT * value / top

    inside = [place(date, value) for date, value in points if value <= top]
    above = [place(date, value)[0] for date, value in points if value > top]
    shapes = [
        Shape("gridline", "".join(line(GUTTER, height(tick), WIDTH, height(tick)) for tick in ticks if tick)),
        Shape("axis", line(GUTTER, base, WIDTH, base)),
    ]
    if inside:
        shapes.append(Shape("mark-dot", dots(inside)))
    if above:
        triangles = "".join(f"M{number(x - 5)} {PLOT_TOP + 4}h10l-5 -9z" for x in above)
        shapes.append(Shape("mark-above", triangles))
    if path := _middle_path([(place(p.date, p.value) if p.value is not None else None) for p in middle]):
        shapes.append(Shape("middle-line", path))
    labels = [Label(GUTTER - 7, height(tick) + TEXT / 3, str(tick), anchor="end") for tick in ticks]
    labels += [
        Label(GUTTER, base + 22, date=first, date_format=_date_format(first, last), anchor="start"),
        Label(WIDTH, base + 22, date=last, date_format=_date_format(first, last), anchor="end"),
    ]
    return Drawing(height=base + 28, shapes=tuple(shapes), labels=tuple(labels))


def _stack(one: OutcomeColumn) -> tuple[tuple[str, int], ...]:
    return (
        (CRAMP, one.cramps),
        (QUIET, one.no_cramps),
        (UNSURE, one.unsure),
        (AWAY, one.not_in_bed),
        (UNWRITTEN, one.not_written),
    )


def _blocks(marks: Sequence[Mark]) -> tuple[Shape, ...]:
    """Return blocks of many nights, without the sign of a single night.

    Not sure and not in bed share one look: their blocks are a few units high.
    """
    paths: dict[str, list[str]] = {}
    for mark in marks:
        kind = "other" if mark.kind in (UNSURE, AWAY) else mark.kind
        paths.setdefault(kind, []).append(box(mark.x, mark.y, mark.width, mark.height))
    return tuple(
        Shape(f"block-{kind}", "".join(path), HATCH if kind == UNWRITTEN else "")
        for kind, path in sorted(paths.items())
    )


def _column_numbers(columns: Sequence[OutcomeColumn], y: float) -> list[Label]:
    """Return the number of cramp nights below each column that has an answer; a few where space is scarce."""
    labels = []
    free_from = float("-inf")
    for index, one in enumerate(columns):
        x, width = column_place(index, len(columns))
        text = str(one.cramps)
        room = len(text) * DIGIT_WIDTH
        centre = min(max(x + width / 2, room / 2), WIDTH - room / 2)
        if one.counted and centre - room / 2 >= free_from:
            labels.append(Label(centre, y, text, "value-label"))
            free_from = centre + room / 2 + 5
    return labels


def _column_dates(columns: Sequence[OutcomeColumn], y: float) -> list[Label]:
    """Return the first dates of some columns, as many as fit without touching."""
    date_format = _date_format(columns[0].first, columns[-1].last)
    labels = []
    free_from = float("-inf")
    for index, one in enumerate(columns):
        x, _ = column_place(index, len(columns))
        if x < free_from or x > WIDTH - DATE_SPACE[date_format]:
            continue
        labels.append(Label(x, y, date=one.first, date_format=date_format, anchor="start"))
        free_from = x + DATE_SPACE[date_format] + 20
    return labels


def _date_format(first: dt.date, last: dt.date) -> str:
    return "j M" if (last - first).days < 360 else "M Y"


def _middle_path(points: Sequence[tuple[float, float] | None]) -> str:
    """Return the line through the points, broken where a middle value is unknown."""
    path = []
    pen_down = False
    for point in points:
        if point is None:
            pen_down = False
            continue
        path.append(f"{'L' if pen_down else 'M'}{number(point[0])} {number(point[1])}")
        if not pen_down:
            path.append("h0")
        pen_down = True
    return "".join(path)
