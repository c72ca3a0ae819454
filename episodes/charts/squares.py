"""Rows of squares: one mark is one night, orange for a cramp night, a ring for a quiet one."""

from __future__ import annotations

import math
from dataclasses import dataclass

PER_ROW = 14
STEP = 21
SIDE = 18
MOST_SQUARES = 70


@dataclass(frozen=True)
class Squares:
    """The squares of one comparison row as two paths; `nights_each` nights stand behind one square."""

    cramps: str
    quiet: str
    rings: str
    width: int
    height: int
    nights_each: int


def squares(cramp_nights: int, nights: int) -> Squares:
    """Return the squares of `cramp_nights` out of `nights`, cramp nights first.

    Over 70 nights one square stands for several, rounded to whole squares, so that a long diary
    stays small; the exact counts stand beside it as text. No nights give no squares.
    """
    each = max(1, math.ceil(nights / MOST_SQUARES))
    filled = math.ceil(cramp_nights / each) if cramp_nights else 0
    total = max(filled, math.ceil(nights / each))
    cramps, quiet, rings = [], [], []
    for number in range(total):
        x, y = (number % PER_ROW) * STEP + 1, (number // PER_ROW) * STEP + 1
        box = f"M{x + 4} {y}h{SIDE - 8}q4 0 4 4v{SIDE - 8}q0 4-4 4h-{SIDE - 8}q-4 0-4-4v-{SIDE - 8}q0-4 4-4z"
        if number < filled:
            cramps.append(box)
        else:
            quiet.append(box)
            rings.append(f"M{x + SIDE // 2 - 4} {y + SIDE // 2}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z")
    rows = max(1, math.ceil(total / PER_ROW))
    return Squares("".join(cramps), "".join(quiet), "".join(rings), PER_ROW * STEP, rows * STEP, each)
