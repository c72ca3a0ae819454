"""Habits of the whole diary beside the cramp nights, as lines of the paper. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.actions.habit_words import AnswerWords, answer_words, direction_of, level_words
from episodes.knowledge.habits import HABITS_BY_KEY
from episodes.stats.analysis import analyse
from episodes.stats.analysis_input import FactorKind
from episodes.stats.analysis_result import AnalysisResult, FactorResult
from episodes.stats.diary_factors import DIARY_FACTORS, analysis_input
from episodes.stats.records import NightRecord
from episodes.stats.refresh import refresh_dates

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

    first: the first night used, None without any. boundary: words rest on the nights before this day,
    None before the first look.
    """

    lines: tuple[HabitText, ...]
    hidden: int
    counted: int
    first: dt.date | None
    boundary: dt.date | None


def habit_table(
    nights: Sequence[NightRecord],
    sections: frozenset[str],
    kinds: Mapping[str, FactorKind],
    labels: Mapping[str, str],
    today: dt.date,
) -> HabitTable:
    """Return counts of all counted nights, and words from those before the last 28-day boundary.

    sections: which of habits, alcohol and own_habits were chosen; a habit outside them is not asked of
    the diary at all. today: the patient's civil date.
    """
    chosen = [name for name in (*DIARY_FACTORS, *kinds) if _section(name) in sections]
    counted = [night for night in nights if night.is_counted and night.is_late is not True]
    if not counted or not chosen:
        return HabitTable((), 0, len(counted), None, None)
    boundary = refresh_dates(counted[0].date, today).boundary
    live = _analysed(nights, chosen, kinds)
    graded = (
        _analysed([night for night in nights if night.date < boundary], chosen, kinds) if boundary else None
    )
    lines = []
    for factor in (graded or live).by_evidence:
        now = live.factor(factor.name)
        if now is not None and now.answered:
            lines.append(_line(now, factor if graded else None, labels))
    return HabitTable(
        tuple(lines[:MOST_LINES]), max(0, len(lines) - MOST_LINES), len(counted), counted[0].date, boundary
    )


def _section(name: str) -> str:
    if name == "alcohol_drinks":
        return "alcohol"
    return "habits" if name in DIARY_FACTORS else "own_habits"


def _analysed(
    nights: Sequence[NightRecord], chosen: Sequence[str], kinds: Mapping[str, FactorKind]
) -> AnalysisResult:
    given = analysis_input(nights, kinds)
    factors = {name: factor for name, factor in given.factors.items() if name in chosen}
    return analyse(type(given)(dates=given.dates, cramps=given.cramps, factors=factors))


def _line(now: FactorResult, then: FactorResult | None, labels: Mapping[str, str]) -> HabitText:
    habit = HABITS_BY_KEY.get(now.name)
    contrast = then.clearest_contrast if then is not None else None
    return HabitText(
        label=habit.label if habit else labels.get(now.name, now.name),
        is_own=habit is None,
        unit=habit.unit if habit else "",
        levels=tuple(
            LevelText(level_words(level, habit, now.kind.name), level.cramps.x, level.cramps.n)
            for level in now.levels
            if level.cramps.n
        ),
        grade=then.grade if then is not None else "not_enough",
        direction=direction_of(contrast),
        end=answer_words(contrast.end, habit, now.kind.name) if contrast else None,
    )
