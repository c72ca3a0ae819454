"""Which night a moment belongs to, and what the clock on the wall said then.

Clock and zone are always arguments. A night is named by the date of the evening on which it began;
its window runs from `starts_at_hour` (12, or 18 for people who sleep by day) to the same hour of the
next day *of that zone*: 23 or 25 hours long when clocks change, and without a date that the zone
never had (Apia skipped 30 December 2011).
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LATE_AFTER_DAYS = 3
MINUTES_PER_DAY = 24 * 60
_ONE_DAY = dt.timedelta(days=1)


def night_of(moment_utc: dt.datetime, zone: ZoneInfo, starts_at_hour: int) -> dt.date:
    """Return the evening date of the one night that contains an aware moment."""
    local = _aware(moment_utc).astimezone(zone)
    return local.date() if local.hour >= starts_at_hour else _day_before(local.date(), zone)


def last_night(now_utc: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Return the evening date of the night that ended, or ends, this morning: the day before today there."""
    return _day_before(_aware(now_utc).astimezone(zone).date(), zone)


def night_window(date: dt.date, zone: ZoneInfo, starts_at_hour: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a night and the first moment after it, both in UTC."""
    start = dt.time(starts_at_hour)
    return _instant(date, start, zone), _instant(_day_after(date, zone), start, zone)


def instant_of(
    date: dt.date, wall_time: dt.time, zone: ZoneInfo, starts_at_hour: int, second_time: bool = False
) -> dt.datetime:
    """Return the moment (aware, UTC) at which the clock showed `wall_time` in the night of `date`.

    second_time: in the doubled hour of an autumn night take its second pass; elsewhere it changes
    nothing. A time that the clock skipped in spring means the moment as far after the jump as it
    reads after the skipped hour began, so that a half-asleep entry of 02:30 is still accepted.
    """
    day = date if wall_time.hour >= starts_at_hour else _day_after(date, zone)
    return _instant(day, wall_time, zone, second_time=second_time)


def is_doubled(date: dt.date, wall_time: dt.time, zone: ZoneInfo, starts_at_hour: int) -> bool:
    """Return whether the clock showed this time twice in the night, so that the person may choose."""
    first = instant_of(date, wall_time, zone, starts_at_hour)
    return first != instant_of(date, wall_time, zone, starts_at_hour, second_time=True)


def minutes_into_night(
    instant: dt.datetime, date: dt.date, zone: ZoneInfo, starts_at_hour: int
) -> int | None:
    """Return the minutes by the clock on the wall since the window start, 0-1439.

    None when the moment lies outside the night: it then says nothing about an hour of that night.
    The doubled hour gives the same minutes twice, because charts ask what the clock said.
    """
    if night_of(instant, zone, starts_at_hour) != date:
        return None
    local = instant.astimezone(zone)
    return (local.hour * 60 + local.minute - starts_at_hour * 60) % MINUTES_PER_DAY


def days_late(recorded_at: dt.datetime, date: dt.date, zone: ZoneInfo) -> int:
    """Return the number of local calendar days from the evening of the night to the writing of it."""
    return (_aware(recorded_at).astimezone(zone).date() - date).days


def is_late(recorded_at: dt.datetime | None, date: dt.date, zone: ZoneInfo) -> bool | None:
    """Return whether a night was written more than three days after its evening; None when unknown."""
    return None if recorded_at is None else days_late(recorded_at, date, zone) > LATE_AFTER_DAYS


def _aware(moment: dt.datetime) -> dt.datetime:
    """Return the moment unchanged; a naive one would silently take the server's zone, so it is refused."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment


def _instant(day: dt.date, wall_time: dt.time, zone: ZoneInfo, *, second_time: bool = False) -> dt.datetime:
    local = dt.datetime.combine(day, wall_time.replace(tzinfo=None, fold=0), tzinfo=zone)
    later = local.replace(fold=1)
    # In the doubled hour the second pass has the smaller offset. In the skipped hour it is the other
    # way round, and there the first reading is the one that stays inside the night.
    if second_time and _offset(later) < _offset(local):
        local = later
    return local.astimezone(dt.UTC)


def _offset(local: dt.datetime) -> dt.timedelta:
    return local.utcoffset() or dt.timedelta()


def _exists(date: dt.date, zone: ZoneInfo) -> bool:
    noon = dt.datetime.combine(date, dt.time(12), tzinfo=zone)
    return noon.astimezone(dt.UTC).astimezone(zone).date() == date


def _day_before(date: dt.date, zone: ZoneInfo) -> dt.date:
    day = date - _ONE_DAY
    return day if _exists(day, zone) else _day_before(day, zone)


def _day_after(date: dt.date, zone: ZoneInfo) -> dt.date:
    day = date + _ONE_DAY
    return day if _exists(day, zone) else _day_after(day, zone)
