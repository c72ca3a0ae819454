import datetime as dt

import numpy as np
import pytest

from episodes.stats.associations.analysis_input import AMOUNT, BINARY, category
from episodes.stats.associations.habit_notes import (
    after_bad_nights,
    habits_together,
    nights_after,
    with_habit,
)
from episodes.stats.associations.refresh import refresh_dates
from episodes.stats.proportions import newcombe_difference

NAN = np.nan


def test_last_night_is_unknown_after_a_gap():
    before = nights_after(np.array([0, 1, 3, 4]), np.array([1.0, 0.0, 0.0, 1.0]))
    assert before.tolist() == pytest.approx([NAN, 1.0, NAN, 0.0], nan_ok=True)


def test_habit_done_after_bad_nights_is_noted_with_its_counts():
    before = np.array([1.0] * 20 + [0.0] * 40)
    codes = np.array([1.0] * 15 + [0.0] * 5 + [1.0] * 5 + [0.0] * 35)
    (note,) = after_bad_nights(BINARY, codes, before)
    assert (note.after_cramps, note.cramp_nights_before, note.after_quiet, note.quiet_nights_before) == (
        15,
        20,
        5,
        40,
    )
    assert note.difference == newcombe_difference(15, 20, 5, 40)
    assert note.is_more_often_after_cramps
    assert not note.is_less_often_after_cramps


def test_habit_left_out_after_bad_nights_is_noted_the_other_way():
    before = np.array([1.0] * 20 + [0.0] * 40)
    codes = np.array([0.0] * 20 + [1.0] * 30 + [0.0] * 10)
    (note,) = after_bad_nights(BINARY, codes, before)
    assert note.is_less_often_after_cramps


def test_habit_that_does_not_follow_the_night_before_has_no_note():
    before = np.array([1.0, 0.0] * 30)
    codes = np.array([1.0, 1.0, 0.0, 0.0] * 15)
    assert after_bad_nights(BINARY, codes, before) == ()


def test_few_nights_give_no_note():
    before = np.array([1.0] * 7 + [0.0] * 7)
    assert after_bad_nights(BINARY, before.copy(), before) == ()


def test_level_of_a_category_is_named_in_the_note():
    before = np.array([1.0] * 20 + [0.0] * 20)
    codes = np.array([2.0] * 16 + [0.0] * 4 + [0.0] * 14 + [1.0] * 6)
    notes = after_bad_nights(category("none", "light", "hard"), codes, before)
    assert [(note.level, note.is_more_often_after_cramps) for note in notes] == [
        ("none", False),
        ("light", False),
        ("hard", True),
    ]


def test_amount_counts_as_with_above_the_middle_of_usual_low_and_high():
    codes = np.array([0.0, 0.0, 2.0, 4.0, 6.0, 8.0, 8.0, NAN])
    marks = with_habit(AMOUNT, codes)
    assert marks.tolist() == pytest.approx([0, 0, 0, 0, 1, 1, 1, NAN], nan_ok=True)


def test_habits_that_come_together_name_each_other_with_counts():
    sitting = np.array([1.0] * 21 + [0.0] * 40)
    alcohol = np.array([1.0] * 18 + [0.0] * 3 + [1.0] * 4 + [0.0] * 36)
    tea = np.array([1.0, 0.0] * 30 + [1.0])
    found = habits_together({"sitting": sitting, "alcohol": alcohol, "tea": tea})
    (pair,) = found["sitting"]
    assert (pair.other, pair.also_other, pair.nights_with) == ("alcohol", 18, 21)
    assert pair.correlation == pytest.approx(np.corrcoef(sitting, alcohol)[0, 1])
    assert [(back.other, back.also_other, back.nights_with) for back in found["alcohol"]] == [
        ("sitting", 18, 22)
    ]
    assert found["tea"] == ()


def test_habits_that_exclude_each_other_are_named_as_well():
    one = np.array([1.0, 0.0] * 20)
    (pair,) = habits_together({"one": one, "other": 1 - one})["one"]
    assert (pair.also_other, pair.correlation) == (0, pytest.approx(-1))


def test_few_nights_with_both_answered_name_nobody():
    habit = np.array([1.0] * 6 + [0.0] * 7 + [NAN] * 30)
    assert habits_together({"one": habit, "other": habit.copy()}) == {"one": (), "other": ()}


FIRST = dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    ("day", "boundary", "previous", "following"),
    [(0, None, None, 28), (27, None, None, 28), (28, 28, None, 56), (55, 28, None, 56), (56, 56, 28, 84)],
)
def test_grades_are_refreshed_every_28_days_counted_from_the_first_night(day, boundary, previous, following):
    def date(days):
        return None if days is None else FIRST + dt.timedelta(days=days)

    refresh = refresh_dates(FIRST, date(day))
    assert (refresh.boundary, refresh.previous, refresh.next) == (
        date(boundary),
        date(previous),
        date(following),
    )


def test_first_night_in_the_future_has_no_boundary():
    assert refresh_dates(FIRST, FIRST - dt.timedelta(days=40)).boundary is None
