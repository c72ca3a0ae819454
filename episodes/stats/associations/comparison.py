"""The habits of one diary beside its cramp nights: words and counts are of the same nights.

Every page, the report, the review and the API tell of habits through `compare_habits`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import AnalysisInput, FactorKind
from episodes.stats.associations.analysis_result import AnalysisResult
from episodes.stats.associations.diary_factors import analysis_input
from episodes.stats.associations.enough_data import NIGHTS_FOR_GRADES
from episodes.stats.associations.refresh import Refresh, refresh_dates
from episodes.stats.periods.summaries import Coverage, cover, nights_between
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class NightsCompared:
    """The nights of a comparison, from the first written evening to `last`, both included.

    used: counted nights that were not written late. coverage: used and left out, by reason; they add up to the
    nights from first to last. boundary: the day before which all of it lies, None until 28 nights can be used
    before one; until then it goes up to last night, and nothing is graded.
    """

    used: Sequence[NightRecord]
    first: dt.date
    last: dt.date
    coverage: Coverage
    refresh: Refresh
    boundary: dt.date | None

    @property
    def usual_day(self) -> int:
        """Return how many of the nights used were filled in with the usual day."""
        return sum(night.habits_source in ("usual", "usual_changed") for night in self.used)


@dataclass(frozen=True)
class HabitComparison:
    nights: NightsCompared
    given: AnalysisInput
    result: AnalysisResult


def nights_compared(nights: Sequence[NightRecord], today: dt.date) -> NightsCompared | None:
    """Return the nights that habits are compared on; None without one that can be used.

    today: the patient's civil date; tonight is not over and never used.
    """
    last_night = today - dt.timedelta(days=1)
    written = [night for night in nights_between(nights, dt.date.min, last_night) if night.is_written]
    used = [night for night in written if night.is_counted and night.is_late is not True]
    if not used:
        return None
    refresh = refresh_dates(used[0].date, today)
    boundary, last = refresh.boundary, last_night
    if boundary and sum(night.date < boundary for night in used) >= NIGHTS_FOR_GRADES:
        last = boundary - dt.timedelta(days=1)
    else:
        boundary = None
    first = min(written[0].date, last)
    return NightsCompared(
        used=nights_between(used, first, last),
        first=first,
        last=last,
        coverage=cover(nights_between(written, first, last), first, last, with_late=False),
        refresh=refresh,
        boundary=boundary,
    )


def compare_habits(
    nights: Sequence[NightRecord],
    own_habits: Mapping[str, FactorKind],
    today: dt.date,
    chosen: Container[str] | None = None,
) -> HabitComparison | None:
    """Return every habit beside the cramp nights; None without a night that can be used.

    own_habits: `habit_<key>` to its kind. chosen: the habits that may enter, None for all.
    """
    compared = nights_compared(nights, today)
    if compared is None:
        return None
    given = analysis_input(compared.used, own_habits)
    if chosen is not None:
        factors = {name: factor for name, factor in given.factors.items() if name in chosen}
        given = AnalysisInput(dates=given.dates, cramps=given.cramps, factors=factors)
    return HabitComparison(compared, given, analyse(given, with_grades=compared.boundary is not None))
