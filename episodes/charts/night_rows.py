"""Every night of a period as one mark, a week or four weeks to a row, for paper.

Black, white and hatching alone, so that a copying machine keeps every meaning: a cramp is a black box
with its number, a quiet night a ring, a night not written hatched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.charts.marks import AWAY, CRAMP, QUIET, UNSURE, UNWRITTEN, box, line, ring
from episodes.stats.records import NightRecord

WIDTH = 340
LEFT, RIGHT = 46, 56
WEEKLY_ROWS_MOST = 8
MARK_HEIGHT, ROW_HEIGHT = 17, 21
KIND_OF = {"cramps": CRAMP, "no_cramps": QUIET, "unsure": UNSURE, "not_in_bed": AWAY}


@dataclass(frozen=True)
class RowLabel:
    """One row: its first evening, and its cramp nights of its nights with an answer."""

    first: dt.date
    cramps: int
    counted: int
    y: float


@dataclass(frozen=True)
class NightRows:
    """filled: cramp nights; outlined: boxes and signs of the others; hatching: nights not written.

    numbers: (x, y, cramps) in white on the filled boxes; signs: (x, y, sign) of nights not sure.
    """

    width: int
    height: int
    filled: str
    outlined: str
    hatching: str
    numbers: tuple[tuple[float, float, int], ...]
    signs: tuple[tuple[float, float, str], ...]
    rows: tuple[RowLabel, ...]
    number_x: float
    nights_in_row: int


def night_rows(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> NightRows:
    """Return the drawing of all nights between two evenings, both included, oldest first.

    nights: in any order; an evening without a record, or without an outcome, is not written.
    """
    days = (last - first).days + 1
    per_row = 7 if days <= 7 * WEEKLY_ROWS_MOST else 28
    by_date = {night.date: night for night in nights}
    pitch = (WIDTH - LEFT - RIGHT) / per_row
    pen = _Pen(pitch)
    rows = []
    for start in range(0, days, per_row):
        y = start // per_row * ROW_HEIGHT
        row = [first + dt.timedelta(days=day) for day in range(start, min(start + per_row, days))]
        for place, date in enumerate(row):
            pen.draw(by_date.get(date), LEFT + place * pitch, y)
        rows.append(_label(row, by_date, y + MARK_HEIGHT / 2))
    return NightRows(
        width=WIDTH,
        height=len(rows) * ROW_HEIGHT,
        filled="".join(pen.filled),
        outlined="".join(pen.outlined),
        hatching="".join(pen.hatching),
        numbers=tuple(pen.numbers),
        signs=tuple(pen.signs),
        rows=tuple(rows),
        number_x=WIDTH - RIGHT + 8,
        nights_in_row=per_row,
    )


def _label(row: Sequence[dt.date], by_date: Mapping[dt.date, NightRecord], y: float) -> RowLabel:
    written = [by_date[date] for date in row if date in by_date]
    return RowLabel(
        first=row[0],
        cramps=sum(night.outcome == "cramps" for night in written),
        counted=sum(night.is_counted for night in written),
        y=y,
    )


class _Pen:
    """Collects the marks of a drawing, one path for each look."""

    def __init__(self, pitch: float) -> None:
        self.width = pitch - (4 if pitch > 12 else 1.5)
        self.filled: list[str] = []
        self.outlined: list[str] = []
        self.hatching: list[str] = []
        self.numbers: list[tuple[float, float, int]] = []
        self.signs: list[tuple[float, float, str]] = []

    def draw(self, night: NightRecord | None, x: float, y: float) -> None:
        outline = box(x, y + 0.5, self.width, MARK_HEIGHT - 1, 2)
        centre = (x + self.width / 2, y + MARK_HEIGHT / 2)
        kind = KIND_OF.get(night.outcome or "", UNWRITTEN) if night is not None else UNWRITTEN
        if kind == CRAMP and night is not None:
            self.filled.append(outline)
            self.numbers.append((*centre, night.shown_count))
            return
        if kind == QUIET:
            self.outlined.append(ring(*centre, min(self.width, MARK_HEIGHT) * 0.3))
            return
        self.outlined.append(outline)
        if kind == UNSURE:
            self.signs.append((*centre, "?"))
        elif kind == AWAY:
            self.signs.append((*centre, "–"))
        else:
            self.hatching.append(_hatching(x, y + 0.5, self.width, MARK_HEIGHT - 1))


def _hatching(x: float, y: float, width: float, height: float, step: float = 4) -> str:
    """Return the diagonal lines inside a box; written out, because not every printer knows patterns."""
    path = []
    offset = step
    while offset < width + height:
        left, right = max(0.0, offset - height), min(offset, width)
        path.append(line(x + left, y + (offset - left), x + right, y + (offset - right)))
        offset += step
    return "".join(path)
