"""The frozen records in which rows of the diary enter the pure code.

NamedTuples, because a ten-year diary is 3,650 nights and a tuple is made about three times as fast
as a dataclass. `None` always means "not answered": never zero and never "no".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

COUNTED_OUTCOMES = frozenset({"cramps", "no_cramps"})

#: The yes/no/unsure answers about restless legs, in the order in which they are asked.
RESTLESS_ANSWERS = (
    "urge_to_move",
    "crawling",
    "worse_at_rest",
    "moving_relieves",
    "comes_back_when_i_stop",
    "worse_in_evening",
)

_NO_HABITS: Mapping[str, float | bool | str | None] = MappingProxyType({})


class RemedyRecord(NamedTuple):
    """One thing done against one cramp.

    helped: "none", "some", "yes". seconds_to_relief: only from a timed cramp.
    """

    remedy: str
    helped: str | None = None
    seconds_to_relief: int | None = None


class EpisodeRecord(NamedTuple):
    """One cramp.

    minutes_into_night: minutes by the clock on the wall after the window start of its night.
    duration_seconds is exact, duration_band answered in minutes ("1_5"); never both.
    """

    side: str | None = None
    location: str | None = None
    minutes_into_night: int | None = None
    part_of_night: str | None = None
    duration_seconds: int | None = None
    duration_band: str | None = None
    pain_0_10: int | None = None
    woke_me: bool | None = None
    felt: str | None = None
    wanted_to: str | None = None
    could_not_move: bool | None = None
    hard_knot: bool | None = None
    toe_curl_or_twist: bool | None = None
    fell: bool | None = None
    is_open: bool = False
    remedies: tuple[RemedyRecord, ...] = ()


class NightRecord(NamedTuple):
    """One night of the diary, named by the date of the evening on which it began.

    A night that was never opened has no record; one whose outcome is still open has outcome None.
    Both are unknown nights. habits: field name or `habit_<key>` -> answer, amounts as float.
    """

    date: dt.date
    outcome: str | None = None
    episode_count: int | None = None
    sleep_disturbance_0_10: int | None = None
    soreness_morning_0_10: int | None = None
    soreness_next_day_0_10: int | None = None
    kept_awake_minutes: int | None = None
    sleep_quality_1_5: int | None = None
    restless_legs: str | None = None
    urge_to_move: str | None = None
    crawling: str | None = None
    worse_at_rest: str | None = None
    moving_relieves: str | None = None
    comes_back_when_i_stop: str | None = None
    worse_in_evening: str | None = None
    leg_warning_sign: str | None = None
    numbness: bool | None = None
    weakness_after: bool | None = None
    is_late: bool | None = None
    habits_source: str | None = None
    habits_before_night: bool = False
    starts_at_hour: int = 12
    habits: Mapping[str, float | bool | str | None] = _NO_HABITS
    episodes: tuple[EpisodeRecord, ...] = ()

    @property
    def is_written(self) -> bool:
        """Return whether the person said how the night was, "not sure" included."""
        return self.outcome is not None

    @property
    def is_counted(self) -> bool:
        """Return whether the night belongs into rates: it had a cramp or it had none."""
        return self.outcome in COUNTED_OUTCOMES

    @property
    def shown_count(self) -> int:
        """Return the number of cramps: the larger of stated and described, at least 1 on a cramp night.

        0 for every other night, whatever it still carries from an earlier answer.
        """
        if self.outcome != "cramps":
            return 0
        return max(self.episode_count or 0, len(self.episodes), 1)

    @property
    def worst_pain_0_10(self) -> int | None:
        """Return the highest pain of the night's cramps, None when no cramp has an answer."""
        return max((e.pain_0_10 for e in self.episodes if e.pain_0_10 is not None), default=None)
