"""Counts per level of a habit: without and with, every level of a category, or bands of an amount."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.proportions import Share, share

FloatArray = npt.NDArray[np.float64]

VALUES_SHOWN_SINGLY = 4
ZERO_SHARE_SHOWN_ALONE = 0.2


@dataclass(frozen=True)
class LevelCount:
    """Cramp nights of the nights at one level.

    level: its name, for a category; first, last: lowest and highest amount in the band, equal for a single
    amount, and 0 or 1 for yes and no.
    """

    level: str | None
    first: float
    last: float
    cramps: Share


def level_counts(kind: FactorKind, codes: FloatArray, cramps: FloatArray) -> tuple[LevelCount, ...]:
    """Return cramp nights and nights per level, lowest first; nights without an answer are left out.

    codes: per counted night, nan where unanswered; cramps: 0.0 or 1.0. Yes-or-no habits always have both rows
    and a category every declared level, also when no night has it; amounts only have rows with nights.
    """
    is_answered = ~np.isnan(codes)
    answers, outcomes = codes[is_answered], cramps[is_answered]
    if kind.name == "amount":
        return tuple(_count(None, first, last, answers, outcomes) for first, last in _bands(answers))
    if kind.name == "binary":
        return tuple(_count(None, value, value, answers, outcomes) for value in (0.0, 1.0))
    return tuple(
        _count(level, position, position, answers, outcomes) for position, level in enumerate(kind.levels)
    )


def _count(
    level: str | None, first: float, last: float, answers: FloatArray, outcomes: FloatArray
) -> LevelCount:
    chosen = outcomes[(answers >= first) & (answers <= last)]
    return LevelCount(level, float(first), float(last), share(int(chosen.sum()), chosen.shape[0]))


def _bands(amounts: FloatArray) -> list[tuple[float, float]]:
    """Return the lowest and highest amount of each band of a dose table.

    Every amount by itself when there are at most four; else none alone if a fifth or more of the answers are
    none, and the rest in thirds, cut at the lower 1/3 and 2/3 quantile.
    """
    distinct = np.unique(amounts)
    if distinct.shape[0] <= VALUES_SHOWN_SINGLY:
        return [(float(value), float(value)) for value in distinct]
    bands: list[tuple[float, float]] = []
    if amounts.min() == 0 and np.mean(amounts == 0) >= ZERO_SHARE_SHOWN_ALONE:
        bands.append((0.0, 0.0))
        amounts = amounts[amounts != 0]
    cuts = np.quantile(amounts, [1 / 3, 2 / 3], method="lower")
    third = np.searchsorted(
        cuts, amounts, side="left"
    )  # an amount equal to a cut belongs to the band below it
    for number in range(3):
        chosen = amounts[third == number]
        if chosen.shape[0]:
            bands.append((float(chosen.min()), float(chosen.max())))
    return bands
