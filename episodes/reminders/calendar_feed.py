"""The private calendar: coming reminders as iCalendar (RFC 5545), one event a morning, with an alarm."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

DAYS = 28
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def file_text(*, at: dt.time, days: Sequence[int], first: dt.date, owner: str, now: dt.datetime) -> str:
    """Return one repeating event as text with CRLF lines, to be added to a calendar by hand.

    Its time has no zone: it rings at `at` on the clock of whatever device it is added to, and a change of the clocks
    needs no rule. days: ISO weekdays. first: no earlier day rings. The same `owner` gives the same event, so that a
    file fetched later replaces the one before.
    """
    begins = next(day for ahead in range(8) if (day := first + dt.timedelta(days=ahead)).isoweekday() in days)
    event = _event(
        f"every-morning-{_mark(owner)}", dt.datetime.combine(begins, at), reverse("diary:today"), now
    )
    event.add("SEQUENCE", int(now.timestamp()) // 60)
    event.add("RRULE", {"FREQ": "WEEKLY", "BYDAY": [WEEKDAYS[day - 1] for day in sorted(days)]})
    return _text(_calendar(), [event])


def calendar_text(
    *, mornings: Sequence[tuple[dt.date, dt.datetime]], zone: str, owner: str, now: dt.datetime
) -> str:
    """Return the calendar as text with CRLF lines.

    mornings: (night, aware moment). Moments are written in UTC, one event each: so a change of the
    clocks needs no rule, and a night that is written already has no event. owner: any stable text;
    only its hash is shown.
    """
    calendar = _calendar()
    calendar.add("X-WR-TIMEZONE", zone)
    calendar.add("REFRESH-INTERVAL", dt.timedelta(hours=6), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT6H")
    events = [
        _event(
            f"{night:%Y%m%d}-{_mark(owner)}",
            moment.astimezone(dt.UTC),
            reverse("diary:night-detail", args=[night]),
            now,
        )
        for night, moment in mornings
    ]
    return _text(calendar, events)


def _calendar() -> Calendar:
    calendar = Calendar()
    for name, value in (
        ("VERSION", "2.0"),
        ("PRODID", "-//Diary//Reminders//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("X-WR-CALNAME", _("Diary")),
    ):
        calendar.add(name, value)
    return calendar


def _event(uid: str, start: dt.datetime, path: str, now: dt.datetime) -> Event:
    """Return an event of five minutes that rings as it begins; it is private and blocks no time."""
    event, alarm = Event(), Alarm()
    title = _("Diary: last night?")
    for name, value in (
        ("UID", uid),
        ("DTSTAMP", now),
        ("DTSTART", start),
        ("DTEND", start + dt.timedelta(minutes=5)),
        ("SUMMARY", title),
        ("URL", f"{settings.BASE_URL}{path}"),
        ("CLASS", "PRIVATE"),
        ("TRANSP", "TRANSPARENT"),
    ):
        event.add(name, value)
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", title)
    alarm["TRIGGER"] = "PT0S"  # as everybody writes it; a duration of nothing would be put out as P0D
    event.add_component(alarm)
    return event


def _text(calendar: Calendar, events: Sequence[Event]) -> str:
    for event in events:
        calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _mark(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:20]
