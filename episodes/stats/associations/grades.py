"""Grades: how sure a comparison is, in six steps, and how many nights an unclear one still takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from episodes.stats.associations.evidence import benjamini_hochberg, e_benjamini_hochberg, normal_quantile
from episodes.stats.proportions import Z_95

Grade = Literal["strong", "moderate", "hint", "little_difference", "unclear", "not_enough"]
GRADES: tuple[Grade, ...] = ("strong", "moderate", "hint", "little_difference", "unclear", "not_enough")
CLAIMS: frozenset[Grade] = frozenset({"strong", "moderate"})

STRONG_Q = 0.05
STRONG_E_ALPHA = 0.20
MODERATE_Q = 0.10
MODERATE_E_ALPHA = 1.0
HINT_P = 0.05
LITTLE_RATIO = 1.5

Z_POWER_80 = 0.84
MOST_NIGHTS_FORETOLD = 730


@dataclass(frozen=True)
class Evidence:
    """The test of one habit. p, e: of the habit as a whole; ratio_ranges: risk ratio limits per contrast."""

    p: float
    e: float
    ratio_ranges: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Grading:
    """Grades in the order of the evidence, each habit's q, and the z of the picked interval."""

    grades: tuple[Grade, ...]
    q_values: tuple[float, ...]
    picked_z: float


def grade_habits(evidence: Sequence[Evidence]) -> Grading:
    """Return the grade of each habit that has enough nights; the first rule that holds decides.

    strong: q <= 0.05 and kept by e-BH at 0.20; moderate: q <= 0.10 and kept by e-BH at 1.0; hint: p <= 0.05
    or q <= 0.10; little_difference: every ratio range within 1/1.5 and 1.5; else unclear.
    """
    q_values = benjamini_hochberg([habit.p for habit in evidence])
    e_values = [habit.e for habit in evidence]
    kept_strictly = e_benjamini_hochberg(e_values, STRONG_E_ALPHA)
    kept = e_benjamini_hochberg(e_values, MODERATE_E_ALPHA)
    grades = tuple(
        _grade(habit, q, strict, loose)
        for habit, q, strict, loose in zip(evidence, q_values, kept_strictly, kept, strict=True)
    )
    picked = sum(q <= MODERATE_Q for q in q_values)
    return Grading(grades=grades, q_values=tuple(q_values), picked_z=picked_z(picked, len(evidence)))


def _grade(habit: Evidence, q: float, kept_strictly: bool, kept: bool) -> Grade:
    if q <= STRONG_Q and kept_strictly:
        return "strong"
    if q <= MODERATE_Q and kept:
        return "moderate"
    if habit.p <= HINT_P or q <= MODERATE_Q:
        return "hint"
    if all(low >= 1 / LITTLE_RATIO and high <= LITTLE_RATIO for low, high in habit.ratio_ranges):
        return "little_difference"
    return "unclear"


def picked_z(picked: int, habits: int) -> float:
    """Return the normal quantile for intervals of habits picked out of many, never below the usual 1.96.

    picked: habits with q <= 0.10 of all `habits`. Source: Benjamini and Yekutieli 2005, false coverage rate.
    """
    if picked == 0:
        return Z_95
    return max(Z_95, normal_quantile(1 - picked * MODERATE_Q / (2 * habits)))


def nights_until_clear(nights: int, standard_error: float) -> int | None:
    """Return how many more nights an unclear habit takes, rounded up to whole weeks.

    standard_error: of the log odds after `nights` nights. Meant is the number with which odds twice as high
    are seen with 80 % power. None when it would take over 730 nights, or when there are as many already.
    """
    needed = nights * ((Z_95 + Z_POWER_80) * standard_error / math.log(2)) ** 2 - nights
    if not 0 < needed <= MOST_NIGHTS_FORETOLD:
        return None
    weeks = math.ceil(needed / 7 - 1e-9)
    return 7 * weeks if 7 * weeks <= MOST_NIGHTS_FORETOLD else None
