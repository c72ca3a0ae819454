"""Tail chances, e-values and the two corrections for looking at many habits at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LOG_E_LIMIT = 690.0
"""exp() of more than about 709 is not finite; evidence that strong needs no more digits."""


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile of a probability between 0 and 1 (both excluded)."""
    return NormalDist().inv_cdf(probability)


def chi_square_tail(x: float, df: int) -> float:
    """Return the chance that a chi-square number with `df` degrees of freedom is `x` or more.

    df: 1 or more. Negative `x` counts as 0.
    Raises ValueError below one degree of freedom. Method: docs/statistics.md#test.
    """
    if df < 1:
        raise ValueError("A chi-square tail needs at least one degree of freedom.")
    half = max(x, 0.0) / 2
    if df % 2:
        tail, d = math.erfc(math.sqrt(half)), 1
    else:
        tail, d = math.exp(-half), 2
    while d < df:
        if half > 0:
            tail += math.exp(d / 2 * math.log(half) - half - math.lgamma(d / 2 + 1))
        d += 2
    return min(1.0, tail)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return the adjusted p (q) of each p-value in the order given.

    Source: Benjamini and Hochberg 1995; valid under positive dependence, Benjamini and Yekutieli 2001.
    """
    m = len(p_values)
    q_values = [1.0] * m
    smallest = 1.0
    for rank, place in sorted(enumerate(sorted(range(m), key=lambda i: p_values[i]), start=1), reverse=True):
        smallest = min(smallest, p_values[place] * m / rank)
        q_values[place] = smallest
    return q_values


def e_benjamini_hochberg(e_values: Sequence[float], alpha: float) -> list[bool]:
    """Return which e-values are kept at false discovery rate `alpha`, in the order given.

    The largest k is used for which the k-th largest e-value reaches m / (k alpha).
    Source: Wang and Ramdas 2022; holds under any dependence and tolerates repeated looks.
    """
    m = len(e_values)
    order = sorted(range(m), key=lambda i: -e_values[i])
    kept = 0
    for k, place in enumerate(order, start=1):
        # A relative allowance of 1e-12 keeps an e-value that equals its limit but for rounding.
        if e_values[place] * k * alpha >= m * (1 - 1e-12):
            kept = k
    chosen = set(order[:kept])
    return [i in chosen for i in range(m)]


def log_mixture_e_value(b: FloatArray, precision: FloatArray, tau: float = 1.0) -> float:
    """Return the log of the normal-mixture Bayes factor of coefficients `b` against zero.

    b: (k,) log odds; precision: (k, k), the inverse of their covariance; tau: sd of the mixture in log odds.
    """
    k = b.shape[0]
    u = precision @ b
    _, log_det = np.linalg.slogdet(np.eye(k) + tau**2 * precision)
    gain = u @ np.linalg.solve(precision + np.eye(k) / tau**2, u)
    return float(-0.5 * log_det + 0.5 * gain)


def mixture_e_value(b: FloatArray, precision: FloatArray, tau: float = 1.0) -> float:
    """Return the e-value of `b` against zero, always finite. See `log_mixture_e_value`."""
    return math.exp(min(log_mixture_e_value(b, precision, tau), LOG_E_LIMIT))
