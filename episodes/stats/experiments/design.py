"""How a personal experiment is drawn, and what chance of an answer it has; chance itself is passed in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import Literal, Protocol

DesignName = Literal["nightly", "periods"]

BLOCK_NIGHTS = 4
BLOCK_ORDERS: tuple[tuple[int, ...], ...] = tuple(sorted(set(permutations((0, 0, 1, 1)))))
"""The six equally likely orders of two remedy nights (1) and two usual nights (0)."""

PERIOD_NIGHTS = 7
WASHOUT_NIGHTS = 2
PAIR_NIGHTS = 2 * PERIOD_NIGHTS

DEFAULT_NIGHTS: Mapping[DesignName, int] = {"nightly": 112, "periods": 168}
FEWEST_NIGHTS: Mapping[DesignName, int] = {"nightly": 56, "periods": 84}
MOST_NIGHTS = 168

FEWEST_CRAMP_NIGHTS_PER_WEEK = 1


class RandomSource(Protocol):
    """Something that draws a whole number from 0 to stop - 1, each equally likely."""

    def randrange(self, stop: int, /) -> int: ...


@dataclass(frozen=True)
class ChanceOfAnswer:
    """The chance that a test of this length shows a difference, if the remedy truly ...

    a_third_fewer, half, two_thirds_fewer: ... leaves that many fewer cramp nights, the plan followed every
    night.
    """

    a_third_fewer: float
    half: float
    two_thirds_fewer: float


def allowed_nights(design: DesignName) -> tuple[int, ...]:
    """Return the lengths in nights that an experiment may have: whole blocks of 4, or whole pairs of weeks.

    Periods below 84 nights are six pairs or fewer, and could never reach p <= 0.05.
    """
    step = BLOCK_NIGHTS if design == "nightly" else PAIR_NIGHTS
    return tuple(range(FEWEST_NIGHTS[design], MOST_NIGHTS + 1, step))


def draw_schedule(design: DesignName, nights: int, random: RandomSource) -> tuple[int, ...]:
    """Return one arm per night, 1 for a night with the remedy and 0 for a usual night.

    nightly: blocks of four nights, two of each, in one of six orders. periods: pairs of weeks, one of them
    with the remedy, a coin per pair. random: `secrets.SystemRandom()` in the product.
    Raises ValueError for a length that is not in `allowed_nights`.
    """
    if nights not in allowed_nights(design):
        raise ValueError(f"A {design} experiment cannot have {nights} nights.")
    arms: list[int] = []
    if design == "nightly":
        for _ in range(nights // BLOCK_NIGHTS):
            arms.extend(BLOCK_ORDERS[random.randrange(len(BLOCK_ORDERS))])
    else:
        for _ in range(nights // PAIR_NIGHTS):
            first = random.randrange(2)
            arms.extend([first] * PERIOD_NIGHTS + [1 - first] * PERIOD_NIGHTS)
    return tuple(arms)


def schedule_hash(schedule: Sequence[int], nonce: str) -> str:
    """Return the SHA-256 of nonce and schedule: kept from the start, it shows that nothing was changed."""
    return hashlib.sha256(f"{nonce}:{''.join(map(str, schedule))}".encode()).hexdigest()


def counts_in_test(design: DesignName, night: int) -> bool:
    """Return whether night number `night` (from 0) is compared; the first two of a period are washout."""
    return design == "nightly" or night % PERIOD_NIGHTS >= WASHOUT_NIGHTS


def has_enough_cramps(cramp_nights: int, counted_nights: int) -> bool:
    """Return whether a diary has at least one cramp night a week, below which no test gives an answer."""
    return counted_nights > 0 and 7 * cramp_nights >= FEWEST_CRAMP_NIGHTS_PER_WEEK * counted_nights


# Simulated power at p <= 0.05 for a third, a half and two thirds fewer cramp nights, by nights and then by
# usual risk per night. 400 trials a cell, 8 % missing nights, flares. Source: docs/statistics.md#experiments.
_POWER: Mapping[DesignName, Mapping[int, Mapping[float, tuple[float, float, float]]]] = {
    "nightly": {
        56: {0.15: (0.04, 0.04, 0.10), 0.30: (0.08, 0.15, 0.33), 0.50: (0.07, 0.27, 0.53)},
        84: {0.15: (0.06, 0.10, 0.24), 0.30: (0.08, 0.27, 0.45), 0.50: (0.12, 0.38, 0.68)},
        112: {0.15: (0.06, 0.17, 0.28), 0.30: (0.13, 0.32, 0.59), 0.50: (0.21, 0.49, 0.81)},
        168: {0.15: (0.12, 0.29, 0.48), 0.30: (0.20, 0.49, 0.79), 0.50: (0.32, 0.71, 0.95)},
    },
    "periods": {
        56: {0.15: (0.0, 0.0, 0.0), 0.30: (0.0, 0.0, 0.0), 0.50: (0.0, 0.0, 0.0)},
        112: {0.15: (0.02, 0.04, 0.04), 0.30: (0.05, 0.12, 0.26), 0.50: (0.10, 0.26, 0.47)},
        168: {0.15: (0.07, 0.12, 0.21), 0.30: (0.12, 0.28, 0.52), 0.50: (0.19, 0.38, 0.77)},
    },
}


def chance_of_answer(design: DesignName, nights: int, usual_risk: float) -> ChanceOfAnswer:
    """Return the chance of an answer for a person's own share of cramp nights, read between simulated points.

    usual_risk: cramp nights per night, 0 to 1; above 0.5 the chance at 0.5 is given, toward 0 it falls to 0.
    nights: held within the simulated lengths.
    """
    table = _POWER[design]
    at_length = {length: _between({0.0: (0.0, 0.0, 0.0), **row}, usual_risk) for length, row in table.items()}
    return ChanceOfAnswer(*_between({float(length): row for length, row in at_length.items()}, float(nights)))


def _between(points: Mapping[float, tuple[float, ...]], x: float) -> tuple[float, ...]:
    """Return the values at x on straight lines between points, held at the ends."""
    places = sorted(points)
    x = min(max(x, places[0]), places[-1])
    for left, right in pairwise(places):
        if x <= right:
            part = (x - left) / (right - left)
            return tuple((1 - part) * a + part * b for a, b in zip(points[left], points[right], strict=True))
    return points[places[-1]]
