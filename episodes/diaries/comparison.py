"""The comparison of a diary's habits, for every place that tells a patient of it: the pages and the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.diaries.experiments import CoveredRemedy, covered_remedy
from episodes.models import Night, User
from episodes.nights.own_habits import own_habit_kinds, own_habits_of, with_level_words
from episodes.stats.associations.analysis_input import AnalysisInput
from episodes.stats.associations.comparison import HabitComparison, compare_habits
from episodes.stats.associations.diary_factors import analysis_input
from episodes.stats.nights import last_night
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class DiaryAnalysis:
    """The analysis of one diary. written: nights up to last night; found: None without a night to compare.

    given: every night that could be used up to last night, later ones than those compared too, for notes.

    labels: of own habits. covered: the remedy of a running experiment; nothing about `hidden`, its habit, may be
    told until it ends.
    """

    written: Sequence[NightRecord]
    found: HabitComparison | None
    given: AnalysisInput
    labels: Mapping[str, str]
    covered: CoveredRemedy | None

    @property
    def hidden(self) -> str | None:
        return self.covered.remedy.habit if self.covered else None


def analysis_of(*, patient: User, now: dt.datetime) -> DiaryAnalysis:
    """Return the analysis of the patient's own diary; five statements."""
    kinds = own_habit_kinds(by=patient)
    nights = with_level_words(Night.objects.visible_to(patient).of(patient).as_records(), kinds)
    last = last_night(now, patient.zone)
    written = [night for night in nights if night.is_written and night.date <= last]
    return DiaryAnalysis(
        written=written,
        found=compare_habits(nights, kinds, now.astimezone(patient.zone).date()),
        given=analysis_input(written, kinds),
        labels={f"habit_{habit.key}": habit.label for habit in own_habits_of(by=patient)} if kinds else {},
        covered=covered_remedy(now=now, by=patient),
    )
