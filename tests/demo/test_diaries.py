"""Generated diaries: the same seed gives the same nights, and they look like somebody's."""

import ast
import datetime as dt
from collections import Counter
from pathlib import Path
from statistics import mean, median

import pytest

from episodes.operations.demo import diaries
from episodes.operations.demo.people import ADA, CLEO, people, usernames

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
LAST = dt.date(2026, 11, 21)


def nights_of(person, *, nights=400, seed=1, now=NOW):
    return diaries.diary(person, nights=nights, last=LAST, now=now, seed=seed)


def test_the_same_seed_gives_the_same_diary():
    assert nights_of(ADA) == nights_of(ADA)


def test_another_seed_gives_another_diary():
    assert nights_of(ADA) != nights_of(ADA, seed=2)


def test_people_do_not_change_when_more_are_asked_for():
    assert people(60, 7)[:12] == people(12, 7)


def test_every_user_name_is_there_once_and_known():
    names = [person.username for person in people(200, 3)]

    assert len(set(names)) == 200
    assert set(names) <= usernames(200)


def test_the_diary_ends_last_night_and_has_gaps():
    nights = nights_of(ADA)

    assert nights[-1].date == LAST
    assert nights[0].date >= LAST - dt.timedelta(days=399)
    assert 300 < len(nights) < 400


def test_nothing_was_written_in_the_future():
    early = dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC)
    nights = nights_of(ADA, now=early)

    assert all(night.recorded_at <= early for night in nights)
    assert nights[-1].date < LAST


def test_a_night_is_written_after_its_cramps():
    for person in people(30, 1):
        for night in nights_of(person):
            for cramp in night.episodes:
                assert cramp["started_at"] is None or cramp["started_at"] < night.recorded_at


def test_habits_have_a_time_exactly_where_they_were_answered():
    nights = nights_of(ADA)

    assert any(night.answers["habits_source"] is None for night in nights)
    for night in nights:
        answered = night.answers["habits_source"] is not None
        assert (night.habits_recorded_at is not None) is answered
        assert answered or not night.answers["habits_before_night"]


def test_cramps_look_like_published_ones():
    cramps = [cramp for person in people(30, 1) for night in nights_of(person) for cramp in night.episodes]
    exact = [cramp["duration_seconds"] / 60 for cramp in cramps if cramp["duration_seconds"]]
    places = Counter(cramp["location"] for cramp in cramps)

    assert 0.75 < places["calf"] / len(cramps) < 0.85
    assert 5.2 < mean(cramp["pain_0_10"] for cramp in cramps if cramp["pain_0_10"]) < 6
    assert 4.5 < median(exact) < 7
    assert sum(minutes > 10 for minutes in exact) / len(exact) == pytest.approx(0.28, abs=0.06)


def test_every_outcome_and_every_kind_of_answer_occurs():
    nights = nights_of(ADA)

    assert {night.answers["outcome"] for night in nights} == {"cramps", "no_cramps", "unsure", "not_in_bed"}
    assert {night.answers["habits_source"] for night in nights} == {None, "own", "usual", "usual_changed"}
    assert any("fluid_ml" not in night.answers for night in nights)
    assert any(len(night.episodes) > 1 for night in nights)


def cramp_share(person, is_long, seeds=range(12)):
    counted = [
        night.answers["outcome"] == "cramps"
        for seed in seeds
        for night in nights_of(person, seed=seed)
        if night.answers["outcome"] in ("cramps", "no_cramps")
        and (hours := night.answers.get("sitting_hours")) is not None
        and (hours > 8) is is_long
    ]
    return sum(counted) / len(counted)


def test_ada_has_more_cramps_after_long_sitting_and_cleo_has_not():
    assert cramp_share(ADA, is_long=True) - cramp_share(ADA, is_long=False) > 0.12
    assert abs(cramp_share(CLEO, is_long=True) - cramp_share(CLEO, is_long=False)) < 0.04


@pytest.mark.parametrize("name", ["people.py", "diaries.py", "cramps.py"])
def test_the_generator_is_pure(name):
    tree = ast.parse((Path(diaries.__file__).parent / name).read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not any(module.startswith(("django", "episodes.models", "episodes.nights")) for module in modules)
