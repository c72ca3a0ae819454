"""The numbers on top of a review: completeness first, every number with its denominator."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class ReviewSummary:
    """Counts of one period. None is "no answer"; every list is oldest first."""

    nights_in_period: int
    written: int
    counted: int
    cramp_nights: int
    cramps: int
    late: int
    usual_day: int
    median_pain: float | None
    pain_answers: int
    over_ten_minutes: int
    duration_answers: int
    disturbed: int
    disturbance_answers: int
    warning_nights: Sequence[NightRecord]
    restless: Counter[str]
    strip: Sequence[NightRecord]


def review_summary(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> ReviewSummary:
    """Return the summary of the nights between two evenings, both included."""
    written = [night for night in nights if night.is_written]
    episodes = [episode for night in nights for episode in night.episodes]
    pains = [episode.pain_0_10 for episode in episodes if episode.pain_0_10 is not None]
    timed = [episode for episode in episodes if episode.duration_seconds or episode.duration_band]
    disturbed = [night.sleep_disturbance_0_10 for night in nights if night.sleep_disturbance_0_10 is not None]
    return ReviewSummary(
        nights_in_period=(last - first).days + 1,
        written=len(written),
        counted=sum(night.is_counted for night in nights),
        cramp_nights=sum(night.outcome == "cramps" for night in nights),
        cramps=sum(night.shown_count for night in nights),
        late=sum(bool(night.is_late) for night in written),
        usual_day=sum(night.habits_source in ("usual", "usual_changed") for night in written),
        median_pain=median(pains) if pains else None,
        pain_answers=len(pains),
        over_ten_minutes=sum(
            (episode.duration_seconds or 0) > 600 or episode.duration_band in ("10_30", "30_60", "over_60")
            for episode in timed
        ),
        duration_answers=len(timed),
        disturbed=sum(answer >= 1 for answer in disturbed),
        disturbance_answers=len(disturbed),
        warning_nights=[
            night
            for night in nights
            if night.leg_warning_sign in ("left", "right", "both") or night.weakness_after or night.numbness
        ],
        restless=Counter(night.restless_legs for night in nights if night.restless_legs),
        strip=list(nights),
    )
