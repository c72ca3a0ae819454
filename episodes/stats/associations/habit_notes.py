"""Notes beside a comparison: which habits come together, and whether a habit follows a bad night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.enough_data import NIGHTS_FOR_COUNTS, NIGHTS_ON_EACH_SIDE, varies
from episodes.stats.associations.usual_amounts import commonest_level, usual_amounts
from episodes.stats.proportions import Difference, newcombe_difference

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

TOGETHER_CORRELATION = 0.5
"""From this correlation on, two habits share at least a quarter of their coming and going."""


@dataclass(frozen=True)
class AfterBadNights:
    """How often a habit is answered with more, on days after a cramp night and after a quiet night.

    level: the level of a category, None for other kinds. difference: share after cramp minus after quiet
    nights.
    """

    level: str | None
    after_cramps: int
    cramp_nights_before: int
    after_quiet: int
    quiet_nights_before: int
    difference: Difference

    @property
    def is_more_often_after_cramps(self) -> bool:
        return self.difference.low > 0

    @property
    def is_less_often_after_cramps(self) -> bool:
        return self.difference.high < 0


@dataclass(frozen=True)
class Together:
    """Another habit that mostly comes or goes with this one.

    nights_with: nights with this habit on which both were answered; also_other: of these, with the other
    habit.
    correlation: of the two, -1 to 1; negative when the other is mostly absent on these nights.
    """

    other: str
    nights_with: int
    also_other: int
    correlation: float


def with_habit(kind: FactorKind, codes: FloatArray) -> FloatArray:
    """Return 1.0 for a night with the habit, 0.0 without, nan unanswered.

    An amount counts as "with" above the middle of usual low and usual high; a category at any level but its
    commonest. Every answer the same: nan throughout, there is nothing to tell apart.
    """
    is_answered = ~np.isnan(codes)
    answers = codes[is_answered]
    marks = np.full(codes.shape, np.nan)
    if not varies(answers):
        return marks
    if kind.name == "binary":
        marks[is_answered] = answers
    elif kind.name == "amount":
        marks[is_answered] = answers > usual_amounts(answers).middle
    else:
        marks[is_answered] = answers != commonest_level(answers, len(kind.levels))
    return marks


def nights_after(days: IntArray, cramps: FloatArray) -> FloatArray:
    """Return last night's outcome (0.0 or 1.0) per counted night, nan where last night was not counted."""
    before = np.full(days.shape[0], np.nan)
    follows = np.flatnonzero(np.diff(days) == 1) + 1
    before[follows] = cramps[follows - 1]
    return before


def after_bad_nights(kind: FactorKind, codes: FloatArray, before: FloatArray) -> tuple[AfterBadNights, ...]:
    """Return where a habit clearly differs between days after a cramp night and after a quiet night.

    before: `nights_after`. One entry for yes-or-no habits and amounts, one per level for a category, only
    where the Newcombe interval leaves out zero and each side has at least eight days. Method:
    docs/statistics.md#reverse.
    """
    if kind.name == "category":
        marks = [
            (level, np.where(np.isnan(codes), np.nan, codes == i)) for i, level in enumerate(kind.levels)
        ]
        labelled: list[tuple[str | None, FloatArray]] = [(level, mark) for level, mark in marks]
    else:
        labelled = [(None, with_habit(kind, codes))]
    found = []
    for level, mark in labelled:
        usable = ~np.isnan(mark) & ~np.isnan(before)
        habit, cramp = mark[usable] == 1, before[usable] == 1
        x1, n1 = int((habit & cramp).sum()), int(cramp.sum())
        x0, n0 = int((habit & ~cramp).sum()), int((~cramp).sum())
        difference = newcombe_difference(x1, n1, x0, n0)
        if min(n1, n0) >= NIGHTS_ON_EACH_SIDE and difference is not None and difference.excludes_zero:
            found.append(AfterBadNights(level, x1, n1, x0, n0, difference))
    return tuple(found)


def habits_together(marks: Mapping[str, FloatArray]) -> dict[str, tuple[Together, ...]]:
    """Return for each habit the others that mostly come or go with it, the closest first.

    marks: `with_habit` of every habit. Named are pairs with at least 14 nights on which both were answered
    and a correlation of 0.5 or more, in either direction: the model cannot tell such habits apart well.
    """
    names = list(marks)
    if not names:
        return {}
    table = np.array([marks[name] for name in names])
    seen = (~np.isnan(table)).astype(np.float64)
    present = np.where(np.isnan(table), 0.0, table)
    nights = seen @ seen.T
    both = present @ present.T
    ours = present @ seen.T  # nights with the row's habit on which the column's was answered
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = (nights * both - ours * ours.T) / np.sqrt(
            ours * (nights - ours) * ours.T * (nights - ours.T)
        )
    close = (nights >= NIGHTS_FOR_COUNTS) & (np.abs(correlation) >= TOGETHER_CORRELATION)
    np.fill_diagonal(close, False)
    found: dict[str, tuple[Together, ...]] = {}
    for i, name in enumerate(names):
        strength = np.abs(np.where(close[i], correlation[i], 0.0))
        others = np.argsort(-strength, kind="stable")[: int(close[i].sum())].tolist()
        found[name] = tuple(
            Together(names[j], int(ours[i, j]), int(both[i, j]), float(correlation[i, j])) for j in others
        )
    return found
