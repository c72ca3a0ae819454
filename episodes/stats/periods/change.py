"""Cramp nights before and after a date: equal whole weeks on both sides, both with their denominators.

It describes two stretches of one diary. It cannot say what made them differ, and no page may.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.stats.periods.summaries import Coverage, Enough, cover, nights_between
from episodes.stats.proportions import Difference, Share, newcombe_difference, share
from episodes.stats.records import NightRecord

WEEKS_MAXIMUM = 12
"""Longer stretches hold more seasons and other changes than they add nights."""

SIDE_MINIMUM = 14


@dataclass(frozen=True)
class Side:
    """One stretch of nights; last is inclusive. cramps: cramp nights of counted nights."""

    first: dt.date
    last: dt.date
    cramps: Share
    coverage: Coverage
    enough: Enough

    @property
    def of_28(self) -> int:
        """Return about how many of 28 nights had a cramp, 0 without a counted night."""
        return round(28 * self.cramps.x / self.cramps.n) if self.cramps.n else 0


@dataclass(frozen=True)
class BeforeAfter:
    """Both sides of a date. difference: share after minus share before, None while a side is too small.

    direction: less, more, or none while the 95 % interval of the difference holds zero.
    """

    start: dt.date
    weeks: int
    before: Side
    after: Side
    difference: Difference | None
    direction: str

    @property
    def is_enough(self) -> bool:
        return self.difference is not None


def weeks_on_each_side(begun: dt.date, start: dt.date, last: dt.date) -> int:
    """Return the whole weeks that fit between `begun` and `start` and between `start` and `last`, at most 12.

    Whole weeks, so that each side has every weekday equally often. 0 when no week fits.
    """
    before, after = (start - begun).days, (last - start).days + 1
    return max(0, min(before, after, 7 * WEEKS_MAXIMUM) // 7)


def before_after(nights: Sequence[NightRecord], start: dt.date, weeks: int) -> BeforeAfter:
    """Return `weeks` weeks before the night of `start` beside `weeks` weeks from it on.

    nights: records in any order; those outside the two stretches are ignored. Nights not written, not sure
    and not in bed are in no share. With under 14 counted nights on a side there is no difference. Raises
    ValueError unless weeks is at least 1. Method: docs/statistics.md#before-and-after.
    """
    if weeks < 1:
        raise ValueError("A comparison needs at least one week on each side.")
    span = dt.timedelta(days=7 * weeks)
    one = dt.timedelta(days=1)
    before = _side(nights, start - span, start - one)
    after = _side(nights, start, start + span - one)
    difference = None
    if before.enough.is_reached and after.enough.is_reached:
        difference = newcombe_difference(after.cramps.x, after.cramps.n, before.cramps.x, before.cramps.n)
    direction = "none"
    if difference is not None and difference.excludes_zero:
        direction = "more" if difference.low > 0 else "less"
    return BeforeAfter(start, weeks, before, after, difference, direction)


def _side(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> Side:
    chosen = nights_between(nights, first, last)
    coverage = cover(chosen, first, last)
    cramps = sum(night.outcome == "cramps" for night in chosen)
    return Side(first, last, share(cramps, coverage.used), coverage, Enough(coverage.used, SIDE_MINIMUM))
