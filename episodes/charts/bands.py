"""Long-term facts as bands under a time chart: from when to when, open where an end is not known.

`fact_bands` takes facts and the columns of the chart, so that both are drawn in one box. Every band comes with the words a template needs, so
that nothing rests on the drawing; facts without a date are returned apart, to be said and not drawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.charts.columns import column_place
from episodes.charts.marks import WIDTH, box, number
from episodes.stats.periods.summaries import OutcomeColumn

HEIGHT = 14
BANDS_DRAWN = 8


@dataclass(frozen=True)
class Fact:
    """A condition or medicine. words: a text to be translated; name: the patient's own name for it, or ''."""

    words: str
    first: dt.date | None
    last: dt.date | None
    name: str = ""


@dataclass(frozen=True)
class Band:
    """One fact inside a range. d: path of the bar; its pointed end says that it goes on or began earlier."""

    fact: Fact
    d: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class FactBands:
    """drawn: at most eight, the latest begun first; more: further ones in the range; undated: no date known."""

    drawn: tuple[Band, ...]
    more: int
    undated: tuple[Fact, ...]

    def __bool__(self) -> bool:
        return bool(self.drawn or self.undated)


def fact_bands(
    facts: Sequence[Fact], columns: Sequence[OutcomeColumn], *, most: int = BANDS_DRAWN
) -> FactBands:
    """Return the bands of the facts that touch the nights of a chart, in the coordinates of that chart.

    columns: of the chart above. A band reaches from the left edge of the column in which it begins to the right
    edge of the one in which it ends. A start alone is open to the right, an end alone open to the left.
    """
    first, last = columns[0].first, columns[-1].last
    inside = sorted(
        (fact for fact in facts if _is_dated(fact) and _touches(fact, first, last)),
        key=lambda fact: (fact.first or dt.date.min, fact.words),
        reverse=True,
    )
    undated = tuple(fact for fact in facts if not _is_dated(fact))
    drawn = tuple(Band(fact, _bar(fact, columns)) for fact in inside[:most])
    return FactBands(drawn, max(0, len(inside) - most), undated)


def _is_dated(fact: Fact) -> bool:
    return fact.first is not None or fact.last is not None


def _touches(fact: Fact, first: dt.date, last: dt.date) -> bool:
    return (fact.first is None or fact.first <= last) and (fact.last is None or fact.last >= first)


def _bar(fact: Fact, columns: Sequence[OutcomeColumn]) -> str:
    """Return a box under the columns of the days; an end beyond the chart, or not known, is a point."""
    starts_here = fact.first is not None and fact.first >= columns[0].first
    ends_here = fact.last is not None and fact.last <= columns[-1].last
    x, _ = column_place(_column_of(fact.first, columns) if starts_here else 0, len(columns))
    end, last_width = column_place(
        _column_of(fact.last, columns) if ends_here else len(columns) - 1, len(columns)
    )
    width = end + last_width - x
    if starts_here and ends_here:
        return box(x, 1, width, HEIGHT - 2, 3)
    tip = min(7.0, width / 2)
    back = tip if not starts_here else 0.0
    ahead = tip if not ends_here else 0.0
    middle, bottom = number(HEIGHT / 2), number(HEIGHT - 1)
    return (
        f"M{number(x + back)} 1H{number(x + width - ahead)}L{number(x + width)} {middle if ahead else 1}"
        f"{'' if ahead else f'V{bottom}'}L{number(x + width - ahead)} {bottom}H{number(x + back)}"
        f"L{number(x)} {middle if back else bottom}z"
    )


def _column_of(date: dt.date | None, columns: Sequence[OutcomeColumn]) -> int:
    return next(index for index, column in enumerate(columns) if date is not None and date <= column.last)
