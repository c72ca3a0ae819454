import datetime as dt

import pytest

from episodes.stats.periods.cramps import (
    duration_trend,
    hour_trend,
    length_bin,
    place_trend,
    severity_trend,
)
from episodes.stats.records import EpisodeRecord, NightRecord
from tests.stats.diaries import LAST, cramp_nights

FIRST = LAST - dt.timedelta(days=55)


def night(days_before_last, *pains, outcome="cramps"):
    episodes = tuple(EpisodeRecord(pain_0_10=pain) for pain in pains)
    return NightRecord(LAST - dt.timedelta(days=days_before_last), outcome, is_late=False, episodes=episodes)


def hours(*episodes, starts_at_hour=12):
    return hour_trend(cramp_nights(*episodes), FIRST, LAST, starts_at_hour=starts_at_hour)


# How long


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "under_1"),
        (60, "1_5"),
        (299, "1_5"),
        (300, "5_10"),
        (600, "5_10"),
        (601, "over_10"),
        (7200, "over_10"),
    ],
)
def test_exact_lengths_fall_into_bins(seconds, expected):
    assert length_bin(EpisodeRecord(duration_seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        ("under_1", "under_1"),
        ("10_30", "over_10"),
        ("30_60", "over_10"),
        ("over_60", "over_10"),
        (None, None),
    ],
)
def test_banded_lengths_fall_into_the_same_bins(band, expected):
    assert length_bin(EpisodeRecord(duration_band=band)) == expected


def test_exact_and_banded_lengths_are_counted_together_and_kept_apart_in_number():
    result = duration_trend(
        cramp_nights(
            EpisodeRecord(duration_seconds=200),
            EpisodeRecord(duration_band="1_5"),
            EpisodeRecord(duration_seconds=3601),
            EpisodeRecord(duration_band="over_60"),
            EpisodeRecord(duration_seconds=3600),
            EpisodeRecord(),
        ),
        FIRST,
        LAST,
    )

    assert dict(result.bins) == {"under_1": 0, "1_5": 2, "5_10": 0, "over_10": 3}
    assert (result.answered, result.exact, result.up_to_10, result.over_60) == (5, 3, 2, 2)
    assert result.episodes_without_answer == 1


# When


def test_cramps_are_counted_in_two_hour_bars_from_the_window_start():
    result = hours(
        EpisodeRecord(minutes_into_night=0),
        EpisodeRecord(minutes_into_night=119),
        EpisodeRecord(minutes_into_night=120),
        EpisodeRecord(minutes_into_night=1439),
    )

    assert result.bars == (2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)


def test_nights_of_a_moved_window_share_the_hours_of_the_clock():
    at_three = NightRecord(
        LAST, "cramps", starts_at_hour=18, episodes=(EpisodeRecord(minutes_into_night=9 * 60),)
    )

    result = hour_trend([at_three], FIRST, LAST, starts_at_hour=12)

    assert result.bars.index(1) == 7  # 02:00 to 04:00 in a day that begins at noon
    assert dict(result.parts)["3_6"] == 1


def test_a_part_of_the_night_is_time_enough_but_no_hour():
    result = hours(*[EpisodeRecord(part_of_night="0_3")] * 5)

    assert (result.timed, result.with_part_only, result.with_time) == (0, 5, 5)
    assert result.enough.is_reached
    assert result.peak_start_hour is None


def test_the_peak_is_the_four_hours_with_most_cramps():
    at = [13 * 60, 13 * 60, 15 * 60, 15 * 60, 15 * 60, 20 * 60]

    result = hours(*(EpisodeRecord(minutes_into_night=minute) for minute in at))

    assert (result.peak_start_hour, result.peak_end_hour, result.peak_count) == (0, 4, 5)


@pytest.mark.parametrize(
    ("clock_hour", "part"),
    [
        (18, "before_midnight"),
        (23, "before_midnight"),
        (0, "0_3"),
        (3, "3_6"),
        (6, "after_6"),
        (12, "daytime"),
    ],
)
def test_an_exact_time_also_counts_in_its_part_of_the_night(clock_hour, part):
    result = hours(EpisodeRecord(minutes_into_night=(clock_hour - 12) * 60 % 1440))

    assert dict(result.parts)[part] == 1


def test_a_cramp_of_a_night_that_is_not_sure_is_not_described():
    unsure = NightRecord(LAST, "unsure", episodes=(EpisodeRecord(minutes_into_night=600, location="calf"),))

    assert hour_trend([unsure], FIRST, LAST, starts_at_hour=12).with_time == 0
    assert place_trend([unsure], FIRST, LAST).with_place == 0


# Where


def test_places_are_sorted_by_number_and_both_sides_count_once():
    right, both = EpisodeRecord(side="right", location="calf"), EpisodeRecord(side="both", location="calf")

    result = place_trend(
        cramp_nights(both, right, right, EpisodeRecord(location="foot"), EpisodeRecord(side="left")),
        FIRST,
        LAST,
    )

    assert [(place.side, place.location, place.episodes) for place in result.places] == [
        ("right", "calf", 2),
        ("both", "calf", 1),
        (None, "foot", 1),
    ]
    assert dict(result.regions) == {("left", "calf"): 1, ("right", "calf"): 3}
    assert (result.with_place, result.on_both_sides, result.episodes_without_answer) == (4, 1, 1)


def test_a_stated_number_above_the_described_cramps_leaves_the_rest_without_an_answer():
    stated = NightRecord(
        LAST, "cramps", episode_count=4, episodes=(EpisodeRecord(side="left", location="calf"),)
    )

    assert place_trend([stated], FIRST, LAST).episodes_without_answer == 3


# How bad


def test_the_middle_line_is_the_median_of_28_days():
    result = severity_trend([night(27, 2), night(10, 9), night(0, 4)], FIRST, LAST)

    assert result.pain_line[-1].date == LAST
    assert result.pain_line[-1].value == 4


def test_a_cramp_older_than_28_days_has_left_the_middle_line():
    result = severity_trend([night(28, 2), night(10, 9), night(0, 4)], FIRST, LAST)

    assert result.pain_line[-1].value is None


def test_first_and_last_four_weeks_are_compared_from_three_cramps_each():
    early = [night(55, 8), night(54, 6), night(50, 7)]
    late = [night(2, 3), night(1, 5), night(0, 4)]

    result = severity_trend(early + late, FIRST, LAST)

    assert (result.pain_shift.first, result.pain_shift.last) == (7, 4)
    assert severity_trend(early + late[:2], FIRST, LAST).pain_shift is None


def test_zero_pain_is_an_answer_and_no_answer_is_none():
    result = severity_trend([night(3, 0), night(2, None)], FIRST, LAST)

    assert [point.pain_0_10 for point in result.points] == [0]
    assert (result.coverage.used, result.coverage.no_answer) == (1, 1)


def test_a_banded_length_stands_inside_its_band():
    [point] = severity_trend(cramp_nights(EpisodeRecord(duration_band="5_10")), FIRST, LAST).points

    assert 5 < point.minutes < 10
    assert point.minutes_are_banded
