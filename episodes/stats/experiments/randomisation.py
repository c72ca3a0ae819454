"""What a finished personal experiment says: an exact randomisation test and the interval that belongs to it.

Nights are compared as they were drawn, whatever was done (intention to treat). The test holds however cramp
nights cluster, because only the draw is taken to be random. Method and sources:
docs/statistics.md#experiments.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from episodes.stats.experiments.design import (
    BLOCK_NIGHTS,
    BLOCK_ORDERS,
    PAIR_NIGHTS,
    PERIOD_NIGHTS,
    DesignName,
    counts_in_test,
)
from episodes.stats.proportions import Share, share

FloatArray = npt.NDArray[np.float64]
ExperimentGrade = Literal["strong", "moderate", "not_shown"]

STRONG_P = 0.01
MODERATE_P = 0.05
SMALL_DIFFERENCE = 0.10
"""Risk per night: about three nights in four weeks."""

MOST_PAIRS_EXACT = 14
MOST_PATTERNS_FOR_INTERVAL = 4096
DRAWS_FOR_TEST = 19_999
DRAWS_FOR_INTERVAL = 1_999
DRAW_SEED = 20_250_101
"""Fixed, so that the same experiment reads the same on every page and every day."""

GRID_STEP = 0.0025
MISSING_SHARE_WARNED = 0.20
MISSING_DIFFERENCE_WARNED = 0.10
FOLLOWED_SUM_NEEDED = 1.5
ROUNDING = 1e-9


@dataclass(frozen=True)
class ExperimentNights:
    """A finished or stopped experiment.

    schedule: 1 remedy, 0 usual, one per planned night. cramps, done: one per planned night, None when not
    written or not answered. nights_run: planned nights that went by; fewer than planned means stopped early.
    Raises ValueError when lengths differ.
    """

    design: DesignName
    schedule: Sequence[int]
    cramps: Sequence[bool | int | None]
    done: Sequence[bool | int | None]
    nights_run: int

    def __post_init__(self) -> None:
        if not len(self.schedule) == len(self.cramps) == len(self.done):
            raise ValueError("Every planned night needs an arm, an outcome or None, and an answer or None.")
        if not 0 <= self.nights_run <= len(self.schedule):
            raise ValueError("An experiment cannot run longer than planned.")


@dataclass(frozen=True)
class RiskShift:
    """A difference in risk per night, remedy minus usual nights, with its 95 % interval by inversion."""

    estimate: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class ExperimentResult:
    """What one experiment shows.

    remedy, usual: cramp nights of the compared nights in each arm, as drawn. p: exact, two-sided.
    shift: None when nothing can be compared. shift_when_followed: None unless the plan was followed well
    enough.
    followed_remedy, followed_usual: nights on which the plan was followed, of those with an answer.
    missing_remedy, missing_usual: nights without an outcome, of the nights that went by and would be
    compared.
    """

    design: DesignName
    nights_planned: int
    nights_run: int
    remedy: Share
    usual: Share
    p: float
    grade: ExperimentGrade
    shift: RiskShift | None
    shift_when_followed: RiskShift | None
    followed_remedy: Share
    followed_usual: Share
    missing_remedy: Share
    missing_usual: Share

    @property
    def was_stopped_early(self) -> bool:
        return self.nights_run < self.nights_planned

    @property
    def is_borderline(self) -> bool:
        """Return whether test and interval disagree about "no difference"; the test decides."""
        return self.shift is not None and self.shift.excludes_zero != (self.p <= MODERATE_P)

    @property
    def difference_is_small(self) -> bool:
        """Return whether any difference is smaller than about three nights in four weeks."""
        shift = self.shift
        return shift is not None and shift.low >= -SMALL_DIFFERENCE and shift.high <= SMALL_DIFFERENCE

    @property
    def many_outcomes_are_missing(self) -> bool:
        missing = self.missing_remedy.x + self.missing_usual.x
        return missing > MISSING_SHARE_WARNED * (self.missing_remedy.n + self.missing_usual.n)

    @property
    def missing_differs_between_arms(self) -> bool:
        remedy, usual = self.missing_remedy.value, self.missing_usual.value
        return remedy is not None and usual is not None and abs(remedy - usual) > MISSING_DIFFERENCE_WARNED


@dataclass(frozen=True)
class Redrawn:
    """Schedules as they might have been drawn.

    a, b: sums of outcomes and of what was done, per redraw; a0, b0: of the true draw.

    is_complete: every possible draw is present, the true one among them.
    """

    a: FloatArray
    b: FloatArray
    a0: float
    b0: float
    is_complete: bool


def result_of_experiment(nights: ExperimentNights) -> ExperimentResult:
    """Return the result of an experiment, compared as drawn; nights without an outcome drop, positions stay.

    An experiment without a comparable night has p 1, no interval and grade not_shown.
    Grade: p <= 0.01 strong, p <= 0.05 moderate, else not_shown; stopped early at most moderate.
    """
    compared = [i for i in range(nights.nights_run) if counts_in_test(nights.design, i)]
    outcome = np.full(len(nights.schedule), np.nan)
    for i in compared:
        cramp = nights.cramps[i]
        outcome[i] = np.nan if cramp is None else float(cramp)
    arms = np.array(nights.schedule, dtype=np.float64)
    exact = _nightly_p if nights.design == "nightly" else _periods_p
    p = exact(arms, outcome)
    arm_nights = [[i for i in compared if nights.schedule[i] == arm] for arm in (0, 1)]
    usual, remedy = (_cramp_share(outcome, chosen) for chosen in arm_nights)
    missing_usual, missing_remedy = (
        share(sum(bool(np.isnan(outcome[i])) for i in chosen), len(chosen)) for chosen in arm_nights
    )
    followed_usual, followed_remedy = (
        _followed_share(nights.done, chosen, arm) for arm, chosen in enumerate(arm_nights)
    )
    redraw = _redraw_nightly if nights.design == "nightly" else _redraw_periods
    when_followed = None
    if (followed_usual.value or 0) + (followed_remedy.value or 0) >= FOLLOWED_SUM_NEEDED - ROUNDING:
        done = _done(nights, followed_remedy.value or 0.0, 1 - (followed_usual.value or 0.0))
        when_followed = _shift(redraw(arms, outcome, done))
    return ExperimentResult(
        design=nights.design,
        nights_planned=len(nights.schedule),
        nights_run=nights.nights_run,
        remedy=remedy,
        usual=usual,
        p=p,
        grade=_grade(p, stopped_early=nights.nights_run < len(nights.schedule)),
        shift=_shift(redraw(arms, outcome, arms)),
        shift_when_followed=when_followed,
        followed_remedy=followed_remedy,
        followed_usual=followed_usual,
        missing_remedy=missing_remedy,
        missing_usual=missing_usual,
    )


def _grade(p: float, *, stopped_early: bool) -> ExperimentGrade:
    if p <= STRONG_P and not stopped_early:
        return "strong"
    return "moderate" if p <= MODERATE_P else "not_shown"


def _cramp_share(outcome: FloatArray, chosen: Sequence[int]) -> Share:
    written = outcome[list(chosen)]
    written = written[~np.isnan(written)]
    return share(int(written.sum()), written.shape[0])


def _followed_share(done: Sequence[bool | int | None], chosen: Sequence[int], arm: int) -> Share:
    answered = [bool(done[i]) for i in chosen if done[i] is not None]
    return share(sum(did == bool(arm) for did in answered), len(answered))


def _done(nights: ExperimentNights, when_remedy: float, when_usual: float) -> FloatArray:
    """Return what was done per night, 1 or 0; where nobody answered, the share of its arm."""
    by_arm = (when_usual, when_remedy)
    return np.array(
        [
            by_arm[arm] if done is None else float(done)
            for arm, done in zip(nights.schedule, nights.done, strict=True)
        ]
    )


# --- Nightly: blocks of four nights ---------------------------------------------------------------


def _blocks(length: int) -> list[slice[int, int, None]]:
    return [slice(start, start + BLOCK_NIGHTS) for start in range(0, length, BLOCK_NIGHTS)]


def _nightly_p(arms: FloatArray, outcome: FloatArray) -> float:
    """Return the exact two-sided p of the sum over remedy nights of outcome minus its block's mean.

    Twelve times the sum is a whole number (block means have denominators 1 to 4), so the distribution over
    all 6 ** blocks schedules is exact: one convolution per block.
    """
    ways: dict[int, int] = {0: 1}
    observed = 0
    for block in _blocks(arms.shape[0]):
        y = outcome[block]
        is_written = ~np.isnan(y)
        written = int(is_written.sum())
        if written == 0:
            continue
        cramps = int(y[is_written].sum())
        twelfths = [12 * int(v) - 12 * cramps // written if ok else 0 for v, ok in _pairs(y, is_written)]
        observed += sum(t for t, arm in zip(twelfths, arms[block], strict=True) if arm == 1)
        steps = [sum(t for t, arm in zip(twelfths, order, strict=True) if arm) for order in BLOCK_ORDERS]
        further: dict[int, int] = {}
        for total, count in ways.items():
            for step in steps:
                further[total + step] = further.get(total + step, 0) + count
        ways = further
    extreme = sum(count for total, count in ways.items() if abs(total) >= abs(observed))
    return float(Fraction(extreme, sum(ways.values())))


def _pairs(y: FloatArray, is_written: npt.NDArray[np.bool_]) -> list[tuple[float, bool]]:
    return [(0.0 if np.isnan(v) else float(v), bool(ok)) for v, ok in zip(y, is_written, strict=True)]


def _centre_in_blocks(values: FloatArray, is_written: npt.NDArray[np.bool_]) -> FloatArray:
    """Return values minus the mean of the written nights of their block, 0 on nights not written."""
    centred = np.zeros_like(values)
    for block in _blocks(values.shape[0]):
        here = np.flatnonzero(is_written[block]) + block.start
        if here.shape[0]:
            centred[here] = values[here] - values[here].mean()
    return centred


def _redraw_nightly(arms: FloatArray, outcome: FloatArray, done: FloatArray) -> Redrawn:
    is_written = ~np.isnan(outcome)
    y = _centre_in_blocks(np.where(is_written, outcome, 0.0), is_written)
    d = _centre_in_blocks(done, is_written)
    random = np.random.Generator(np.random.PCG64(DRAW_SEED))
    orders = np.array(BLOCK_ORDERS, dtype=np.float64)
    blocks = arms.shape[0] // BLOCK_NIGHTS
    drawn = orders[random.integers(0, len(BLOCK_ORDERS), size=(DRAWS_FOR_INTERVAL, blocks))]
    schedules = drawn.reshape(DRAWS_FOR_INTERVAL, arms.shape[0])
    # y and d are centred, so centring the schedules as well would change nothing.
    return Redrawn(schedules @ y, schedules @ d, float(arms @ y), float(arms @ d), is_complete=False)


# --- Periods: pairs of weeks ----------------------------------------------------------------------


def _pair_differences(values: FloatArray, outcome: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return per pair the mean of its first week minus that of its second, and which pairs have both.

    Washout nights and nights without an outcome count in neither.
    """
    differences, usable = [], []
    for start in range(0, values.shape[0], PAIR_NIGHTS):
        means = []
        for first in (start, start + PERIOD_NIGHTS):
            week = slice(first, first + PERIOD_NIGHTS)
            chosen = values[week][~np.isnan(outcome[week])]
            means.append(float(chosen.mean()) if chosen.shape[0] else math.nan)
        differences.append(means[0] - means[1])
        usable.append(not math.isnan(differences[-1]))
    return np.array(differences), np.array(usable, dtype=bool)


def _all_signs(pairs: int) -> FloatArray:
    """Return every pattern of +1 and -1 over `pairs` pairs, (2 ** pairs, pairs)."""
    patterns = (np.arange(2**pairs)[:, None] >> np.arange(pairs)) & 1
    return (2 * patterns - 1).astype(np.float64)


def _drawn_signs(draws: int, pairs: int) -> FloatArray:
    random = np.random.Generator(np.random.PCG64(DRAW_SEED))
    return (2 * random.integers(0, 2, size=(draws, pairs)) - 1).astype(np.float64)


def _first_week_signs(arms: FloatArray, usable: npt.NDArray[np.bool_]) -> FloatArray:
    return (2.0 * arms[::PAIR_NIGHTS] - 1.0)[usable]


def _periods_p(arms: FloatArray, outcome: FloatArray) -> float:
    """Return the two-sided p over all sign patterns of the pairs, or over 19,999 draws above 14 pairs."""
    differences, usable = _pair_differences(outcome, outcome)
    differences = differences[usable]
    pairs = differences.shape[0]
    observed = abs(float(_first_week_signs(arms, usable) @ differences)) - ROUNDING
    if pairs <= MOST_PAIRS_EXACT:
        return float(np.mean(np.abs(_all_signs(pairs) @ differences) >= observed))
    hits = int(np.sum(np.abs(_drawn_signs(DRAWS_FOR_TEST, pairs) @ differences) >= observed))
    return (1 + hits) / (DRAWS_FOR_TEST + 1)


def _redraw_periods(arms: FloatArray, outcome: FloatArray, done: FloatArray) -> Redrawn:
    y, usable = _pair_differences(outcome, outcome)
    d, _ = _pair_differences(done, outcome)
    y, d = y[usable], d[usable]
    pairs = y.shape[0]
    signs = _first_week_signs(arms, usable)
    is_complete = 2**pairs <= MOST_PATTERNS_FOR_INTERVAL
    patterns = _all_signs(pairs) if is_complete else _drawn_signs(DRAWS_FOR_INTERVAL, pairs)
    return Redrawn(patterns @ y, patterns @ d, float(signs @ y), float(signs @ d), is_complete)


# --- The interval ---------------------------------------------------------------------------------


def _shift(redrawn: Redrawn) -> RiskShift | None:
    """Return the shifts of risk that the test would not reject at 5 %, on a grid from -1 to 1.

    None when no schedule could have shown anything (nothing written, or the plan never followed).
    """
    if redrawn.b0 <= ROUNDING:
        return None
    steps = round(1 / GRID_STEP)
    grid = np.arange(-steps, steps + 1) * GRID_STEP
    kept = []
    for delta in grid.tolist():
        as_extreme = np.abs(redrawn.a - delta * redrawn.b) >= abs(redrawn.a0 - delta * redrawn.b0) - ROUNDING
        hits, draws = int(as_extreme.sum()), redrawn.a.shape[0]
        p = hits / draws if redrawn.is_complete else (1 + hits) / (1 + draws)
        if p > MODERATE_P:
            kept.append(delta)
    estimate = redrawn.a0 / redrawn.b0
    # The estimate itself is never rejected, but may lie beyond a grid that ends at -1 and 1.
    return RiskShift(estimate=estimate, low=min([*kept, estimate]), high=max([*kept, estimate]))
