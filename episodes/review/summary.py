"""The numbers on top of a review: completeness first, every number with its denominator. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.stats.periods import summaries as stats
from episodes.stats.periods.cramps import whole_minutes
from episodes.stats.periods.numbers import period_numbers
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class CrampNights:
    """Cramp nights of counted nights between two evenings."""

    first: dt.date
    last: dt.date
    cramps: int
    counted: int


@dataclass(frozen=True)
class ReviewSummary:
    """Counts of one period; a middle value is None where nobody answered.

    late: written more than three days after; lateness_unknown: imported without a time. usual,
    habits_before: of the nights with any habit answered. restless: of the nights with that answer. described: cramps with details of all cramps.
    """

    nights_in_period: int
    written: int
    late: int
    lateness_unknown: int
    habit_nights: int
    usual: int
    habits_before: int
    now: CrampNights
    before: CrampNights | None
    cramps: int
    described: int
    pain_answers: int
    pain_middle: float | None
    pain_worst: int | None
    length_answers: int
    length_middle_minutes: int | None
    over_ten_minutes: int
    woken_answers: int
    woken: int
    disturbance_answers: int
    disturbance_middle: float | None
    sore_answers: int
    sore: int
    leg_signs: int
    weak: int
    numb: int
    restless: int
    restless_answers: int
    last_written: dt.date | None


def cramp_nights(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> CrampNights:
    """Return how many of the counted nights between two evenings, both included, had a cramp."""
    part = stats.cramp_nights(stats.nights_between(nights, first, last))
    return CrampNights(first, last, part.x, part.n)


def review_summary(
    nights: Sequence[NightRecord], first: dt.date, last: dt.date, before: CrampNights | None = None
) -> ReviewSummary:
    """Return the summary of the nights between two evenings, both included.

    before: the same count for the period before, None where the whole diary is shown.
    """
    numbers = period_numbers(nights, first, last)
    return ReviewSummary(
        nights_in_period=numbers.nights,
        written=numbers.written,
        late=numbers.late,
        lateness_unknown=numbers.lateness_unknown,
        habit_nights=numbers.habit_nights,
        usual=numbers.usual,
        habits_before=numbers.before_night,
        now=CrampNights(first, last, numbers.cramp_nights.x, numbers.cramp_nights.n),
        before=before,
        cramps=numbers.cramps,
        described=numbers.described,
        pain_answers=numbers.pain.n,
        pain_middle=numbers.pain.value,
        pain_worst=numbers.worst_pain,
        length_answers=numbers.minutes.n,
        length_middle_minutes=whole_minutes(numbers.minutes.value),
        over_ten_minutes=numbers.over_ten.x,
        woken_answers=numbers.woken.n,
        woken=numbers.woken.x,
        disturbance_answers=numbers.sleep_disturbed.n,
        disturbance_middle=numbers.sleep_disturbed.value,
        sore_answers=numbers.soreness.nights,
        sore=numbers.soreness.still_sore,
        leg_signs=numbers.leg_signs,
        weak=numbers.weak,
        numb=numbers.numb,
        restless=numbers.restless.x,
        restless_answers=numbers.restless.n,
        last_written=numbers.last_written,
    )
