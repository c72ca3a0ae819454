"""What is low, high and in between for this person: one rule for the model, the minimums and the notes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

MOST_STEPS_READ = 100
"""Amounts further from the usual ones than so many times usual high minus usual low are read as that far."""


@dataclass(frozen=True)
class UsualAmounts:
    """A person's usual low and usual high amount, and the range in which the model reads amounts.

    Raises nothing; built by `usual_amounts` from amounts that differ.
    """

    low: float
    high: float
    read_from: float
    read_to: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def usual_amounts(answers: FloatArray) -> UsualAmounts:
    """Return the usual amounts of a person; `answers` holds at least two different amounts and no nan.

    Usual low and high are the 20th and 80th percentile. When these are equal (most answers are one amount),
    the lowest answer and the median of the answers above it. Amounts are read within the 10th and 90th
    percentile.
    """
    ordered = np.sort(answers).tolist()
    read_from, low, high, read_to = (_percentile(ordered, share) for share in (0.1, 0.2, 0.8, 0.9))
    if high <= low:
        low = float(answers.min())
        high = float(np.median(answers[answers > low]))
    if read_to <= read_from:
        # Over 80 % of the answers are one amount: reading within 10-90 % would leave no difference at all.
        read_from, read_to = min(low, read_from), max(high, read_to)
    # Mistyped amounts (a zero too many, often) must not make columns that no computer can solve.
    reach = MOST_STEPS_READ * (high - low)
    return UsualAmounts(low, high, max(read_from, low - reach), min(read_to, high + reach))


def _percentile(ordered: list[float], share: float) -> float:
    """Return the percentile of sorted amounts, linear between neighbours.

    The same number as numpy's, in a tenth of the time: it is asked four times per habit and page.
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def commonest_level(answers: FloatArray, levels: int) -> int:
    """Return the position of the commonest of `levels` levels, the first in declared order on ties."""
    return int(np.argmax(np.bincount(answers.astype(np.int64), minlength=levels)))
