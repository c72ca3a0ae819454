"""One penalised logistic model of all habits, with weekday, slow drift and recent cramps beside them.

Every array here has one row per counted night, sorted by date. Method: docs/statistics.md#joint-model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

WEEKDAY_SD = 0.5
WAVE_SD = 0.7
BURDEN_SD = 2.0
LAST_NIGHT_SD = 1.0
FACTOR_SD = 0.7
INTERVAL_SD = 2.0

DAYS_PER_WAVE = 28
MOST_WAVES = 24
BURDEN_KEPT = 0.5**0.25
"""A recent cramp counts half as much after four nights."""

LONGEST_RUN_LAG = 14
LARGEST_COEFFICIENT = 12.0
"""Log odds beyond this are certainty for any purpose of a diary."""

STEP_CAP = 2.0
STEP_END = 1e-9
MOST_STEPS = 200
STEPS_BEFORE_HALVING = 25


@dataclass(frozen=True)
class FactorColumns:
    """The coded columns of one habit, each 0 at the reference and 1 at the end of its contrast.

    values: (nights, k), blanks filled with the mean of the answers, not yet centred; means: (k,) of the
    answers.
    """

    values: FloatArray
    means: FloatArray

    @property
    def width(self) -> int:
        return int(self.means.shape[0])


@dataclass(frozen=True)
class JointFit:
    """The penalised fit. columns: (nights, p); coefficients: (p,); covariance: (p, p) inverse Hessian."""

    columns: FloatArray
    prior_precision: FloatArray
    coefficients: FloatArray
    covariance: FloatArray
    fitted: FloatArray
    weights: FloatArray
    blocks: tuple[slice[int, int, None], ...]
    factors: tuple[FactorColumns, ...]
    burden_place: int
    days: IntArray
    cramps: FloatArray


@dataclass(frozen=True)
class BlockEstimate:
    """Coefficients (log odds) of one habit and their covariance under another prior, before run inflation."""

    coefficients: FloatArray
    covariance: FloatArray


def logistic(log_odds: FloatArray) -> FloatArray:
    """Return the chance of a cramp for log odds of any size, without overflow."""
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -700.0, 700.0)))


def recent_cramps(days: IntArray, cramps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the recent burden and last night's deviation, one number each per counted night.

    Both run over every calendar night; a night that is not counted is taken as average (deviation 0).
    """
    calendar = np.zeros(int(days[-1]) + 1)
    calendar[days] = cramps - cramps.mean()
    burden = np.zeros_like(calendar)
    level = 0.0
    for t, deviation in enumerate(calendar[:-1].tolist(), start=1):
        level = BURDEN_KEPT * level + (1 - BURDEN_KEPT) * deviation
        burden[t] = level
    last_night = np.concatenate([[0.0], calendar[:-1]])
    return burden[days], last_night[days]


def _nuisance(days: IntArray, weekdays: IntArray, cramps: FloatArray) -> tuple[FloatArray, FloatArray, int]:
    """Return the columns beside the habits, intercept first, their prior precisions, the burden's place."""
    n, total = days.shape[0], int(days[-1]) + 1
    weekday = (weekdays[:, None] == np.arange(7)).astype(np.float64)
    weekday -= weekday.mean(axis=0)
    waves = min(MOST_WAVES, total // DAYS_PER_WAVE)
    drift = np.cos(np.pi * np.outer(days + 0.5, np.arange(1, waves + 1)) / total)
    burden, last_night = recent_cramps(days, cramps)
    columns = np.column_stack([np.ones(n), weekday, drift, burden, last_night])
    sds = np.array([WEEKDAY_SD] * 7 + [WAVE_SD] * waves + [BURDEN_SD, LAST_NIGHT_SD])
    return columns, np.concatenate([[0.0], sds**-2]), 8 + waves


def fit_joint_model(
    days: IntArray, weekdays: IntArray, cramps: FloatArray, factors: Sequence[FactorColumns]
) -> JointFit:
    """Return the penalised fit of cramp nights on all habits at once.

    days: since the first night; weekdays: 0 = Monday; cramps: 0.0 or 1.0; factors: columns that vary.
    Newton's method from zero, steps capped; the priors keep separation and identical habits finite.
    """
    nuisance, nuisance_precision, burden_place = _nuisance(days, weekdays, cramps)
    columns = np.column_stack([nuisance, *(factor.values - factor.means for factor in factors)])
    places = np.cumsum([nuisance.shape[1], *(factor.width for factor in factors)]).tolist()
    blocks = tuple(slice(start, stop) for start, stop in pairwise(places))
    precision = np.concatenate(
        [nuisance_precision, np.full(columns.shape[1] - nuisance.shape[1], FACTOR_SD**-2)]
    )
    beta, fitted, weights, hessian = _newton(columns, cramps, precision)
    covariance = np.linalg.inv(hessian)
    return JointFit(
        columns=columns,
        prior_precision=precision,
        coefficients=beta,
        covariance=(covariance + covariance.T) / 2,
        fitted=fitted,
        weights=weights,
        blocks=blocks,
        factors=tuple(factors),
        burden_place=burden_place,
        days=days,
        cramps=cramps,
    )


def _newton(
    columns: FloatArray, cramps: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return coefficients, fitted chances, weights and Hessian at the penalised optimum."""
    n, total = cramps.shape[0], float(cramps.sum())
    beta = np.zeros(columns.shape[1])
    beta[0] = np.log((total + 0.5) / (n - total + 0.5))
    diagonal = np.arange(columns.shape[1])
    for step_number in range(MOST_STEPS):
        fitted = logistic(columns @ beta)
        weights = fitted * (1 - fitted)
        hessian = columns.T @ (weights[:, None] * columns)
        hessian[diagonal, diagonal] += precision
        step = np.linalg.solve(hessian, columns.T @ (cramps - fitted) - precision * beta)
        size = float(np.abs(step).max())
        if size < STEP_END:
            break
        if size > STEP_CAP:
            step = np.clip(step, -STEP_CAP, STEP_CAP)
        # The function is concave, so shorter steps end any to and fro between two points.
        beta = beta + (step if step_number < STEPS_BEFORE_HALVING else step / 2)
    return beta, fitted, weights, hessian


def with_prior(fit: JointFit, block: int, sd: float) -> BlockEstimate:
    """Return one habit's coefficients as if its own prior had standard deviation `sd` (inf for none).

    One step from the joint fit (Laplace downdate): the habit's own prior is taken out and the new one put in.
    """
    place = fit.blocks[block]
    precision = np.linalg.inv(fit.covariance[place, place])
    k = precision.shape[0]
    changed = precision + np.eye(k) * sd**-2 - np.diag(fit.prior_precision[place])
    covariance = np.linalg.inv((changed + changed.T) / 2)
    coefficients = covariance @ precision @ fit.coefficients[place]
    return BlockEstimate(coefficients=coefficients, covariance=(covariance + covariance.T) / 2)


def directions(fit: JointFit) -> FloatArray:
    """Return how all coefficients move when one habit's coefficient moves by 1: (p, habit columns)."""
    first = fit.blocks[0].start if fit.blocks else fit.coefficients.shape[0]
    covariance = fit.covariance[:, first:]
    return covariance / np.diag(fit.covariance)[first:]


def run_inflation(fit: JointFit, moved: FloatArray) -> list[float]:
    """Return by how much runs of cramp nights widen each habit's variance, 1 or more per habit.

    moved: columns @ directions(fit), (nights, habit columns). Lagged products run over the calendar up to 14
    nights back, nights that are not counted as 0. Source: Bayley and Hammersley 1946.
    """
    root = np.sqrt(fit.weights)
    total = int(fit.days[-1]) + 1
    residual = np.zeros(total)
    residual[fit.days] = (fit.cramps - fit.fitted) / np.maximum(root, 1e-150)
    exposure_on_nights = moved * root[:, None]
    exposure = np.zeros((moved.shape[1], total))
    exposure[:, fit.days] = (exposure_on_nights - exposure_on_nights.mean(axis=0)).T
    residual_square = float(residual @ residual)
    exposure_square = np.einsum("kt,kt->k", exposure, exposure)
    inflation = np.ones(moved.shape[1])
    for lag in range(1, min(LONGEST_RUN_LAG, total - 1) + 1):
        r_residual = float(residual[lag:] @ residual[:-lag]) / residual_square
        r_exposure = np.einsum("kt,kt->k", exposure[:, lag:], exposure[:, :-lag])
        r_exposure = r_exposure / np.maximum(exposure_square, 1e-300)
        inflation += 2 * (1 - lag / (LONGEST_RUN_LAG + 1)) * r_residual * r_exposure
    inflation = np.maximum(inflation, 1.0)
    first = fit.blocks[0].start
    return [float(inflation[block.start - first : block.stop - first].max()) for block in fit.blocks]


@dataclass(frozen=True)
class RiskMap:
    """Turns a value of one habit's coefficient into two risks, averaged over the nights as they were.

    Everything needed for one contrast (reference to the end of column `column`), on the log-odds scale.
    """

    base: FloatArray  # log odds with the habit's own columns left out
    drift: FloatArray  # how base moves per unit of the coefficient
    at_reference: tuple[float, float]  # own part at the reference: value and move per unit
    at_end: tuple[float, float]
    coefficient: float

    def risks(self, values: Sequence[float]) -> list[tuple[float, float]]:
        """Return (risk at the reference, risk at the end) per night for each coefficient value (log odds).

        Values are held within 12 log odds. Marginal standardisation: Muller and MacLehose 2014.
        """
        held = np.clip(np.asarray(values, dtype=np.float64), -LARGEST_COEFFICIENT, LARGEST_COEFFICIENT)
        moves = held - self.coefficient
        shared = self.base + moves[:, None] * self.drift
        own = [(value + moves * slope)[:, None] for value, slope in (self.at_reference, self.at_end)]
        averages = [logistic(shared + part).mean(axis=1) for part in own]
        return [(float(low), float(high)) for low, high in zip(*averages, strict=True)]


def risk_map(fit: JointFit, direction: FloatArray, moved: FloatArray, block: int, column: int) -> RiskMap:
    """Return the risk map of column `column` of habit `block`.

    direction, moved: that column's part of `directions(fit)` and of `columns @ directions(fit)`.
    """
    place = fit.blocks[block]
    own_beta, own_direction = fit.coefficients[place], direction[place]
    own_columns = fit.columns[:, place]
    reference = -fit.factors[block].means
    end = reference.copy()
    end[column] += 1.0
    return RiskMap(
        base=fit.columns @ fit.coefficients - own_columns @ own_beta,
        drift=moved - own_columns @ own_direction,
        at_reference=(float(reference @ own_beta), float(reference @ own_direction)),
        at_end=(float(end @ own_beta), float(end @ own_direction)),
        coefficient=float(own_beta[column]),
    )
