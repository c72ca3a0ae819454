"""The numbers on top of a review: completeness first, every number with its denominator. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from episodes.stats.records import EpisodeRecord, NightRecord
from episodes.stats.summaries_episodes import BAND_MIDDLE_MINUTES

TEN_MINUTES = 600
OVER_TEN_MINUTES = ("10_30", "30_60", "over_60")
SIDES = ("left", "right", "both")


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
    warning_nights: tuple[NightRecord, ...]

    @property
    def pain_middle_text(self) -> float | int | None:
        """Return the middle pain without a needless decimal."""
        middle = self.pain_middle
        return int(middle) if middle is not None and middle == int(middle) else middle


def cramp_nights(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> CrampNights:
    """Return how many of the counted nights between two evenings, both included, had a cramp."""
    inside = [night for night in nights if first <= night.date <= last]
    return CrampNights(
        first,
        last,
        sum(night.outcome == "cramps" for night in inside),
        sum(night.is_counted for night in inside),
    )


def review_summary(
    nights: Sequence[NightRecord], first: dt.date, last: dt.date, before: CrampNights | None = None
) -> ReviewSummary:
    """Return the summary of the nights between two evenings, both included.

    before: the same count for the period before, None where the whole diary is shown.
    """
    written = [night for night in nights if night.is_written]
    with_habits = [night for night in nights if night.habits_source is not None or night.habits_before_night]
    cramps = [episode for night in nights if night.outcome == "cramps" for episode in night.episodes]
    pains = [episode.pain_0_10 for episode in cramps if episode.pain_0_10 is not None]
    minutes = [each for episode in cramps if (each := minutes_of(episode)) is not None]
    woken = [episode.woke_me for episode in cramps if episode.woke_me is not None]
    disturbed = _answers(nights, "sleep_disturbance_0_10")
    sore = _answers(nights, "soreness_next_day_0_10")
    return ReviewSummary(
        nights_in_period=(last - first).days + 1,
        written=len(written),
        late=sum(night.is_late is True for night in written),
        lateness_unknown=sum(night.is_late is None for night in written),
        habit_nights=len(with_habits),
        usual=sum(night.habits_source in ("usual", "usual_changed") for night in with_habits),
        habits_before=sum(night.habits_before_night for night in with_habits),
        now=cramp_nights(nights, first, last),
        before=before,
        cramps=sum(night.shown_count for night in nights),
        described=len(cramps),
        pain_answers=len(pains),
        pain_middle=median(pains) if pains else None,
        pain_worst=max(pains, default=None),
        length_answers=len(minutes),
        length_middle_minutes=max(1, round(median(minutes))) if minutes else None,
        over_ten_minutes=sum(is_over_ten_minutes(episode) for episode in cramps),
        woken_answers=len(woken),
        woken=sum(woken),
        disturbance_answers=len(disturbed),
        disturbance_middle=median(disturbed) if disturbed else None,
        sore_answers=len(sore),
        sore=sum(answer > 0 for answer in sore),
        leg_signs=sum(night.leg_warning_sign in SIDES for night in nights),
        weak=sum(night.weakness_after is True for night in nights),
        numb=sum(night.numbness is True for night in nights),
        restless=sum(night.restless_legs == "yes" for night in nights),
        restless_answers=sum(night.restless_legs is not None for night in nights),
        last_written=max((night.date for night in written), default=None),
        warning_nights=tuple(night for night in nights if is_warning(night)),
    )


def minutes_of(episode: EpisodeRecord) -> float | None:
    """Return how long a cramp lasted; a point inside its band where it was not timed."""
    if episode.duration_seconds is not None:
        return episode.duration_seconds / 60
    return BAND_MIDDLE_MINUTES[episode.duration_band] if episode.duration_band else None


def is_over_ten_minutes(episode: EpisodeRecord) -> bool:
    """Return whether a cramp lasted over ten minutes, as timed or as answered."""
    return (episode.duration_seconds or 0) > TEN_MINUTES or episode.duration_band in OVER_TEN_MINUTES


def is_warning(night: NightRecord) -> bool:
    """Return whether the patient ticked one of the answers that a clinician wants to see first."""
    return night.leg_warning_sign in SIDES or night.weakness_after is True or night.numbness is True


def _answers(nights: Sequence[NightRecord], name: str) -> list[int]:
    return [answer for night in nights if (answer := getattr(night, name)) is not None]
