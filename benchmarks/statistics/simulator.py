"""Simulated diaries with a planted truth: 16 habits, three of which raise the risk of a cramp.

The scenarios are those of docs/statistics.md#simulated. What that description leaves open is decided here:
- Habits are normal scores cut into yes/no, amounts or levels. Scores run on from day to day, shift at
weekends and
  share a daily load, so that habits come in runs and together.
- Risk is multiplied: usual risk x a slowly wandering personal factor x a ratio for each causal habit, at
most 0.95.
  A ratio of 2 means twice the risk at the usual high amount (80th percentile) compared with the usual low
  (20th); it is even in between and levels off half a step beyond.
- Which habits are causal is drawn anew for every diary, among those on at least about 15 % of nights.
- A diary's cramp nights per week are drawn between 0.7 and 4, evenly on the log scale.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from episodes.stats.associations.analysis_input import (
    AMOUNT,
    BINARY,
    AnalysisInput,
    Answer,
    Factor,
    FactorKind,
    category,
)

FloatArray = npt.NDArray[np.float64]

MOST_RISK = 0.95
CAUSAL_RATIOS = (1.5, 2.0, 3.0)
FIRST_NIGHT = dt.date(2025, 1, 1)
REACTIVE_HABIT = "stretched"


@dataclass(frozen=True)
class Habit:
    """How one habit is made from its daily score.

    cuts: where the score passes to the next level (one cut for yes/no). centre, spread, step: of an amount,
    which is cut off at 0. runs: correlation of the score with the day before. weekend: shift at weekends,
    in sd.
    load: share of the daily load in the score.
    """

    name: str
    kind: FactorKind
    runs: float
    weekend: float
    load: float
    cuts: tuple[float, ...] = ()
    centre: float = 0.0
    spread: float = 1.0
    step: float = 1.0
    may_be_causal: bool = True


LEVELS = category("low", "moderate", "high")
POSTURE = category("supported", "crossed", "slumped")

HABITS: tuple[Habit, ...] = (
    Habit("sitting_hours", AMOUNT, 0.3, -0.8, 0.4, centre=7.0, spread=2.5, step=0.5),
    Habit("hard_floor_hours", AMOUNT, 0.4, -0.3, 0.2, centre=0.5, spread=2.0, step=0.5),
    Habit("longest_still_hours", AMOUNT, 0.3, -0.2, 0.5, centre=2.5, spread=1.2, step=0.5),
    Habit("alcohol_drinks", AMOUNT, 0.2, 0.9, -0.1, centre=0.3, spread=1.6),
    Habit("fluid_ml", AMOUNT, 0.5, 0.0, -0.3, centre=1600.0, spread=450.0, step=50.0),
    Habit("bedtime_tightness", AMOUNT, 0.5, 0.0, 0.3, centre=3.0, spread=2.2),
    Habit("activity", LEVELS, 0.3, 0.3, -0.2, cuts=(-0.2, 0.9)),
    Habit("posture", POSTURE, 0.4, -0.2, 0.3, cuts=(0.0, 0.8)),
    Habit("hot_day", BINARY, 0.7, 0.0, 0.0, cuts=(0.7,)),
    Habit("stretched", BINARY, 0.5, 0.0, -0.1, cuts=(0.3,)),
    Habit("warm_bath", BINARY, 0.2, 0.4, -0.1, cuts=(0.8,)),
    Habit("heat", BINARY, 0.5, 0.0, 0.1, cuts=(1.0,)),
    Habit("massage", BINARY, 0.3, 0.1, 0.0, cuts=(0.9,)),
    Habit("late_meal", BINARY, 0.1, 0.6, 0.3, cuts=(0.5,)),
    Habit("stressful_day", BINARY, 0.4, -0.6, 0.7, cuts=(0.5,)),
    Habit("vomiting", BINARY, 0.4, 0.0, 0.0, cuts=(1.9,), may_be_causal=False),
)


@dataclass(frozen=True)
class Scenario:
    """A kind of person. Missing shares are of nights; blank is the share of unanswered habits."""

    name: str
    causal: bool = True
    cramps_per_week: tuple[float, float] = (0.7, 4.0)
    wander_sd: float = 0.35  # of the log risk, half gone after about three nights
    wander_runs: float = 0.8
    flare_ratio: float = 1.0  # risk in a flare over risk outside; flares last 10 nights, every 40
    habit_runs: float | None = None
    load_times: float = 1.0
    trend_ratio: float = 1.0  # risk at the end over risk at the start; habits drift as well
    is_reactive: bool = False
    independent: bool = False
    missing_quiet: float = 0.10
    missing_cramp: float = 0.10
    blank: float = 0.04


SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario("typical"),
        Scenario("easy", wander_sd=0.0, independent=True, missing_quiet=0.0, missing_cramp=0.0, blank=0.0),
        Scenario("null", causal=False),
        Scenario("flare", flare_ratio=4.0, habit_runs=0.8),
        Scenario("flare_null", causal=False, flare_ratio=4.0, habit_runs=0.8),
        Scenario("confounded", load_times=1.7),
        Scenario("trend", trend_ratio=0.3),
        Scenario("trend_null", causal=False, trend_ratio=0.3),
        Scenario("reactive", is_reactive=True),
        Scenario("mnar", missing_quiet=0.40, missing_cramp=0.05),
        Scenario("rare", cramps_per_week=(0.3, 0.3)),
        Scenario("frequent", cramps_per_week=(4.0, 4.0)),
    )
}


@dataclass(frozen=True)
class Effect:
    """What one causal habit does. low, high: codes between which the risk is multiplied by `ratio`."""

    ratio: float
    low: float
    high: float

    def log_ratio(self, codes: FloatArray) -> FloatArray:
        step = np.clip((codes - self.low) / (self.high - self.low), -0.5, 1.5)
        return math.log(self.ratio) * step


@dataclass(frozen=True)
class SimulatedDiary:
    """A diary and its truth. rest: log risk per counted night without causal habits; codes: before blanks."""

    diary: AnalysisInput
    effects: dict[str, Effect]
    rest: FloatArray
    codes: dict[str, FloatArray]
    scenario: Scenario

    def true_difference(self, name: str, start: float | str, end: float | str) -> float:
        """Return the true difference in risk per counted night, all other habits as they were.

        Where quiet nights go unwritten more often, the risk is that of the nights which are written.
        """
        effect = self.effects.get(name)
        if effect is None:
            return 0.0
        levels = self.diary.factors[name].kind.levels
        others = self.rest + sum(
            (other.log_ratio(self.codes[key]) for key, other in self.effects.items() if key != name),
            start=np.zeros_like(self.rest),
        )
        risks = []
        for value in (start, end):
            code = float(levels.index(value)) if isinstance(value, str) else value
            risk = np.minimum(np.exp(others + effect.log_ratio(np.full(1, code))), MOST_RISK)
            written = (1 - self.scenario.missing_cramp) * risk
            risks.append(float(np.mean(written / (written + (1 - self.scenario.missing_quiet) * (1 - risk)))))
        return risks[1] - risks[0]


def _running(random: np.random.Generator, days: int, runs: float) -> FloatArray:
    """Return standard normal scores, each correlated `runs` with the day before."""
    shocks = random.standard_normal(days) * math.sqrt(1 - runs**2)
    scores = np.empty(days)
    score = float(random.standard_normal())
    for day, shock in enumerate(shocks.tolist()):
        score = runs * score + shock
        scores[day] = score
    return scores


def _codes(habit: Habit, scores: FloatArray) -> FloatArray:
    if habit.kind is AMOUNT:
        amounts = (habit.centre + habit.spread * scores) / habit.step
        return np.maximum(0.0, np.round(amounts)) * habit.step
    return np.searchsorted(habit.cuts, scores).astype(np.float64)


def _habits(
    random: np.random.Generator, scenario: Scenario, days: int, weekend: FloatArray
) -> dict[str, FloatArray]:
    load = _running(random, days, 0.0 if scenario.independent else 0.3)
    passed = np.arange(days) / days
    codes = {}
    for habit in HABITS:
        runs = habit.runs if scenario.habit_runs is None else scenario.habit_runs
        share = 0.0 if scenario.independent else float(np.clip(habit.load * scenario.load_times, -0.9, 0.9))
        own = _running(random, days, 0.0 if scenario.independent else runs)
        scores = math.sqrt(1 - share**2) * own + share * load
        if not scenario.independent:
            scores += habit.weekend * (weekend - 2 / 7)
        scores += random.normal(0, 0.25)  # people differ
        if scenario.trend_ratio != 1.0:
            scores += random.normal(0, 0.8) * (passed - 0.5)
        codes[habit.name] = _codes(habit, scores)
    return codes


def _draw_effects(
    random: np.random.Generator, scenario: Scenario, codes: dict[str, FloatArray]
) -> dict[str, Effect]:
    if not scenario.causal:
        return {}
    possible = [
        habit
        for habit in HABITS
        if habit.may_be_causal and not (scenario.is_reactive and habit.name == REACTIVE_HABIT)
    ]
    effects = {}
    for ratio, place in zip(CAUSAL_RATIOS, random.permutation(len(possible)), strict=False):
        habit = possible[int(place)]
        if habit.kind is AMOUNT:
            low, high = (float(v) for v in np.percentile(codes[habit.name], [20, 80]))
            high = high if high > low else low + habit.step
        else:
            low, high = 0.0, float(max(1, len(habit.kind.levels) - 1))
        effects[habit.name] = Effect(ratio, low, high)
    return effects


def _base_log_risk(random: np.random.Generator, scenario: Scenario, days: int) -> FloatArray:
    base = np.zeros(days)
    if scenario.wander_sd:
        base += scenario.wander_sd * _running(random, days, scenario.wander_runs)
    if scenario.flare_ratio != 1.0:
        is_flare = bool(random.random() < 0.25)
        for day in range(days):
            if random.random() < (1 / 10 if is_flare else 1 / 30):
                is_flare = not is_flare
            base[day] += math.log(scenario.flare_ratio) * is_flare
    base += math.log(scenario.trend_ratio) * np.arange(days) / days
    return base


def _usual_risk(log_risk: FloatArray, wanted: float) -> float:
    """Return what to add to the log risk so that the mean risk is `wanted`."""
    low, high = -12.0, 6.0
    for _ in range(50):
        middle = (low + high) / 2
        if float(np.minimum(np.exp(log_risk + middle), MOST_RISK).mean()) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def simulate(scenario: Scenario, days: int, seed: int) -> SimulatedDiary:
    """Return a diary of `days` calendar nights; the same scenario, days and seed give the same diary."""
    random = np.random.Generator(np.random.PCG64(seed))
    dates = [FIRST_NIGHT + dt.timedelta(days=day) for day in range(days)]
    weekend = np.array([date.weekday() in (4, 5) for date in dates], dtype=np.float64)
    codes = _habits(random, scenario, days, weekend)
    effects = _draw_effects(random, scenario, codes)
    rest = _base_log_risk(random, scenario, days)
    fewest, most = scenario.cramps_per_week
    wanted = math.exp(random.uniform(math.log(fewest), math.log(most))) / 7
    log_risk = rest + sum((e.log_ratio(codes[name]) for name, e in effects.items()), start=np.zeros(days))
    usual = _usual_risk(log_risk, wanted)
    cramps = random.random(days) < np.minimum(np.exp(log_risk + usual), MOST_RISK)
    if scenario.is_reactive:
        # The habit has no effect, so it may be drawn after the nights: often after a cramp, seldom otherwise.
        after_cramp = np.concatenate([[False], cramps[:-1]])
        codes[REACTIVE_HABIT] = (random.random(days) < np.where(after_cramp, 0.75, 0.25)).astype(np.float64)
    missing = np.where(cramps, scenario.missing_cramp, scenario.missing_quiet)
    written = np.flatnonzero(random.random(days) >= missing)
    factors = {}
    for habit in HABITS:
        is_blank = random.random(days) < scenario.blank
        values: list[Answer] = []
        for day in written.tolist():
            code = float(codes[habit.name][day])
            levels = habit.kind.levels
            values.append(None if is_blank[day] else levels[int(code)] if levels else code)
        factors[habit.name] = Factor(habit.kind, values)
    return SimulatedDiary(
        diary=AnalysisInput(
            dates=[dates[day] for day in written.tolist()],
            cramps=[bool(cramps[day]) for day in written.tolist()],
            factors=factors,
        ),
        effects=effects,
        rest=(rest + usual)[written],
        codes={name: column[written] for name, column in codes.items()},
        scenario=scenario,
    )
