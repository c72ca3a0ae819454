"""The month at a glance, the list of nights, and filling in what was missed."""

from __future__ import annotations

import calendar
import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from episodes.diary.today import StripNight, begun_on, strip_night
from episodes.models import Night, PrivateNote, SharedNote, User
from episodes.nights import writer as actions
from episodes.nights.writer import NightRefused, Source, StaleVersion
from episodes.stats.nights import last_night
from episodes.web.audience import SignedInRequest, audience

A_WEEK = 7
SECOND_TAP_MILLISECONDS = 1000
YEARS_BACK = 10  # in the list of years; earlier ones by the links


def _month_of(text: str, year: str, today: dt.date) -> dt.date:
    """Return the first day of a month: 2026-11 as in links, or 11 and its year as the two lists send it."""
    if year:
        text = f"{year}-{text}"
    try:
        first = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if 1900 <= first.year <= today.year + 1 else today.replace(day=1)


def nights_between(patient: User, first: dt.date, last: dt.date, asked: dt.date) -> dict[dt.date, StripNight]:
    """Return what is known about every night of the range; three statements."""
    nights = Night.objects.visible_to(patient).of(patient).between(first, last)
    records = {record.date: record for record in nights.as_records()}
    versions = dict(nights.values_list("date", "version"))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return {day: strip_night(day, records, versions, asked) for day in days}


@audience("patient")
@require_safe
def month(request: SignedInRequest) -> HttpResponse:
    patient = request.user
    now = timezone.now()
    asked = last_night(now, patient.zone)
    first = _month_of(request.GET.get("month", ""), request.GET.get("year", ""), asked)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    week_ago = asked - dt.timedelta(days=A_WEEK - 1)
    known = nights_between(patient, min(first, week_ago), max(last, asked), asked) if abs(
        (first - asked).days) < 62 else nights_between(patient, first, last, asked)  # fmt: skip
    recent = (
        known if week_ago in known and asked in known else nights_between(patient, week_ago, asked, asked)
    )
    weeks = calendar.Calendar(patient.week_starts_on - 1).monthdatescalendar(first.year, first.month)
    written = [day for day, night in known.items() if night.outcome is not None and first <= day <= last]
    begun = max(first, min([begun_on(patient), *written]))  # nights before the diary are no gaps in it
    week = [recent[asked - dt.timedelta(days=back)] for back in range(A_WEEK)]
    filled = [night.date for night in week if night.date.isoformat() in request.GET.getlist("filled")]
    context = {
        "nav": "calendar",
        "first": first,
        "weeks": [[known.get(day) if day.month == first.month else None for day in week] for week in weeks],
        "weekdays": weeks[0],
        "today": now.astimezone(patient.zone).date(),
        "previous": first - dt.timedelta(days=1),
        "following": last + dt.timedelta(days=1),
        "has_following": last < asked,
        "months": [first.replace(month=number) for number in range(1, 13)],
        "years": range(max(asked.year, first.year), min(asked.year - YEARS_BACK, first.year) - 1, -1),
        # What was written here a moment ago keeps its row: the next one must not slide under the finger.
        "missed": [night for night in week if night.outcome is None or night.date in filled],
        "left": [night for night in week if night.outcome is None],
        "filled": filled,
        "made": int(now.timestamp() * 1000) if filled else "",
        "written": len(written),
        "possible": max(0, (min(last, asked) - begun).days + 1),
        "has_late": any(night.is_late for night in known.values()),
        "here": f"{request.path}?month={first:%Y-%m}",
    }
    return render(request, "diary/calendar.html", context)


def is_second_tap(request: HttpRequest) -> bool:
    """Return whether a tap came so soon after a list was shown anew that it was meant for what stood there before."""
    made = request.POST.get("made", "")
    is_moment = made.isdecimal() and made.isascii() and len(made) <= 15
    return is_moment and 0 <= timezone.now().timestamp() * 1000 - int(made) < SECOND_TAP_MILLISECONDS


@audience("patient")
@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Show nights as a list, newest first, searchable by the patient's own notes."""
    patient = request.user
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    nights = Night.objects.visible_to(patient).of(patient)
    if words:
        dates: set[dt.date] = set()
        for model in (PrivateNote, SharedNote):
            found = model.objects.owned_by(patient).filter(text__icontains=words)
            dates |= set(found.values_list("date", flat=True))
        nights = nights.filter(Q(date__in=dates))
    page = Paginator(nights.order_by("-date").values_list("date", "version"), 31).get_page(
        request.GET.get("page")
    )
    rows: list[StripNight] = []
    if versions := dict(page.object_list):
        asked = last_night(timezone.now(), patient.zone)
        shown = (
            Night.objects.visible_to(patient).of(patient).between(min(versions), max(versions)).as_records()
        )
        records = {record.date: record for record in shown}
        rows = [strip_night(date, records, versions, asked) for date in versions]
    context = {"nav": "calendar", "page_obj": page, "rows": rows, "words": words}
    return render(request, "diary/list.html", context)


@audience("patient")
@require_POST
def mark(request: SignedInRequest) -> HttpResponse:
    """Give several unwritten nights the same answer at once."""
    wanted = request.POST.get("outcome", "")
    dates = []
    for text in request.POST.getlist("date")[:31]:
        try:
            dates.append(dt.date.fromisoformat(text))
        except ValueError:
            messages.error(request, _("One of the nights could not be read: choose them again."))
            return redirect("diary:calendar")
    if wanted not in ("no_cramps", "not_in_bed", "unsure") or not dates:
        messages.error(request, _("Choose the nights first, then what they were."))
        return redirect("diary:calendar")
    written = 0
    for date in dates:
        try:
            actions.set_outcome(
                date=date, outcome=wanted, seen_version=0, source=Source(now=timezone.now()), by=request.user
            )
            written += 1
        except (StaleVersion, NightRefused):
            messages.error(
                request, _("One night was already written or cannot be marked: it stays as it is.")
            )
    if written:
        messages.success(
            request, ngettext("%(n)d night written.", "%(n)d nights written.", written) % {"n": written}
        )
    rows = "".join(f"&filled={date}" for date in dates)
    return redirect(f"{reverse('diary:calendar')}?month={dates[0]:%Y-%m}{rows}#missed")
