"""How long the joint factor analysis takes, as a multiple of a numpy yardstick in the same run."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import AMOUNT, BINARY, AnalysisInput, Factor

ROUNDS = 9
GOALS = {365: 15.0, 3650: 60.0}
HABITS = 20


def diary(nights: int) -> AnalysisInput:
    """Return a random diary of so many nights and 20 habits, the same at every call."""
    random = np.random.default_rng(7)
    first = dt.date(2020, 1, 1)
    factors = {
        f"habit {number}": Factor(
            BINARY if number % 2 else AMOUNT,
            [
                float(value)
                for value in (random.random(nights) < 0.4 if number % 2 else random.integers(0, 9, nights))
            ],
        )
        for number in range(HABITS)
    }
    cramps = [int(value) for value in random.random(nights) < 0.35]
    return AnalysisInput([first + dt.timedelta(days=day) for day in range(nights)], cramps, factors)


def cpu_milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def yardstick() -> None:
    """Do work of the same kind as the analysis: products and a factorisation of plain matrices."""
    matrix = np.random.default_rng(1).random((365, 40))
    for _step in range(20):
        np.linalg.cholesky(matrix.T @ matrix + np.eye(40))


def measured_rows() -> list[dict[str, object]]:
    """Return one row per size: goal, measured CPU time and its multiple of the yardstick."""
    rows = []
    for nights, goal in GOALS.items():
        given = diary(nights)
        pairs = []
        for _round in range(ROUNDS):
            pairs.append((cpu_milliseconds(lambda given=given: analyse(given)), cpu_milliseconds(yardstick)))
        taken, unit = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
        rows.append(
            {
                "name": f"factor analysis, {nights} nights x {HABITS} habits",
                "goal": f"<= {goal:.0f} ms CPU",
                "measured": f"{taken:.1f} ms = {taken / unit:.1f} yardsticks",
                "met": taken <= goal,
                "how": f"median of {ROUNDS} interleaved rounds, one thread; yardstick {unit:.2f} ms",
            }
        )
    return rows
