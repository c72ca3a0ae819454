"""The habits of one shared diary beside its cramp nights: counts and words of before the last boundary.

The same analysis as the patient's own page, made from the nights as they were cut to what is shared:
a habit that is not shared is in no comparison, neither by itself nor as something allowed for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.diaries.habit_words import AnswerWords, answer_words, level_words
from episodes.nights.own_habits import with_level_words
from episodes.questions.habits import HABITS_BY_KEY
from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.analysis_result import Contrast, FactorResult
from episodes.stats.associations.comparison import compare_habits
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class AnswerCount:
    """Cramp nights of the nights with one answer."""

    words: AnswerWords
    cramps: int
    nights: int


@dataclass(frozen=True)
class HabitRow:
    """One habit. sure: key of how sure the comparison is, as GRADES of stats names them.

    low, high: fewest and most cramp nights of 28 at `end`, where about `start_of_28` are usual at `start`;
    None without a comparison.
    """

    label: str
    is_own: bool
    unit: str
    answered: int
    unanswered: int
    answers: tuple[AnswerCount, ...]
    sure: str
    start: AnswerWords | None
    end: AnswerWords | None
    start_of_28: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True)
class HabitTable:
    """rows: habits with an answer, the surest first. counted: nights used; boundary: all is of before it."""

    rows: tuple[HabitRow, ...]
    counted: int
    boundary: dt.date | None


def habit_table(
    nights: Sequence[NightRecord],
    kinds: Mapping[str, FactorKind],
    own_labels: Mapping[str, str],
    today: dt.date,
) -> HabitTable | None:
    """Return the table of all nights given, None where no habit was answered.

    kinds, own_labels: of the own habits that are shared. today: the patient's civil date.
    """
    found = compare_habits(with_level_words(nights, kinds), kinds, today)
    if found is None:
        return None
    rows = [_row(result, own_labels) for result in found.result.by_evidence if result.answered]
    return HabitTable(tuple(rows), found.nights.coverage.used, found.nights.boundary) if rows else None


def _row(result: FactorResult, own_labels: Mapping[str, str]) -> HabitRow:
    habit = HABITS_BY_KEY.get(result.name)
    contrast = result.clearest_contrast
    low, high = _range(contrast)
    return HabitRow(
        label=habit.label
        if habit
        else own_labels.get(result.name.removeprefix(OWN_HABIT_PREFIX), result.name),
        is_own=habit is None,
        unit=habit.unit if habit else "",
        answered=result.answered,
        unanswered=result.unanswered,
        answers=tuple(
            AnswerCount(level_words(level, habit, result.kind.name), level.cramps.x, level.cramps.n)
            for level in result.levels
            if level.cramps.n
        ),
        sure=result.grade,
        start=answer_words(contrast.start, habit, result.kind.name) if contrast else None,
        end=answer_words(contrast.end, habit, result.kind.name) if contrast else None,
        start_of_28=contrast.estimate.of_28_nights[0] if contrast else None,
        low=low,
        high=high,
    )


def _range(contrast: Contrast | None) -> tuple[int | None, int | None]:
    if contrast is None:
        return None, None
    ends = [change.of_28_nights[1] for change in contrast.shown_range]
    return min(ends), max(ends)
