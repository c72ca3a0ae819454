"""Habits of the whole diary beside the cramp nights, as lines of the paper. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.diaries.habit_words import AnswerWords, answer_words, direction_of, level_words
from episodes.questions.habits import HABITS_BY_KEY
from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.analysis_result import FactorResult
from episodes.stats.associations.comparison import compare_habits
from episodes.stats.associations.diary_factors import DIARY_FACTORS
from episodes.stats.records import NightRecord

MOST_LINES = 7


@dataclass(frozen=True)
class LevelText:
    """One answer with its cramp nights of its nights."""

    words: AnswerWords
    cramps: int
    nights: int


@dataclass(frozen=True)
class HabitText:
    """One habit. grade: how sure the comparison is; direction, end: more or less with which answer."""

    label: str
    is_own: bool
    unit: str
    levels: tuple[LevelText, ...]
    grade: str
    direction: str
    end: AnswerWords | None


@dataclass(frozen=True)
class HabitTable:
    """The habits with most evidence first; hidden: further ones with an answer; counted: nights used.

    first, last: the nights that words and counts are of, None without any. boundary: None before the first look.
    """

    lines: tuple[HabitText, ...]
    hidden: int
    counted: int
    first: dt.date | None
    last: dt.date | None
    boundary: dt.date | None


def habit_table(
    nights: Sequence[NightRecord],
    sections: frozenset[str],
    kinds: Mapping[str, FactorKind],
    labels: Mapping[str, str],
    today: dt.date,
) -> HabitTable:
    """Return counts and words of the nights before the last 28-day boundary.

    sections: which of habits, alcohol and own_habits were chosen; a habit outside them is not asked of
    the diary at all. today: the patient's civil date.
    """
    chosen = [name for name in (*DIARY_FACTORS, *kinds) if _section(name) in sections]
    found = compare_habits(nights, kinds, today, chosen)
    if found is None:
        return HabitTable((), 0, 0, None, None, None)
    compared = found.nights
    lines = [_line(result, labels) for result in found.result.by_evidence if result.answered]
    return HabitTable(
        tuple(lines[:MOST_LINES]), max(0, len(lines) - MOST_LINES),
        compared.coverage.used, compared.first, compared.last, compared.boundary,
    )  # fmt: skip


def _section(name: str) -> str:
    if name == "alcohol_drinks":
        return "alcohol"
    return "habits" if name in DIARY_FACTORS else "own_habits"


def _line(result: FactorResult, labels: Mapping[str, str]) -> HabitText:
    habit = HABITS_BY_KEY.get(result.name)
    contrast = result.clearest_contrast
    return HabitText(
        label=habit.label if habit else labels.get(result.name, result.name),
        is_own=habit is None,
        unit=habit.unit if habit else "",
        levels=tuple(
            LevelText(level_words(level, habit, result.kind.name), level.cramps.x, level.cramps.n)
            for level in result.levels
            if level.cramps.n
        ),
        grade=result.grade,
        direction=direction_of(contrast),
        end=answer_words(contrast.end, habit, result.kind.name) if contrast else None,
    )
