"""Which habits have enough nights for a grade, and if not, what is missing and how many nights that takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.usual_amounts import usual_amounts

FloatArray = npt.NDArray[np.float64]

NIGHTS_FOR_COUNTS = 14
NIGHTS_FOR_GRADES = 28
CRAMP_NIGHTS = 8
QUIET_NIGHTS = 8
ANSWERED_NIGHTS = 28
ANSWERED_SHARE = 0.5
NIGHTS_ON_EACH_SIDE = 8
EXPECTED_CRAMPS_ON_EACH_SIDE = 2

Rule = Literal[
    "nights",
    "cramp_nights",
    "quiet_nights",
    "answered",
    "answered_share",
    "same_answer",
    "side",
    "expected_cramps",
]
Side = Literal["with", "without", "more", "less", "other_level"]


@dataclass(frozen=True)
class Shortfall:
    """The one thing that keeps a habit from being compared, and how far it is away.

    rule: which minimum; have, need: in nights (for expected_cramps in cramp nights, for answered_share a
    share).
    side: which side of the habit is short of nights, for rules about sides; level: that level, for a
    category.
    more: nights of the missing sort still needed, such as nights on that side; None where no number can be
    given, and for a share.
    nights_needed: counted nights still needed in all, at the present share of such nights; None when unknown.
    """

    rule: Rule
    have: float
    need: float
    side: Side | None = None
    level: str | None = None
    more: int | None = None
    nights_needed: int | None = None


def _short(
    rule: Rule, have: float, need: float, nights: int, side: Side | None = None, level: str | None = None
) -> Shortfall | None:
    """Return the shortfall of a count that grows with the nights, or None when the minimum is met."""
    # Shares such as 8 * 28 / 112 must meet their limit whatever the rounding.
    if have >= need - 1e-9:
        return None
    needed = math.ceil(nights * need / have - nights - 1e-9) if have > 0 else None
    return Shortfall(rule, have, need, side, level, math.ceil(need - have), needed)


def general_shortfall(cramps: FloatArray) -> list[Shortfall]:
    """Return which minimums of the diary as a whole are not met; cramps: 0.0 or 1.0 per counted night."""
    nights, cramp_nights = cramps.shape[0], int(cramps.sum())
    found = [
        Shortfall(
            "nights",
            nights,
            NIGHTS_FOR_GRADES,
            None,
            None,
            NIGHTS_FOR_GRADES - nights,
            NIGHTS_FOR_GRADES - nights,
        )
        if nights < NIGHTS_FOR_GRADES
        else None,
        _short("cramp_nights", cramp_nights, CRAMP_NIGHTS, nights),
        _short("quiet_nights", nights - cramp_nights, QUIET_NIGHTS, nights),
    ]
    return [short for short in found if short]


def _sides(kind: FactorKind, answers: FloatArray) -> list[tuple[int, Side, str | None]]:
    """Return the nights on each side of a comparison; an amount exactly in the middle is on neither."""
    if kind.name == "binary":
        with_habit = int((answers == 1).sum())
        return [(answers.shape[0] - with_habit, "without", None), (with_habit, "with", None)]
    if kind.name == "amount":
        middle = usual_amounts(answers).middle
        return [(int((answers < middle).sum()), "less", None), (int((answers > middle).sum()), "more", None)]
    counts = np.bincount(answers.astype(np.int64), minlength=len(kind.levels))
    second = int(np.argsort(-counts, kind="stable")[1])
    return [(int(counts[second]), "other_level", kind.levels[second])]


def _answer_shortfall(kind: FactorKind, codes: FloatArray, cramps: FloatArray) -> list[Shortfall]:
    nights = codes.shape[0]
    is_answered = ~np.isnan(codes)
    answers = codes[is_answered]
    answered = answers.shape[0]
    found: list[Shortfall | None] = [_short("answered", answered, ANSWERED_NIGHTS, nights)]
    if answered < ANSWERED_SHARE * nights:
        # A blank stays blank: with every coming night answered, half is reached after this many.
        needed = nights - 2 * answered
        found.append(Shortfall("answered_share", answered / nights, ANSWERED_SHARE, nights_needed=needed))
    if not varies(answers):
        found.append(Shortfall("same_answer", 0, NIGHTS_ON_EACH_SIDE, more=NIGHTS_ON_EACH_SIDE))
    else:
        rate = float(cramps[is_answered].sum()) / answered
        for count, side, level in _sides(kind, answers):
            found.append(_short("side", count, NIGHTS_ON_EACH_SIDE, nights, side, level))
            expected = _short(
                "expected_cramps", count * rate, EXPECTED_CRAMPS_ON_EACH_SIDE, nights, side, level
            )
            if expected is not None:
                more = math.ceil(EXPECTED_CRAMPS_ON_EACH_SIDE / rate - count - 1e-9) if rate else None
                expected = replace(expected, more=more)
            found.append(expected)
    return [short for short in found if short]


def varies(answers: FloatArray) -> bool:
    """Return whether at least two different answers were given (no nan among them)."""
    return answers.shape[0] > 1 and bool(answers.min() != answers.max())


def shortfall(kind: FactorKind, codes: FloatArray, cramps: FloatArray) -> Shortfall | None:
    """Return what keeps one habit from being compared, or None when it has enough nights.

    codes: one number per counted night, nan where unanswered (`Factor.codes`); cramps: 0.0 or 1.0.
    Of several missing things the one that takes longest is returned; one without an end counts as longest.
    """
    found = general_shortfall(cramps) + _answer_shortfall(kind, codes, cramps)
    if not found:
        return None
    return max(found, key=lambda short: math.inf if short.nights_needed is None else short.nights_needed)
