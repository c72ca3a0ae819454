"""Nights that look like a real diary: irregular, incomplete, honest about what was not answered.

Pure: the same person, seed, last evening and moment give the same nights. Shapes: cramps a night are
Poisson with a rate that moves from week to week and with the season (twice as many in summer as in
winter), lengths lognormal with a middle near 6 minutes, pain about 5.6 of 10, four of five in the calf.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from episodes.operations.demo.cramps import Answers, cramp_of, poisson
from episodes.operations.demo.people import DemoPerson

SEASON = 0.33
MIDSUMMER = 196  # day of the year on which cramps are most frequent in the north
WEEKLY_SHAPE = 4.0  # how far weeks differ: shape of a gamma variable with mean 1
LONG_SITTING = 10
USUAL_SHARE = 0.4
AMOUNTS: dict[str, tuple[tuple[float, float], ...]] = {
    # habit -> (value of a band, weight)
    "sitting_hours": ((2, 2), (6, 3), (10, 5)),
    "hard_floor_hours": ((0, 5), (1, 3), (3, 2), (5, 1)),
    "alcohol_drinks": ((0, 7), (1, 3), (2, 2), (3, 1)),
    "fluid_ml": ((750, 2), (1250, 4), (1750, 3), (2500, 1)),
    "longest_still_hours": ((0.5, 2), (1.5, 4), (3, 2), (5, 1)),
    "stretched_minutes": ((0, 6), (5, 3), (10, 1)),
}
EXACT = {"sitting_hours": 0.5, "fluid_ml": 100, "alcohol_drinks": 0.5}  # habit -> step of an exact answer
YES_NO = {"hot_or_sweating": 0.2, "warm_bath": 0.15, "heat_at_bedtime": 0.1, "massage_at_bedtime": 0.08}
POSTURES = ("supported", "crossed", "slumped", "feet_unsupported", "unsure")
SHARED_NOTES = (
    "Generated example note: long car journey the day before.",
    "Generated example note: new shoes, walked more than usual.",
    "Generated example note: slept at my sister's, harder bed.",
)
PRIVATE_NOTE = "Generated example note that stays private: worried about the new job."


@dataclass(frozen=True)
class DemoNight:
    """One written night. answers and episodes as the diary stores them; recorded_at is UTC."""

    date: dt.date
    answers: Answers
    recorded_at: dt.datetime
    habits_recorded_at: dt.datetime | None
    entered_via: str = "web"
    episodes: list[Answers] = field(default_factory=list)
    shared_note: str = ""
    private_note: str = ""


def diary(person: DemoPerson, *, nights: int, last: dt.date, now: dt.datetime, seed: int) -> list[DemoNight]:
    """Return the written nights of `person` up to the evening `last`, oldest first.

    Nights in a gap are absent, and so is one that would have been written after `now`.
    """
    chance = random.Random(f"{seed}:{person.username}:{nights}")  # noqa: S311  to be repeatable, not secret
    days = [last - dt.timedelta(days=nights - 1 - index) for index in range(nights)]
    weeks = [chance.gammavariate(WEEKLY_SHAPE, 1 / WEEKLY_SHAPE) for _week in range(nights // 7 + 1)]
    missing = _gaps(person, nights, chance)
    written = []
    for index, date in enumerate(days):
        habits = _day(person, chance)
        rate = person.weekly_cramps / 7 * weeks[index // 7] * _season(date)
        rate *= 1 + person.trend * (index / nights - 0.5)
        if habits["sitting_hours"] >= LONG_SITTING:
            rate *= person.long_sitting_factor
        night = _night(person, date, rate, habits, now, chance)
        if index not in missing and night.recorded_at <= now:
            written.append(night)
    return _with_rare_answers(person, written)


def _season(date: dt.date) -> float:
    return 1 + SEASON * math.cos(2 * math.pi * (date.timetuple().tm_yday - MIDSUMMER) / 365)


def _gaps(person: DemoPerson, nights: int, chance: random.Random) -> set[int]:
    """Return the nights not written, in runs of one to six; never the last two, or all at the end."""
    missing: set[int] = set()
    for index in range(nights):
        if chance.random() < person.gap_share:
            missing.update(range(index, index + 1 + min(5, int(chance.expovariate(0.6)))))
    if person.stopped_nights:
        return missing | set(range(max(0, nights - person.stopped_nights), nights))
    return missing - {nights - 2, nights - 1}


def _day(person: DemoPerson, chance: random.Random) -> Answers:
    """Return what was really done, answered or not: on two days of five what is usual."""
    done: Answers = {
        name: chance.choices([value for value, _w in bands], [weight for _v, weight in bands])[0]
        for name, bands in AMOUNTS.items()
    }
    done["activity"] = chance.choices((0, 1, 2, 3), (2, 5, 3, 1))[0]
    done["sitting_posture"] = chance.choices(POSTURES, (4, 3, 2, 1, 1))[0]
    done["bedtime_tightness_0_10"] = min(10, poisson(2.2, chance))
    done.update({name: chance.random() < share for name, share in YES_NO.items()})
    if chance.random() < USUAL_SHARE:
        done.update(person.usual_day)
    return done


def _night(
    person: DemoPerson, date: dt.date, rate: float, done: Answers, now: dt.datetime, chance: random.Random
) -> DemoNight:
    zone = ZoneInfo(person.zone)
    answers: Answers = {}
    episodes: list[Answers] = []
    cramps = min(5, poisson(rate, chance))
    fate = chance.random()
    if fate < 0.015:
        answers["outcome"] = "not_in_bed"
    elif fate < 0.035:
        answers["outcome"] = "unsure"
    elif cramps:
        answers["outcome"] = "cramps"
        described = cramps if chance.random() < 0.85 else max(0, cramps - chance.choice((1, 1, 2)))
        episodes = sorted((cramp_of(date, zone, chance) for _cramp in range(described)), key=_when)
        if described < cramps:
            answers["episode_count"] = cramps
        answers.update(_after(episodes, chance))
    else:
        answers["outcome"] = "no_cramps"
    if chance.random() < 0.5:
        answers["sleep_quality_1_5"] = chance.choices(
            (1, 2, 3, 4, 5), (2, 4, 4, 2, 1) if cramps else (1, 1, 4, 5, 3)
        )[0]
    answers.update(_restless(person, answers["outcome"], chance))
    answers.update(_habits_written(person, done, chance))
    recorded = max([_written_at(date, zone, now, chance), *_ends(episodes)])
    answered = answers["habits_source"] is not None
    before = chance.random() < 0.12 and answered
    answers["habits_before_night"] = before
    evening = dt.datetime.combine(date, dt.time(20, chance.randrange(60)), tzinfo=zone).astimezone(dt.UTC)
    timed = any(episode["duration_seconds"] for episode in episodes)
    return DemoNight(
        date=date,
        answers=answers,
        recorded_at=recorded,
        habits_recorded_at=(evening if before else recorded) if answered else None,
        entered_via="now" if timed and chance.random() < 0.6 else "web",
        episodes=episodes,
    )


def _when(episode: Answers) -> str:
    return str(episode["started_at"] or episode["part_of_night"] or "")


def _ends(episodes: list[Answers]) -> Iterator[dt.datetime]:
    """Yield when the cramps with a known start were over: a night is written after its last cramp."""
    for episode in episodes:
        if episode["started_at"] is not None:
            yield episode["started_at"] + dt.timedelta(seconds=episode["duration_seconds"] or 600)


def _after(episodes: list[Answers], chance: random.Random) -> Iterator[tuple[str, object]]:
    """Yield the answers about the rest of the night and the day after a cramp."""
    pain = max((episode["pain_0_10"] for episode in episodes if episode["pain_0_10"] is not None), default=5)
    for name, share_answered, middle in (
        ("sleep_disturbance_0_10", 0.9, pain * 0.9),
        ("soreness_morning_0_10", 0.9, pain * 0.55),
        ("soreness_next_day_0_10", 0.65, pain * 0.4 - 0.5),
    ):
        if chance.random() < share_answered:
            yield name, min(10, max(0, round(chance.gauss(middle, 1.6))))
    if chance.random() < 0.7:
        yield "kept_awake_minutes", 5 * min(36, 1 + poisson(5, chance))
    if chance.random() < 0.25:
        yield "leg_warning_sign", "none"


def _restless(person: DemoPerson, outcome: object, chance: random.Random) -> Iterator[tuple[str, object]]:
    restless = chance.random() < person.restless_share
    if not restless and outcome != "unsure":
        if chance.random() < 0.3:
            yield "restless_legs", "no"
        return
    yield "restless_legs", "yes" if restless else "unsure"
    for name, share in (
        ("urge_to_move", 0.85),
        ("crawling", 0.6),
        ("worse_at_rest", 0.75),
        ("moving_relieves", 0.7),
        ("comes_back_when_i_stop", 0.6),
        ("worse_in_evening", 0.7),
    ):
        if chance.random() < 0.8:
            yes = chance.random() < (share if restless else 0.4)
            yield name, "yes" if yes else chance.choice(("no", "no", "unsure"))


def _habits_written(person: DemoPerson, done: Answers, chance: random.Random) -> Answers:
    """Return the habits as answered: by the usual day, the usual day with changes, one by one, or not."""
    if chance.random() < 0.06:
        return {"habits_source": None, "banded": [], "dont_know": []}
    written = {name: value for name, value in done.items() if name in person.usual_day}
    written.update({name: done[name] for name in done if name not in written and chance.random() < 0.35})
    source = "own"
    changed = {name for name, value in person.usual_day.items() if done[name] != value}
    if chance.random() < 0.6:
        source = "usual_changed" if changed else "usual"
    else:
        for name in list(written):
            if chance.random() < 0.12:
                del written[name]
    dont_know = [name for name in ("fluid_ml",) if name not in written and chance.random() < 0.5]
    banded = []
    for name in sorted(set(written) & set(AMOUNTS)):
        if source == "own" and name in EXACT and written[name] and chance.random() < 0.2:
            written[name] += EXACT[name]
        else:
            banded.append(name)
    return {**written, "habits_source": source, "banded": banded, "dont_know": dont_know}


def _written_at(date: dt.date, zone: ZoneInfo, now: dt.datetime, chance: random.Random) -> dt.datetime:
    """Return when the night was written: mostly the next morning, sometimes days later, if that has been."""
    delay = chance.choices((0, 1, 2, 4, 6), (84, 7, 4, 3, 2))[0]
    moment = dt.time(chance.choice((6, 6, 7, 7, 7, 8, 9)), chance.randrange(60))
    morning = date + dt.timedelta(days=1)
    written = dt.datetime.combine(morning + dt.timedelta(days=delay), moment, tzinfo=zone)
    if written > now:
        written = dt.datetime.combine(morning, moment, tzinfo=zone)
    return written.astimezone(dt.UTC)


def _with_rare_answers(person: DemoPerson, nights: list[DemoNight]) -> list[DemoNight]:
    """Return the nights with the answers that a chance of one in hundreds would leave to luck."""
    cramps = [night for night in nights if night.answers["outcome"] == "cramps" and night.episodes]
    if person.has_warnings and len(cramps) >= 3:
        cramps[-2].answers["leg_warning_sign"] = "left"
        cramps[-3].answers["numbness"] = False
        cramps[len(cramps) // 2].answers["weakness_after"] = True
    result = list(nights)
    for place, text in zip((-4, -13, -31), SHARED_NOTES, strict=True):
        if len(nights) >= -place:
            result[place] = _noted(nights[place], shared=text)
    if len(nights) >= 6:
        result[-6] = _noted(nights[-6], private=PRIVATE_NOTE)
    return result


def _noted(night: DemoNight, *, shared: str = "", private: str = "") -> DemoNight:
    return replace(night, shared_note=shared, private_note=private)
