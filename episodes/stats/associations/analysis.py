"""The factor analysis: which habits go with cramp nights in one diary, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from episodes.stats.associations.analysis_input import (
    AnalysisInput,
    FactorKind,
    NightColumns,
    night_columns,
)
from episodes.stats.associations.analysis_result import (
    AnalysisResult,
    Contrast,
    ContrastEnd,
    FactorResult,
    PlainCounts,
    RiskChange,
)
from episodes.stats.associations.dose import LevelCount, level_counts
from episodes.stats.associations.enough_data import NIGHTS_FOR_COUNTS, shortfall, varies
from episodes.stats.associations.evidence import chi_square_tail, mixture_e_value
from episodes.stats.associations.grades import CLAIMS, Evidence, Grading, grade_habits, nights_until_clear
from episodes.stats.associations.habit_notes import (
    after_bad_nights,
    habits_together,
    nights_after,
    with_habit,
)
from episodes.stats.associations.joint_model import (
    INTERVAL_SD,
    FactorColumns,
    JointFit,
    RiskMap,
    directions,
    fit_joint_model,
    risk_map,
    run_inflation,
    with_prior,
)
from episodes.stats.associations.usual_amounts import commonest_level, usual_amounts
from episodes.stats.proportions import Z_95, katz_ratio, newcombe_difference

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CodedFactor:
    """A habit ready for the model: its columns, and what 0 and 1 mean in each of them."""

    columns: FactorColumns
    start: ContrastEnd
    ends: tuple[ContrastEnd, ...]


@dataclass(frozen=True)
class TestedFactor:
    """A habit with enough nights, after the joint fit: evidence, contrasts and the maps that made them."""

    evidence: Evidence
    contrasts: tuple[Contrast, ...]
    maps: tuple[RiskMap, ...]

    @property
    def largest_standard_error(self) -> float:
        return max(contrast.standard_error for contrast in self.contrasts)


def analyse(diary: AnalysisInput, *, with_grades: bool = True) -> AnalysisResult:
    """Return every habit's counts, comparison and grade from one joint model of all of them.

    diary: counted nights only. A habit that was always answered the same way never enters the model; one
    without enough nights enters beside the others, but is not graded. Never fails for lack of nights:
    without one, the result has no first and last date and every habit reads not_enough. Without grades every
    habit reads not_enough too, and has its counts. Method: docs/statistics.md.
    """
    if not diary.dates:
        return _without_nights(diary)
    nights = night_columns(diary)
    kinds = {name: factor.kind for name, factor in diary.factors.items()}
    shortfalls = {name: shortfall(kinds[name], nights.codes[name], nights.cramps) for name in kinds}
    graded = [name for name, short in shortfalls.items() if short is None and with_grades]
    tested = _test_together(kinds, nights, graded) if graded else {}
    grading = grade_habits([tested[name].evidence for name in graded])
    place = {name: i for i, name in enumerate(graded)}

    marks = {name: with_habit(kinds[name], nights.codes[name]) for name in kinds}
    together = habits_together(marks)
    before = nights_after(nights.days, nights.cramps)
    counted = nights.cramps.shape[0]
    factors = []
    for name, kind in kinds.items():
        codes = nights.codes[name]
        levels = level_counts(kind, codes, nights.cramps)
        answers = codes[~np.isnan(codes)]
        usual = usual_amounts(answers) if kind.name == "amount" and varies(answers) else None
        result = FactorResult(
            name=name,
            kind=kind,
            grade="not_enough",
            answered=answers.shape[0],
            unanswered=counted - answers.shape[0],
            p=None,
            q=None,
            e=None,
            shortfall=shortfalls[name],
            nights_needed=None,
            contrasts=(),
            levels=levels,
            plain=_plain_counts(kind, levels),
            usual_low=usual.low if usual else None,
            usual_high=usual.high if usual else None,
            after_bad_nights=after_bad_nights(kind, codes, before),
            together=together[name],
        )
        factors.append(_graded(result, tested.get(name), grading, place.get(name), counted))
    return AnalysisResult(
        nights=counted,
        cramp_nights=int(nights.cramps.sum()),
        first=min(diary.dates),
        last=max(diary.dates),
        factors=tuple(factors),
    )


def _without_nights(diary: AnalysisInput) -> AnalysisResult:
    nothing = np.zeros(0)
    factors = tuple(
        FactorResult(
            name=name,
            kind=factor.kind,
            grade="not_enough",
            answered=0,
            unanswered=0,
            p=None,
            q=None,
            e=None,
            shortfall=shortfall(factor.kind, nothing, nothing),
            nights_needed=None,
            contrasts=(),
            levels=level_counts(factor.kind, nothing, nothing),
            plain=None,
            usual_low=None,
            usual_high=None,
            after_bad_nights=(),
            together=(),
        )
        for name, factor in diary.factors.items()
    )
    return AnalysisResult(nights=0, cramp_nights=0, first=None, last=None, factors=factors)


def _graded(
    result: FactorResult, tested: TestedFactor | None, grading: Grading, place: int | None, nights: int
) -> FactorResult:
    """Return the result with its grade, or with the nights it still needs."""
    if tested is None or place is None:
        needed = result.shortfall.nights_needed if result.shortfall else None
        return replace(result, nights_needed=needed)
    grade = grading.grades[place]
    contrasts = tested.contrasts
    if grade in CLAIMS:
        contrasts = tuple(
            _with_picked_range(contrast, risks, grading.picked_z)
            for contrast, risks in zip(contrasts, tested.maps, strict=True)
        )
    needed = nights_until_clear(nights, tested.largest_standard_error) if grade == "unclear" else None
    return replace(
        result,
        grade=grade,
        p=tested.evidence.p,
        q=grading.q_values[place],
        e=tested.evidence.e,
        nights_needed=needed,
        contrasts=contrasts,
    )


def code_factor(kind: FactorKind, codes: FloatArray) -> CodedFactor:
    """Return the model columns of a habit whose answers vary; blanks take the mean of the answers.

    Yes or no: 0 and 1. Amount: 0 at the usual low, 1 at the usual high. Category: one column per level that
    occurs, except the commonest.
    """
    is_answered = ~np.isnan(codes)
    answers = codes[is_answered]
    start: ContrastEnd
    ends: tuple[ContrastEnd, ...]
    if kind.name == "binary":
        columns, start, ends = answers[:, None], 0.0, (1.0,)
    elif kind.name == "amount":
        usual = usual_amounts(answers)
        held = np.clip(answers, usual.read_from, usual.read_to)
        columns, start, ends = (
            ((held - usual.low) / (usual.high - usual.low))[:, None],
            usual.low,
            (usual.high,),
        )
    else:
        reference = commonest_level(answers, len(kind.levels))
        others = [i for i in range(len(kind.levels)) if i != reference and np.any(answers == i)]
        columns = (answers[:, None] == others).astype(np.float64)
        start, ends = kind.levels[reference], tuple(kind.levels[i] for i in others)
    means = columns.mean(axis=0)
    filled = np.tile(means, (codes.shape[0], 1))
    filled[is_answered] = columns
    return CodedFactor(FactorColumns(filled, means), start, ends)


def _test_together(
    kinds: Mapping[str, FactorKind], nights: NightColumns, graded: Sequence[str]
) -> dict[str, TestedFactor]:
    """Return test and contrasts of each habit in `graded`, from one fit of every habit that varies."""
    coded = {
        name: code_factor(kind, nights.codes[name])
        for name, kind in kinds.items()
        if varies(nights.codes[name][~np.isnan(nights.codes[name])])
    }
    fit = fit_joint_model(
        nights.days, nights.weekdays, nights.cramps, [factor.columns for factor in coded.values()]
    )
    direction = directions(fit)
    moved = fit.columns @ direction
    inflation = run_inflation(fit, moved)
    return {
        name: _test_one(fit, block, factor, inflation[block], direction, moved)
        for block, (name, factor) in enumerate(coded.items())
        if name in graded
    }


def _test_one(
    fit: JointFit, block: int, factor: CodedFactor, inflation: float, direction: FloatArray, moved: FloatArray
) -> TestedFactor:
    """Return evidence and contrasts of one habit of the joint fit."""
    place = fit.blocks[block]
    own = slice(place.start - fit.blocks[0].start, place.stop - fit.blocks[0].start)
    free = with_prior(fit, block, math.inf)
    precision = np.asarray(np.linalg.inv(free.covariance) / inflation, dtype=np.float64)
    chi_square = float(free.coefficients @ precision @ free.coefficients)
    estimate = with_prior(fit, block, INTERVAL_SD)
    errors = np.sqrt(inflation * np.diag(estimate.covariance))
    contrasts, maps = [], []
    for column, end in enumerate(factor.ends):
        risks = risk_map(fit, direction[:, own][:, column], moved[:, own][:, column], block, column)
        log_odds, error = float(estimate.coefficients[column]), float(errors[column])
        at = risks.risks([log_odds, log_odds - Z_95 * error, log_odds + Z_95 * error, risks.coefficient])
        maps.append(risks)
        contrasts.append(Contrast(factor.start, end, log_odds, error, *(RiskChange(*pair) for pair in at)))
    evidence = Evidence(
        p=chi_square_tail(chi_square, own.stop - own.start),
        e=mixture_e_value(free.coefficients, precision),
        ratio_ranges=tuple((contrast.low.ratio, contrast.high.ratio) for contrast in contrasts),
    )
    return TestedFactor(evidence, tuple(contrasts), tuple(maps))


def _with_picked_range(contrast: Contrast, risks: RiskMap, z: float) -> Contrast:
    reach = z * contrast.standard_error
    low, high = risks.risks([contrast.log_odds - reach, contrast.log_odds + reach])
    return replace(contrast, picked_low=RiskChange(*low), picked_high=RiskChange(*high))


def _plain_counts(kind: FactorKind, levels: Sequence[LevelCount]) -> PlainCounts | None:
    """Return counts with and without a yes-or-no habit; None for other kinds and below 14 answered nights."""
    if kind.name != "binary":
        return None
    without, with_habit_counts = levels[0].cramps, levels[1].cramps
    if without.n + with_habit_counts.n < NIGHTS_FOR_COUNTS:
        return None
    counts = (with_habit_counts.x, with_habit_counts.n, without.x, without.n)
    return PlainCounts(with_habit_counts, without, newcombe_difference(*counts), katz_ratio(*counts))
