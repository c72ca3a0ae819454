"""Weeks of a pregnancy and seasons of a diary, counted by hand."""

import datetime as dt

import pytest

from episodes.stats.associations.seasons import seasons_between
from episodes.stats.periods.pregnancy import pregnancy_weeks

DUE = dt.date(2026, 10, 1)
START = DUE - dt.timedelta(days=280)


def at(week, day=0):
    return START + dt.timedelta(days=7 * week + day)


def test_a_worked_example_of_two_weeks_and_the_time_after():
    outcomes = [
        (at(30), "cramps"), (at(30, 6), "no_cramps"), (at(30, 2), "unsure"), (at(32), "no_cramps"),
        (dt.date(2026, 9, 28), "cramps"), (dt.date(2026, 10, 5), "no_cramps"),
    ]  # fmt: skip

    weeks = pregnancy_weeks(outcomes, due_on=DUE, ended_on=dt.date(2026, 9, 28))

    assert [(w.number, w.is_after, w.cramps, w.counted) for w in weeks] == [
        (30, False, 1, 2), (31, False, 0, 0), (32, False, 0, 1), (1, True, 1, 1), (2, True, 0, 1),
    ]  # fmt: skip


def test_nights_before_it_and_long_after_it_are_left_out():
    outcomes = [(START - dt.timedelta(days=1), "cramps"), (DUE + dt.timedelta(days=60), "cramps")]
    assert pregnancy_weeks(outcomes, due_on=DUE, ended_on=None) == ()
    assert pregnancy_weeks(outcomes, due_on=DUE, ended_on=DUE) == ()


def test_week_42_is_the_last():
    weeks = pregnancy_weeks([(at(42), "cramps"), (at(43), "cramps")], due_on=DUE, ended_on=None)
    assert [week.number for week in weeks] == [42]


@pytest.mark.parametrize(
    ("hemisphere", "expected"),
    [("north", ("winter", "spring", "summer")), ("south", ("summer", "autumn", "winter"))],
)
def test_seasons_are_those_of_where_the_patient_lives(hemisphere, expected):
    assert seasons_between(dt.date(2025, 12, 31), dt.date(2026, 6, 1), hemisphere) == expected


def test_each_season_is_named_once_and_time_goes_forward():
    assert len(seasons_between(dt.date(2024, 1, 1), dt.date(2026, 12, 1), "north")) == 4
    with pytest.raises(ValueError, match="before it begins"):
        seasons_between(dt.date(2026, 1, 2), dt.date(2026, 1, 1), "north")
