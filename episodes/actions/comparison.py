"""The comparison of a diary's habits, for every place that tells of it: the pages and the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.actions.experiments import CoveredRemedy, covered_remedy
from episodes.actions.habits import own_habit_kinds, own_habits_of, with_level_words
from episodes.models import Night, User
from episodes.stats.analysis import analyse
from episodes.stats.analysis_input import AnalysisInput, FactorKind
from episodes.stats.analysis_result import AnalysisResult
from episodes.stats.diary_factors import analysis_input
from episodes.stats.records import NightRecord
from episodes.stats.refresh import Refresh, refresh_dates


@dataclass(frozen=True)
class DiaryAnalysis:
    """The analysis of one diary. live: counts of all counted nights; graded: of those before the boundary, or None.

    labels: of own habits. covered: the remedy of a running experiment; nothing about `hidden`, its habit, may be
    told until it ends.
    """

    written: Sequence[NightRecord]
    counted: Sequence[NightRecord]
    given: AnalysisInput
    live: AnalysisResult
    graded: AnalysisResult | None
    refresh: Refresh | None
    labels: Mapping[str, str]
    covered: CoveredRemedy | None

    @property
    def hidden(self) -> str | None:
        return self.covered.remedy.habit if self.covered else None


def analysis_of(*, patient: User, now: dt.datetime) -> DiaryAnalysis:
    """Return the analysis of the patient's own diary; five statements.

    Grades are of the nights before the last 28-day boundary, so that looking every day cannot make a finding.
    """
    kinds = own_habit_kinds(by=patient)
    nights = with_level_words(Night.objects.visible_to(patient).of(patient).as_records(), kinds)
    counted = [night for night in nights if night.is_counted and night.is_late is not True]
    refresh = refresh_dates(counted[0].date, now.astimezone(patient.zone).date()) if counted else None
    given = analysis_input(nights, kinds)
    return DiaryAnalysis(
        written=[night for night in nights if night.is_written],
        counted=counted,
        given=given,
        live=analyse(given),
        graded=_graded(nights, refresh, kinds),
        refresh=refresh,
        labels={f"habit_{habit.key}": habit.label for habit in own_habits_of(by=patient)} if kinds else {},
        covered=covered_remedy(now=now, by=patient),
    )


def _graded(
    nights: Sequence[NightRecord], refresh: Refresh | None, kinds: Mapping[str, FactorKind]
) -> AnalysisResult | None:
    if refresh is None or refresh.boundary is None:
        return None
    return analyse(analysis_input([night for night in nights if night.date < refresh.boundary], kinds))
