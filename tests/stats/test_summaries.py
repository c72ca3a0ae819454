import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.stats.periods.after_cramps import relief_trend, soreness_trend
from episodes.stats.periods.cramps import duration_trend, hour_trend, place_trend, severity_trend
from episodes.stats.periods.summaries import column_starts, cover, outcome_trend, weeks_per_column
from episodes.stats.records import NightRecord
from tests.stats.diaries import LAST, any_diary, diary, first_of


def trend(letters, **answers):
    return outcome_trend(diary(letters, **answers), first_of(letters), LAST)


def test_every_night_of_the_range_stands_in_its_week_by_how_it_went():
    [week] = trend("c-?x o-").columns

    assert (week.cramps, week.no_cramps, week.unsure, week.not_in_bed, week.not_written) == (1, 2, 1, 1, 2)


def test_weeks_end_with_the_range_and_the_oldest_may_be_shorter():
    columns = trend("-" * 10).columns

    assert [(column.nights, column.last) for column in columns] == [
        (3, LAST - dt.timedelta(days=7)),
        (7, LAST),
    ]


def test_a_night_without_a_record_is_not_a_night_without_a_cramp():
    coverage = trend("c  -  c").coverage

    assert (coverage.used, coverage.not_written, coverage.left_out) == (3, 4, 4)


def test_late_nights_are_used_and_counted_beside_the_result():
    nights = [
        NightRecord(LAST, "cramps", is_late=True),
        NightRecord(LAST - dt.timedelta(days=1), "no_cramps", is_late=None),
    ]

    coverage = outcome_trend(nights, LAST - dt.timedelta(days=1), LAST).coverage

    assert (coverage.used, coverage.late, coverage.lateness_unknown) == (2, 1, 1)


def test_only_reasons_with_nights_are_named():
    assert trend("c? x").coverage.reasons == (("not_written", 1), ("unsure", 1), ("not_in_bed", 1))


def test_nights_outside_the_range_are_ignored():
    nights = diary("ccccc")

    result = outcome_trend(nights, LAST - dt.timedelta(days=1), LAST)

    assert (result.cramps, result.coverage.nights_in_range) == (2, 2)


@pytest.mark.parametrize(("counted", "is_reached", "missing"), [(6, False, 1), (7, True, 0)])
def test_seven_counted_nights_are_enough(counted, is_reached, missing):
    enough = trend("-" * counted + "?" * 5).enough

    assert (enough.is_reached, enough.missing) == (is_reached, missing)


def test_the_first_four_weeks_stand_against_the_last_four():
    # 28 nights with 14 cramps, a week between, 28 nights with 4: Newcombe's interval of
    # 4/28 - 14/28 is about -0.56 to -0.11 and leaves out zero.
    comparison = trend("c-" * 14 + "-" * 7 + "c" * 4 + "-" * 24).comparison

    assert (comparison.first_cramps, comparison.first_counted) == (14, 28)
    assert (comparison.last_cramps, comparison.last_counted) == (4, 28)
    assert comparison.direction == "less"


def test_more_cramps_lately_is_said_as_plainly():
    assert trend("c" * 4 + "-" * 24 + "c-" * 14).comparison.direction == "more"


def test_a_small_difference_is_no_clear_difference():
    # The example of the visual design: 11 of 24 against 7 of 22.
    letters = "c" * 11 + "-" * 13 + " " * 4 + "c" * 7 + "-" * 15 + " " * 6

    comparison = trend(letters).comparison

    assert (comparison.first_cramps, comparison.first_counted) == (11, 24)
    assert (comparison.last_cramps, comparison.last_counted) == (7, 22)
    assert comparison.direction == "none"


def test_nights_not_sure_and_not_in_bed_are_in_neither_four_weeks():
    comparison = trend("c-" * 10 + "?" * 4 + "x" * 4 + "c-" * 10 + "?" * 8).comparison

    assert (comparison.first_counted, comparison.last_counted) == (20, 20)


def test_four_weeks_that_would_overlap_are_not_compared():
    assert trend("c" + "-" * 54).comparison is None
    assert trend("c" + "-" * 55).comparison is not None


def test_the_first_four_weeks_begin_with_the_diary_not_with_the_range():
    letters = " " * 100 + "c-" * 28

    assert trend(letters).comparison.first_start == LAST - dt.timedelta(days=55)


def test_a_side_with_too_few_counted_nights_is_not_compared():
    assert trend("c" * 6 + " " * 30 + "-" * 28).comparison is None


@pytest.mark.parametrize(
    ("days", "weeks"), [(1, 1), (182, 1), (183, 4), (364, 4), (1176, 4), (1177, 13), (3650, 13), (40000, 208)]
)
def test_columns_grow_with_the_range(days, weeks):
    assert weeks_per_column(LAST - dt.timedelta(days=days - 1), LAST) == weeks


@given(st.integers(1, 80_000))
def test_a_range_of_any_length_has_at_most_42_columns(days):
    first = LAST - dt.timedelta(days=days - 1)

    starts = column_starts(first, LAST, weeks_per_column(first, LAST))

    assert starts[0] == first
    assert starts == sorted(starts)
    assert len(starts) <= 42


@given(any_diary, st.integers(1, 400))
def test_used_and_left_out_nights_add_up_to_the_range(nights, days):
    first = LAST - dt.timedelta(days=days - 1)
    results = [
        outcome_trend(nights, first, LAST),
        severity_trend(nights, first, LAST),
        hour_trend(nights, first, LAST, starts_at_hour=12),
        place_trend(nights, first, LAST),
        duration_trend(nights, first, LAST),
        soreness_trend(nights, first, LAST),
        relief_trend(nights, first, LAST),
    ]

    for result in results:
        assert result.coverage.nights_in_range == days
        assert min(count for _, count in result.coverage.reasons or (("none", 1),)) > 0
        assert result.coverage.used + sum(count for _, count in result.coverage.reasons) == days


@given(any_diary)
def test_the_columns_hold_every_night_once(nights):
    first = LAST - dt.timedelta(days=400)

    result = outcome_trend(nights, first, LAST)

    assert sum(column.nights for column in result.columns) == 401
    assert sum(column.counted for column in result.columns) == result.counted


def test_an_empty_diary_is_all_not_written():
    result = outcome_trend([], LAST - dt.timedelta(days=6), LAST)

    assert (result.counted, result.coverage.not_written, result.comparison) == (0, 7, None)


def test_a_cramp_night_without_the_answer_is_left_out_for_that_reason():
    coverage = cover(diary("cc-"), first_of("cc-"), LAST, lambda night: night.date == first_of("cc-"))

    assert (coverage.used, coverage.no_answer, coverage.no_cramps) == (1, 1, 1)
