"""Every number of the nights between two evenings, each with one definition: docs/statistics.md#one-number.

The visit report, the clinician's review and the five lines to copy read these; the cards of the trends are made from
the same functions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from episodes.stats.periods.after_cramps import SorenessTrend, soreness_trend
from episodes.stats.periods.cramps import duration_trend, length_minutes
from episodes.stats.periods.summaries import (
    Coverage,
    Middle,
    Part,
    cover,
    cramp_nights,
    middle_of,
    nights_between,
)
from episodes.stats.records import EpisodeRecord, NightRecord

Row = TypeVar("Row")
LEGS = ("left", "right", "both")


@dataclass(frozen=True)
class PeriodNumbers:
    """written, late, lateness_unknown: nights. habit_nights: nights with any habit answered; usual and before_night
    are of them.

    cramps: stated or described; described: with details. over_ten: cramps over ten minutes of those with a length.
    woken, falls: of the described cramps with that answer. sleep_disturbed, soreness, quality_cramps: of cramp
    nights; quality_quiet: of nights without one. restless: yes, of all nights with that answer. leg_signs, weak,
    numb: nights.
    """

    nights: int
    written: int
    last_written: dt.date | None
    late: int
    lateness_unknown: int
    coverage: Coverage
    habit_nights: int
    usual: int
    before_night: int
    cramp_nights: Part
    cramps: int
    described: int
    pain: Middle
    worst_pain: int | None
    minutes: Middle
    over_ten: Part
    woken: Part
    falls: Part
    sleep_disturbed: Middle
    quality_cramps: Middle
    quality_quiet: Middle
    soreness: SorenessTrend
    restless: Part
    leg_signs: int
    weak: int
    numb: int


def period_numbers(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> PeriodNumbers:
    """Return the numbers of the nights from `first` to `last`, both included; others are ignored."""
    nights = nights_between(nights, first, last)
    written = [night for night in nights if night.is_written]
    habits = [night for night in nights if night.habits_source is not None or night.habits_before_night]
    with_cramp = [night for night in nights if night.outcome == "cramps"]
    quiet = [night for night in nights if night.outcome == "no_cramps"]
    cramps = [episode for night in with_cramp for episode in night.episodes]
    pains = _answers(cramps, lambda cramp: cramp.pain_0_10)
    lengths = duration_trend(nights, first, last)
    return PeriodNumbers(
        nights=(last - first).days + 1,
        written=len(written),
        last_written=max((night.date for night in written), default=None),
        late=sum(night.is_late is True for night in written),
        lateness_unknown=sum(night.is_late is None for night in written),
        coverage=cover(nights, first, last),
        habit_nights=len(habits),
        usual=sum(night.habits_source in ("usual", "usual_changed") for night in habits),
        before_night=sum(night.habits_before_night for night in habits),
        cramp_nights=cramp_nights(nights),
        cramps=sum(night.shown_count for night in nights),
        described=len(cramps),
        pain=middle_of(pains),
        worst_pain=max(pains, default=None),
        minutes=middle_of([length for cramp in cramps if (length := length_minutes(cramp)) is not None]),
        over_ten=Part(lengths.over_10, lengths.answered),
        woken=_yes(cramps, lambda cramp: cramp.woke_me),
        falls=_yes(cramps, lambda cramp: cramp.fell),
        sleep_disturbed=middle_of(_answers(with_cramp, lambda night: night.sleep_disturbance_0_10)),
        quality_cramps=middle_of(_answers(with_cramp, lambda night: night.sleep_quality_1_5)),
        quality_quiet=middle_of(_answers(quiet, lambda night: night.sleep_quality_1_5)),
        soreness=soreness_trend(nights, first, last),
        restless=Part(
            sum(night.restless_legs == "yes" for night in nights),
            sum(night.restless_legs is not None for night in nights),
        ),
        leg_signs=sum(night.leg_warning_sign in LEGS for night in nights),
        weak=sum(night.weakness_after is True for night in nights),
        numb=sum(night.numbness is True for night in nights),
    )


def _answers(rows: Iterable[Row], answer: Callable[[Row], int | None]) -> list[int]:
    return [value for row in rows if (value := answer(row)) is not None]


def _yes(cramps: Sequence[EpisodeRecord], answer: Callable[[EpisodeRecord], bool | None]) -> Part:
    values = _answers(cramps, answer)
    return Part(sum(values), len(values))
