"""Shares of nights, their difference and their ratio, with intervals that hold in small numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""

RATIO_SHOWN_FROM = 0.1
RATIO_SHOWN_TO = 10.0


@dataclass(frozen=True)
class Share:
    """A share of nights, `x` of `n`, with its 95 % Wilson interval; `value` is None when `n` is 0."""

    x: int
    n: int
    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """A share minus another share, between -1 and 1, with its 95 % Newcombe interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Ratio:
    """A share divided by another share with its 95 % Katz interval.

    adjusted: a cell was zero, so half a cramp night was added to both sides before dividing.
    """

    value: float
    low: float
    high: float
    adjusted: bool

    @property
    def is_off_the_scale(self) -> bool:
        """Return whether the page says "more than 10 times" or "less than a tenth" in place of the number."""
        return not RATIO_SHOWN_FROM <= self.value <= RATIO_SHOWN_TO


def _check_counts(x: int, n: int) -> None:
    if n < 0 or not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is not a share of nights.")


def wilson_interval(x: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the Wilson score interval of `x` cramp nights of `n`, within 0 and 1.

    With no night at all nothing is known: (0, 1).
    Raises ValueError unless 0 <= x <= n. Source: Wilson 1927; Newcombe 1998a, method 3.
    """
    _check_counts(x, n)
    if n == 0:
        return 0.0, 1.0
    centre = x + z * z / 2
    half = z * math.sqrt(x * (n - x) / n + z * z / 4)
    # The formula reaches exactly 0 and 1 at the ends; rounding must not pass them.
    low = 0.0 if x == 0 else max(0.0, (centre - half) / (n + z * z))
    high = 1.0 if x == n else min(1.0, (centre + half) / (n + z * z))
    return low, high


def share(x: int, n: int) -> Share:
    """Return `x` of `n` nights as a share with its 95 % Wilson interval.

    Raises ValueError unless 0 <= x <= n. Method: docs/statistics.md#shares.
    """
    low, high = wilson_interval(x, n)
    return Share(x=x, n=n, value=x / n if n else None, low=low, high=high)


def newcombe_difference(x1: int, n1: int, x0: int, n0: int, z: float = Z_95) -> Difference | None:
    """Return share `x1` of `n1` minus share `x0` of `n0` with its Newcombe interval; None if a side is empty.

    Raises ValueError unless 0 <= x <= n on both sides. Source: Newcombe 1998b, method 10.
    """
    low1, high1 = wilson_interval(x1, n1, z)
    low0, high0 = wilson_interval(x0, n0, z)
    if n1 == 0 or n0 == 0:
        return None
    p1, p0 = x1 / n1, x0 / n0
    d = p1 - p0
    low = d - math.hypot(p1 - low1, high0 - p0)
    high = d + math.hypot(high1 - p1, p0 - low0)
    return Difference(value=d, low=max(-1.0, low), high=min(1.0, high))


def katz_ratio(x1: int, n1: int, x0: int, n0: int, z: float = Z_95) -> Ratio | None:
    """Return share `x1` of `n1` divided by share `x0` of `n0` with its Katz log interval.

    None when a side has no night.
    When one of the four cells is zero (a side without a cramp night or without a quiet night), half a night
    is added to both counts and one to both totals, so that every number stays finite and no interval has
    width zero.
    Raises ValueError unless 0 <= x <= n on both sides. Source: Katz 1978.
    """
    _check_counts(x1, n1)
    _check_counts(x0, n0)
    if n1 == 0 or n0 == 0:
        return None
    adjusted = x1 == 0 or x0 == 0 or x1 == n1 or x0 == n0
    a, m1, b, m0 = float(x1), float(n1), float(x0), float(n0)
    if adjusted:
        a, m1, b, m0 = a + 0.5, m1 + 1, b + 0.5, m0 + 1
    value = (a / m1) / (b / m0)
    spread = z * math.sqrt(1 / a - 1 / m1 + 1 / b - 1 / m0)
    return Ratio(value=value, low=value * math.exp(-spread), high=value * math.exp(spread), adjusted=adjusted)
