"""Cramp nights by week of a pregnancy and of the six weeks after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

DAYS_TO_DUE_DATE = 280
LAST_WEEK = 42
WEEKS_AFTER = 6
WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class PregnancyWeek:
    """One week. number: completed weeks, or weeks since the end; counted: nights with cramp or without."""

    number: int
    is_after: bool
    cramps: int
    counted: int


def pregnancy_weeks(
    outcomes: Iterable[tuple[dt.date, str | None]], *, due_on: dt.date, ended_on: dt.date | None
) -> tuple[PregnancyWeek, ...]:
    """Return the weeks from the first to the last night given, weeks between without a night included.

    outcomes: evening date and outcome; other outcomes than cramps and no_cramps count nowhere. Week 0 begins
    280 days before the due date. Nights from the end on count as weeks after it, at most six; nights before
    week 0 or after week 42 are left out. Method: docs/statistics.md#pregnancy.
    """
    start = due_on - dt.timedelta(days=DAYS_TO_DUE_DATE)
    found: dict[tuple[bool, int], list[int]] = {}
    for date, outcome in outcomes:
        is_after = ended_on is not None and date >= ended_on
        number = (date - (ended_on if ended_on is not None and is_after else start)).days // 7
        if number < 0 or number > (WEEKS_AFTER - 1 if is_after else LAST_WEEK):
            continue
        counts = found.setdefault((is_after, number + is_after), [0, 0])
        counts[0] += outcome == "cramps"
        counts[1] += outcome in ("cramps", "no_cramps")
    weeks = []
    for is_after in (False, True):
        numbers = [number for after, number in found if after == is_after]
        for number in range(min(numbers), max(numbers) + 1) if numbers else ():
            cramps, counted = found.get((is_after, number), (0, 0))
            weeks.append(PregnancyWeek(number, is_after, cramps, counted))
    return tuple(weeks)
