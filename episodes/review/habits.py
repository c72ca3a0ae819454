"""The habits of one shared diary beside its cramp nights: counts now, words as of the last boundary.

The same analysis as the patient's own page, made from the nights as they were cut to what is shared:
a habit that is not shared is in no comparison, neither by itself nor as something allowed for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.actions.habit_words import AnswerWords, answer_words, level_words
from episodes.actions.habits import with_level_words
from episodes.knowledge.habits import HABITS_BY_KEY
from episodes.stats.analysis import analyse
from episodes.stats.analysis_input import FactorKind
from episodes.stats.analysis_result import Contrast, FactorResult
from episodes.stats.diary_factors import OWN_HABIT_PREFIX, analysis_input
from episodes.stats.records import NightRecord
from episodes.stats.refresh import refresh_dates


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
    """rows: habits with an answer, the surest first. counted: nights used; boundary: words are of before it."""

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
    worded = with_level_words(nights, kinds)
    counted = [night for night in worded if night.is_counted and night.is_late is not True]
    if not counted:
        return None
    boundary = refresh_dates(counted[0].date, today).boundary
    live = analyse(analysis_input(worded, kinds))
    then = (
        analyse(analysis_input([night for night in worded if night.date < boundary], kinds))
        if boundary
        else None
    )
    rows = []
    for factor in (then or live).by_evidence:
        now = live.factor(factor.name)
        if now is not None and now.answered:
            rows.append(_row(now, factor if then else None, own_labels))
    return HabitTable(tuple(rows), len(counted), boundary) if rows else None


def _row(now: FactorResult, then: FactorResult | None, own_labels: Mapping[str, str]) -> HabitRow:
    habit = HABITS_BY_KEY.get(now.name)
    contrast = then.clearest_contrast if then else None
    low, high = _range(contrast)
    return HabitRow(
        label=habit.label if habit else own_labels.get(now.name.removeprefix(OWN_HABIT_PREFIX), now.name),
        is_own=habit is None,
        unit=habit.unit if habit else "",
        answered=now.answered,
        unanswered=now.unanswered,
        answers=tuple(
            AnswerCount(level_words(level, habit, now.kind.name), level.cramps.x, level.cramps.n)
            for level in now.levels
            if level.cramps.n
        ),
        sure=then.grade if then else "not_enough",
        start=answer_words(contrast.start, habit, now.kind.name) if contrast else None,
        end=answer_words(contrast.end, habit, now.kind.name) if contrast else None,
        start_of_28=contrast.estimate.of_28_nights[0] if contrast else None,
        low=low,
        high=high,
    )


def _range(contrast: Contrast | None) -> tuple[int | None, int | None]:
    if contrast is None:
        return None, None
    ends = [change.of_28_nights[1] for change in contrast.shown_range]
    return min(ends), max(ends)
