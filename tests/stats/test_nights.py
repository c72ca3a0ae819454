"""Nights against clock changes; the change dates are those of the IANA zone database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodes.stats import nights

UTC = dt.UTC

# zone, evening of the night whose clocks go forward, hours of that night, evening of the night back, hours
CLOCK_CHANGES = [
    ("Europe/London", dt.date(2026, 3, 28), 23, dt.date(2026, 10, 24), 25),
    ("America/New_York", dt.date(2026, 3, 7), 23, dt.date(2026, 10, 31), 25),
    ("Pacific/Auckland", dt.date(2026, 9, 26), 23, dt.date(2026, 4, 4), 25),
    ("Asia/Kathmandu", dt.date(2026, 3, 28), 24, dt.date(2026, 10, 24), 24),
    ("Australia/Lord_Howe", dt.date(2026, 10, 3), 23.5, dt.date(2026, 4, 4), 24.5),
    ("Pacific/Apia", dt.date(2011, 9, 23), 23, dt.date(2011, 4, 1), 25),
    ("UTC", dt.date(2026, 3, 28), 24, dt.date(2026, 10, 24), 24),
]
CHANGE_NIGHTS = [
    (zone, date, hours)
    for zone, forward, short, back, long in CLOCK_CHANGES
    for date, hours in ((forward, short), (back, long))
]
ZONES = [ZoneInfo(row[0]) for row in CLOCK_CHANGES]
HALF_HOURS = [dt.time(hour, minute) for hour in range(24) for minute in (0, 30)]


@pytest.mark.parametrize("starts_at_hour", [12, 18])
@pytest.mark.parametrize(("zone_name", "date", "hours"), CHANGE_NIGHTS)
def test_a_clock_change_night_has_its_true_length(zone_name, date, hours, starts_at_hour):
    start, end = nights.night_window(date, ZoneInfo(zone_name), starts_at_hour)

    assert (end - start) == dt.timedelta(hours=hours)


@pytest.mark.parametrize("starts_at_hour", [12, 18])
@pytest.mark.parametrize(("zone_name", "date", "hours"), CHANGE_NIGHTS)
def test_every_half_hour_of_a_clock_change_night_belongs_to_that_night_alone(
    zone_name, date, hours, starts_at_hour
):
    zone = ZoneInfo(zone_name)
    start, end = nights.night_window(date, zone, starts_at_hour)
    moments = [start + dt.timedelta(minutes=30 * step) for step in range(int(hours * 2))]

    assert {nights.night_of(moment, zone, starts_at_hour) for moment in moments} == {date}
    assert nights.night_of(start - dt.timedelta(minutes=1), zone, starts_at_hour) < date
    assert nights.night_of(end, zone, starts_at_hour) > date


@pytest.mark.parametrize("second_time", [False, True])
@pytest.mark.parametrize("starts_at_hour", [12, 18])
@pytest.mark.parametrize(("zone_name", "date", "hours"), CHANGE_NIGHTS)
def test_every_wall_time_of_a_clock_change_night_is_a_moment_of_that_night(
    zone_name, date, hours, starts_at_hour, second_time
):
    zone = ZoneInfo(zone_name)

    for wall_time in HALF_HOURS:
        moment = nights.instant_of(date, wall_time, zone, starts_at_hour, second_time)

        assert moment.tzinfo is UTC
        assert nights.night_of(moment, zone, starts_at_hour) == date, wall_time


def test_the_doubled_hour_is_the_first_pass_unless_chosen():
    zone, evening, half_past_one = ZoneInfo("Europe/London"), dt.date(2026, 10, 24), dt.time(1, 30)

    assert nights.instant_of(evening, half_past_one, zone, 12) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert nights.instant_of(evening, half_past_one, zone, 12, second_time=True) == dt.datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_a_half_hour_clock_change_doubles_half_an_hour():
    zone, evening = ZoneInfo("Australia/Lord_Howe"), dt.date(2026, 4, 4)

    doubled = [time for time in HALF_HOURS if nights.is_doubled(evening, time, zone, 12)]

    assert doubled == [dt.time(1, 30)]


def test_only_the_doubled_hour_offers_a_choice():
    zone, evening = ZoneInfo("America/New_York"), dt.date(2026, 10, 31)

    doubled = [time for time in HALF_HOURS if nights.is_doubled(evening, time, zone, 12)]

    assert doubled == [dt.time(1, 0), dt.time(1, 30)]


@pytest.mark.parametrize("second_time", [False, True])
def test_a_skipped_wall_time_is_accepted_and_lands_after_the_jump(second_time):
    zone, evening = ZoneInfo("Europe/London"), dt.date(2026, 3, 28)

    moment = nights.instant_of(evening, dt.time(1, 30), zone, 12, second_time)

    assert moment == dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert moment.astimezone(zone).time() == dt.time(2, 30)


def test_the_day_that_apia_never_had_is_no_night():
    zone = ZoneInfo("Pacific/Apia")
    small_hours = dt.datetime(2011, 12, 31, 3, 10, tzinfo=zone).astimezone(UTC)

    start, end = nights.night_window(dt.date(2011, 12, 29), zone, 12)

    assert nights.night_of(small_hours, zone, 12) == dt.date(2011, 12, 29)
    assert nights.last_night(small_hours, zone) == dt.date(2011, 12, 29)
    assert end - start == dt.timedelta(hours=24)
    assert nights.instant_of(dt.date(2011, 12, 29), dt.time(3, 10), zone, 12) == small_hours
    assert nights.minutes_into_night(small_hours, dt.date(2011, 12, 29), zone, 12) == 15 * 60 + 10


@pytest.mark.parametrize(
    ("local", "starts_at_hour", "evening"),
    [
        (dt.datetime(2026, 11, 21, 23, 59), 12, dt.date(2026, 11, 21)),
        (dt.datetime(2026, 11, 22, 0, 1), 12, dt.date(2026, 11, 21)),
        (dt.datetime(2026, 11, 22, 11, 59), 12, dt.date(2026, 11, 21)),
        (dt.datetime(2026, 11, 22, 12, 0), 12, dt.date(2026, 11, 22)),
        (dt.datetime(2026, 11, 22, 15, 0), 18, dt.date(2026, 11, 21)),
        (dt.datetime(2026, 11, 22, 18, 0), 18, dt.date(2026, 11, 22)),
    ],
)
def test_a_moment_belongs_to_the_evening_before_until_the_window_starts_again(local, starts_at_hour, evening):
    zone = ZoneInfo("Asia/Kathmandu")

    assert nights.night_of(local.replace(tzinfo=zone).astimezone(UTC), zone, starts_at_hour) == evening


def test_last_night_is_the_day_before_today_where_the_person_is():
    now = dt.datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

    assert nights.last_night(now, ZoneInfo("Europe/London")) == dt.date(2026, 11, 21)
    assert nights.last_night(now, ZoneInfo("Pacific/Auckland")) == dt.date(2026, 11, 21)
    later = now + dt.timedelta(hours=2)
    assert nights.last_night(later, ZoneInfo("Pacific/Auckland")) == dt.date(2026, 11, 22)


def test_minutes_into_the_night_follow_the_clock_on_the_wall():
    zone, evening = ZoneInfo("Europe/London"), dt.date(2026, 10, 24)
    first_pass = dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second_pass = dt.datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert nights.minutes_into_night(first_pass, evening, zone, 12) == 13 * 60 + 30
    assert nights.minutes_into_night(second_pass, evening, zone, 12) == 13 * 60 + 30
    assert nights.minutes_into_night(second_pass, evening, zone, 18) == 7 * 60 + 30


def test_a_moment_of_another_night_has_no_minutes_into_this_one():
    zone = ZoneInfo("UTC")

    moment = dt.datetime(2026, 1, 3, 3, tzinfo=UTC)
    assert nights.minutes_into_night(moment, dt.date(2026, 1, 1), zone, 12) is None


@pytest.mark.parametrize(
    ("recorded_local", "days", "late"),
    [
        (dt.datetime(2026, 11, 18, 7), 1, False),
        (dt.datetime(2026, 11, 20, 23, 59), 3, False),
        (dt.datetime(2026, 11, 21, 0, 1), 4, True),
    ],
)
def test_a_night_is_late_after_three_local_days(recorded_local, days, late):
    zone, evening = ZoneInfo("Pacific/Auckland"), dt.date(2026, 11, 17)
    recorded = recorded_local.replace(tzinfo=zone).astimezone(UTC)

    assert nights.days_late(recorded, evening, zone) == days
    assert nights.is_late(recorded, evening, zone) is late


def test_lateness_without_a_time_of_writing_is_unknown():
    assert nights.is_late(None, dt.date(2026, 11, 17), ZoneInfo("UTC")) is None


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        nights.night_of(dt.datetime(2026, 1, 1, 3), ZoneInfo("UTC"), 12)


moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(UTC))


@given(moments, st.sampled_from(ZONES), st.sampled_from([12, 18]))
def test_every_moment_lies_inside_the_window_of_its_night(moment, zone, starts_at_hour):
    start, end = nights.night_window(nights.night_of(moment, zone, starts_at_hour), zone, starts_at_hour)

    assert start <= moment < end


@given(moments, st.sampled_from(ZONES), st.sampled_from([12, 18]))
def test_what_the_clock_said_leads_back_to_the_moment(moment, zone, starts_at_hour):
    moment = moment.replace(second=0, microsecond=0)
    evening = nights.night_of(moment, zone, starts_at_hour)
    wall_time = moment.astimezone(zone).time()

    candidates = {
        nights.instant_of(evening, wall_time, zone, starts_at_hour, second_time)
        for second_time in (False, True)
    }

    assert moment in candidates


@given(moments, st.sampled_from(ZONES), st.sampled_from([12, 18]))
def test_the_next_night_begins_when_this_one_ends(moment, zone, starts_at_hour):
    evening = nights.night_of(moment, zone, starts_at_hour)
    _, end = nights.night_window(evening, zone, starts_at_hour)

    assert nights.night_window(nights.night_of(end, zone, starts_at_hour), zone, starts_at_hour)[0] == end
