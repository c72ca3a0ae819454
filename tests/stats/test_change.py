"""Before and after a date: equal whole weeks, counted nights alone, words only where an interval allows."""

import datetime as dt

import pytest

from episodes.stats.periods.change import before_after, weeks_on_each_side
from episodes.stats.records import NightRecord

START = dt.date(2026, 6, 1)


def night(day, outcome):
    return NightRecord(**{**dict.fromkeys(NightRecord._fields), "date": START + dt.timedelta(days=day),
                          "outcome": outcome, "habits": {}, "episodes": (), "starts_at_hour": 12,
                          "habits_before_night": False})  # fmt: skip


def stretch(first, nights, cramps):
    return [night(first + n, "cramps" if n < cramps else "no_cramps") for n in range(nights)]


def test_the_worked_example():
    result = before_after(stretch(-28, 28, 12) + stretch(0, 28, 7), START, 4)
    assert (result.before.cramps.x, result.before.cramps.n) == (12, 28)
    assert (result.after.cramps.x, result.after.cramps.n) == (7, 28)
    assert result.difference.value == pytest.approx(-0.178571, abs=1e-6)
    assert result.difference.low == pytest.approx(-0.397311, abs=1e-6)
    assert result.difference.high == pytest.approx(0.067235, abs=1e-6)
    assert result.direction == "none"


@pytest.mark.parametrize(("before", "after", "word"), [(24, 4, "less"), (4, 24, "more"), (10, 9, "none")])
def test_a_direction_needs_an_interval_without_zero(before, after, word):
    assert before_after(stretch(-28, 28, before) + stretch(0, 28, after), START, 4).direction == word


def test_the_night_of_the_date_is_the_first_after_it():
    result = before_after([night(-1, "cramps"), night(0, "no_cramps")], START, 2)
    assert (result.before.cramps.x, result.before.cramps.n) == (1, 1)
    assert (result.after.cramps.x, result.after.cramps.n) == (0, 1)


def test_missing_and_unsure_nights_are_in_no_denominator_and_too_few_are_not_compared():
    nights = [*stretch(-28, 13, 6), night(-5, "unsure"), night(-4, "not_in_bed"), *stretch(0, 28, 6)]
    result = before_after(nights, START, 4)
    assert result.before.cramps.n == 13
    assert result.before.coverage.not_written == 13
    assert result.difference is None
    assert result.direction == "none"


@pytest.mark.parametrize(
    ("before", "after", "weeks"),
    [(6, 90, 0), (90, 6, 0), (20, 90, 2), (90, 28, 4), (400, 400, 12), (-3, 9, 0)],
)
def test_both_sides_get_the_same_whole_weeks(before, after, weeks):
    begun, last = START - dt.timedelta(days=before), START + dt.timedelta(days=after - 1)
    assert weeks_on_each_side(begun, START, last) == weeks


def test_no_week_is_refused():
    with pytest.raises(ValueError, match="at least one week"):
        before_after([], START, 0)
