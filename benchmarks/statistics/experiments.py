"""Simulated personal experiments: how often the test errs, and how often its interval holds the truth."""

from __future__ import annotations

import math
import random as chance
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.statistics.judge import Tally, in_parallel
from episodes.stats.experiments.design import DesignName, counts_in_test, draw_schedule
from episodes.stats.experiments.randomisation import ExperimentNights, result_of_experiment

MISSING = 0.08
WANDER_SD = 0.5
WANDER_RUNS = 0.85
MOST_RISK = 0.95


@dataclass(frozen=True)
class TrialKind:
    """One row of the table. ratio: risk with the remedy over risk without; followed: share as planned."""

    design: DesignName
    nights: int
    usual_risk: float
    ratio: float
    followed: float


@dataclass
class TrialVerdict:
    """p <= 0.05, the interval holding the true shift, and the one for followed nights holding its own."""

    found: Tally = field(default_factory=Tally)
    covers: Tally = field(default_factory=Tally)
    covers_when_followed: Tally = field(default_factory=Tally)


def _trial(task: tuple[TrialKind, int]) -> tuple[bool, bool, bool | None]:
    kind, seed = task
    random = np.random.Generator(np.random.PCG64(seed))
    schedule = np.array(draw_schedule(kind.design, kind.nights, chance.Random(seed)))
    wander, score = np.empty(kind.nights), float(random.standard_normal())
    for night in range(kind.nights):
        score = WANDER_RUNS * score + math.sqrt(1 - WANDER_RUNS**2) * float(random.standard_normal())
        wander[night] = score
    usual = np.exp(WANDER_SD * wander)
    usual = np.minimum(usual * kind.usual_risk / usual.mean(), MOST_RISK)
    done = np.where(random.random(kind.nights) < kind.followed, schedule, 1 - schedule)
    cramps = random.random(kind.nights) < np.where(done == 1, usual * kind.ratio, usual)
    written = random.random(kind.nights) >= MISSING
    compared = np.array([counts_in_test(kind.design, night) for night in range(kind.nights)])
    shift_when_done = float(((kind.ratio - 1) * usual)[written & compared].mean())
    result = result_of_experiment(
        ExperimentNights(
            design=kind.design,
            schedule=schedule.tolist(),
            cramps=[bool(c) if w else None for c, w in zip(cramps.tolist(), written.tolist(), strict=True)],
            done=done.tolist(),
            nights_run=kind.nights,
        )
    )
    shift, followed = result.shift, result.shift_when_followed
    # Nights are compared as drawn: with 80 % followed either way, 60 % of the shift remains between the arms.
    true_shift = (2 * kind.followed - 1) * shift_when_done
    return (
        result.p <= 0.05,
        shift is not None and shift.low - 1e-9 <= true_shift <= shift.high + 1e-9,
        None if followed is None else followed.low - 1e-9 <= shift_when_done <= followed.high + 1e-9,
    )


def judge_trials(kind: TrialKind, trials: int, first_seed: int, processes: int = 1) -> TrialVerdict:
    """Return the verdict on `trials` simulated experiments of one kind, 8 % of nights missing."""
    verdict = TrialVerdict()
    tasks: Sequence[tuple[TrialKind, int]] = [(kind, first_seed + i) for i in range(trials)]
    for found, covers, covers_when_followed in in_parallel(_trial, tasks, processes):
        verdict.found.add(found)
        verdict.covers.add(covers)
        if covers_when_followed is not None:
            verdict.covers_when_followed.add(covers_when_followed)
    return verdict
