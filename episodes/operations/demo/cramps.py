"""One generated cramp: where, when, how long, how bad, and what was tried. Pure."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import Any
from zoneinfo import ZoneInfo

from episodes.stats.nights import instant_of

Answers = dict[str, Any]

LOCATIONS = {"calf": 80, "foot": 10, "toes": 5, "hamstring": 2, "thigh_front": 2, "shin": 1}
SIDES = {"right": 52, "left": 40, "both": 8}
HOURS = {22: 3, 23: 8, 0: 10, 1: 14, 2: 17, 3: 18, 4: 14, 5: 9, 6: 5, 7: 2}
MIDDLE_MINUTES, SPREAD = 5.8, 0.93
MEAN_PAIN, PAIN_SPREAD = 5.6, 2.0
REMEDIES = {"stretch": 0.62, "walk": 0.34, "massage": 0.3, "heat": 0.1, "shake": 0.08}
BANDS = (("under_1", 1), ("1_5", 5), ("5_10", 10), ("10_30", 30), ("30_60", 60), ("over_60", math.inf))
SELDOM = {"could_not_move": 0.12, "toe_curl_or_twist": 0.15, "fell": 0.01}


def poisson(mean: float, chance: random.Random) -> int:
    """Return a Poisson number (Knuth's product of uniforms; for small means)."""
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        number += 1
        product *= chance.random()
    return number


def pick(weights: dict[Any, int], chance: random.Random) -> Any:
    """Return one key, drawn by its weight."""
    return chance.choices(list(weights), list(weights.values()))[0]


def cramp_of(date: dt.date, zone: ZoneInfo, chance: random.Random) -> Answers:
    """Return one cramp of the night of `date` with the fields of an episode and its `remedies`."""
    minutes = min(120.0, max(0.2, chance.lognormvariate(math.log(MIDDLE_MINUTES), SPREAD)))
    timed = chance.random() < 0.35
    answered = timed or chance.random() < 0.92
    hour = pick(HOURS, chance)
    started = part = None
    if timed or chance.random() < 0.4:
        started = instant_of(date, dt.time(hour, chance.randrange(60)), zone, 12)
    elif chance.random() < 0.85:
        part = _part_of_night(hour)
    pain = min(10, max(1, round(chance.gauss(MEAN_PAIN, PAIN_SPREAD)))) if chance.random() < 0.95 else None
    episode: Answers = {
        "side": pick(SIDES, chance),
        "location": pick(LOCATIONS, chance),
        "started_at": started,
        "part_of_night": part,
        "duration_seconds": max(10, round(minutes * 60)) if timed else None,
        "duration_band": _band(minutes) if answered and not timed else None,
        "pain_0_10": pain,
        "woke_me": chance.random() < 0.85 if chance.random() < 0.8 else None,
        "felt": chance.choices(("pain", "both"), (9, 1))[0] if chance.random() < 0.5 else None,
        "wanted_to": chance.choice(("stretch", "stretch", "keep_still", "move"))
        if chance.random() < 0.4
        else None,
        "hard_knot": chance.random() < 0.8 if chance.random() < 0.5 else None,
        "is_open": False,
        **{
            name: chance.random() < share if chance.random() < 0.3 else None for name, share in SELDOM.items()
        },
    }
    episode["remedies"] = _remedies(minutes if timed else None, chance)
    return episode


def _remedies(minutes: float | None, chance: random.Random) -> list[Answers]:
    used = [name for name, share in REMEDIES.items() if chance.random() < share] or ["waited"]
    return [
        {
            "remedy": name,
            "helped": chance.choices(("yes", "some", "none", None), (42, 36, 14, 8))[0],
            "seconds_to_relief": round(minutes * 60 * chance.uniform(0.3, 0.9))
            if minutes and index == 0
            else None,
        }
        for index, name in enumerate(used)
    ]


def _band(minutes: float) -> str:
    return next(key for key, below in BANDS if minutes < below)


def _part_of_night(hour: int) -> str:
    if hour >= 22:
        return "before_midnight"
    return "0_3" if hour < 3 else "3_6" if hour < 6 else "after_6"
