"""What the factor analysis reads: nights, cramp or no cramp, and the answers about each habit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

KindName = Literal["binary", "amount", "category"]
Answer = float | bool | str | None
"""One answer about one day; None was not answered and is never "no" and never zero."""


@dataclass(frozen=True)
class FactorKind:
    """How a habit is answered: yes or no, an amount, or one of `levels` in their declared order."""

    name: KindName
    levels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.name == "category") != bool(self.levels):
            raise ValueError("Levels belong to a category and to nothing else.")
        if len(set(self.levels)) != len(self.levels):
            raise ValueError("A category names each of its levels once.")


BINARY = FactorKind("binary")
AMOUNT = FactorKind("amount")


def category(*levels: str) -> FactorKind:
    """Return the kind of a habit answered with one of `levels`, lowest first."""
    return FactorKind("category", levels)


@dataclass(frozen=True)
class Factor:
    """A habit's kind and one answer per night, in the order of the nights; None was not answered.

    Yes or no arrives as a bool or as 0 and 1, an amount as a number, a category as one of its levels.
    """

    kind: FactorKind
    values: Sequence[Answer]

    @cached_property
    def codes(self) -> FloatArray:
        """Return one number per night, nan where unanswered: 0/1, the amount, or the level's position.

        Raises ValueError for an answer that its kind does not allow.
        """
        if self.kind.name == "category":
            position: dict[Answer, float] = {level: float(i) for i, level in enumerate(self.kind.levels)}
            position[None] = np.nan
            try:
                return np.array([position[value] for value in self.values], dtype=np.float64)
            except KeyError as unknown:
                raise ValueError(f"{unknown.args[0]!r} is not one of the levels.") from None
        codes = np.array(self.values, dtype=np.float64)
        if np.isinf(codes).any():
            raise ValueError("An amount is a finite number.")
        if self.kind.name == "binary" and not np.all((codes == 0) | (codes == 1) | np.isnan(codes)):
            raise ValueError("A yes-or-no answer is 0 or 1.")
        return codes


@dataclass(frozen=True)
class AnalysisInput:
    """Counted nights and the habits of the days before them.

    dates: evening dates, each once, in any order; a night that was not written is simply absent.
    cramps: True or 1 for a night with at least one cramp. factors: habit name to its answers.
    Raises ValueError when lengths differ, a date stands twice or a cramp is neither 0 nor 1.
    """

    dates: Sequence[dt.date]
    cramps: Sequence[bool | int]
    factors: Mapping[str, Factor]

    def __post_init__(self) -> None:
        if len(self.cramps) != len(self.dates):
            raise ValueError("Every night needs its date and its outcome.")
        if len(set(self.dates)) != len(self.dates):
            raise ValueError("A date stands twice.")
        if any(cramp not in (0, 1) for cramp in self.cramps):
            raise ValueError("A night has a cramp (1) or not (0).")
        for name, factor in self.factors.items():
            if len(factor.values) != len(self.dates):
                raise ValueError(f"{name} needs one answer, or None, per night.")


@dataclass(frozen=True)
class NightColumns:
    """The same nights as arrays, sorted by date. days: whole days since the first night."""

    days: npt.NDArray[np.int64]
    weekdays: npt.NDArray[np.int64]  # 0 = Monday
    cramps: FloatArray  # 0.0 or 1.0
    codes: Mapping[str, FloatArray]  # see Factor.codes

    @property
    def calendar_days(self) -> int:
        return int(self.days[-1]) + 1


def night_columns(diary: AnalysisInput) -> NightColumns:
    """Return the nights of a diary as arrays sorted by date; at least one night is needed."""
    ordinals = np.array([date.toordinal() for date in diary.dates], dtype=np.int64)
    order = np.argsort(ordinals)
    ordinals = ordinals[order]
    return NightColumns(
        days=ordinals - ordinals[0],
        weekdays=(ordinals - 1) % 7,  # day 1 of the proleptic calendar was a Monday
        cramps=np.array(diary.cramps, dtype=np.float64)[order],
        codes={name: factor.codes[order] for name, factor in diary.factors.items()},
    )
