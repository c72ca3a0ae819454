"""The private calendar: coming reminders as iCalendar (RFC 5545), one event a morning, with an alarm."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

DAYS = 28
MOST_OCTETS = 75
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_QUIET = ("CLASS:PRIVATE", "TRANSP:TRANSPARENT")


def file_text(*, at: dt.time, days: Sequence[int], first: dt.date, owner: str, now: dt.datetime) -> str:
    """Return one repeating event as text with CRLF lines, to be added to a calendar by hand.

    Its time has no zone: it rings at `at` on the clock of whatever device it is added to, and a change of the clocks
    needs no rule. days: ISO weekdays. first: no earlier day rings. The same `owner` gives the same event, so that a
    file fetched later replaces the one before.
    """
    mark = hashlib.sha256(owner.encode()).hexdigest()[:20]
    begins = next(day for ahead in range(8) if (day := first + dt.timedelta(days=ahead)).isoweekday() in days)
    start = dt.datetime.combine(begins, at)
    title = _text(_("Diary: last night?"))
    lines = [
        *_head(),
        "BEGIN:VEVENT",
        f"UID:every-morning-{mark}",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{int(now.timestamp()) // 60}",
        f"DTSTART:{start:%Y%m%dT%H%M%S}",
        f"DTEND:{start + dt.timedelta(minutes=5):%Y%m%dT%H%M%S}",
        f"RRULE:FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[day - 1] for day in sorted(days))}",
        f"SUMMARY:{title}",
        f"URL:{settings.BASE_URL}{reverse('diary:today')}",
        *_QUIET,
        *_alarm(title),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return _joined(lines)


def _head() -> list[str]:
    return [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Diary//Reminders//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(_('Diary'))}",
    ]  # fmt: skip


def _alarm(title: str) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", "TRIGGER:PT0S", "END:VALARM"]


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def calendar_text(
    *, mornings: Sequence[tuple[dt.date, dt.datetime]], zone: str, owner: str, now: dt.datetime
) -> str:
    """Return the calendar as text with CRLF lines.

    mornings: (night, aware moment). Moments are written in UTC, one event each: so a change of the
    clocks needs no rule, and a night that is written already has no event. owner: any stable text;
    only its hash is shown.
    """
    mark = hashlib.sha256(owner.encode()).hexdigest()[:20]
    lines = [
        *_head(),
        f"X-WR-TIMEZONE:{zone}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    title = _text(_("Diary: last night?"))
    for night, moment in mornings:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{night:%Y%m%d}-{mark}",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(moment)}",
            f"DTEND:{_utc(moment + dt.timedelta(minutes=5))}",
            f"SUMMARY:{title}",
            f"URL:{settings.BASE_URL}{reverse('diary:night-detail', args=[night])}",
            *_QUIET,
            *_alarm(title),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return _joined(lines)


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Return the line in parts of at most 75 octets; a part after the first begins with a space."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > MOST_OCTETS:
            parts.append(part)
            part = " "
        part += letter
    return [*parts, part]
