"""Today, and the answers of its "Finish last night"."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from episodes.article import red_flags
from episodes.diary import entry as entries
from episodes.diary import finish as finishing
from episodes.diary import views
from episodes.diary.moments import parsed_moment
from episodes.diary.today import today_page
from episodes.nights import writer as actions
from episodes.nights.content import read_night
from episodes.nights.safety import is_pregnant_or_just_after, mark_read
from episodes.nights.timing import settle, unsettled
from episodes.nights.writer import NightRefused, StaleVersion
from episodes.questions import choices
from episodes.web.audience import SignedInRequest, audience


@audience("patient")
@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    return _today(request)


def _today(request: SignedInRequest, status: int = 200) -> HttpResponse:
    now = timezone.now()
    page = today_page(patient=request.user, now=now)
    context = {"nav": "today", "page": "today", "today": page, "lengths": choices.DURATION_BAND, "now": now}
    if page.may_finish and (form := _asked_in_the_morning(request, page.asked.date)):
        context |= _finish_context(form)
    if page.unread:
        is_pregnant = is_pregnant_or_just_after(today=page.local_now.date(), by=request.user)
        signs = [sign for sign in page.unread if sign in red_flags.SIGNS]
        context["help"] = red_flags.help_for(request.user.country, is_pregnant).about(*signs)
        context["ten_minutes"] = red_flags.TEN_MINUTES_PASSED if len(signs) < len(page.unread) else ""
    return render(request, "diary/today.html", context, status=status)


@audience("patient")
@require_POST
def safety_read(request: SignedInRequest) -> HttpResponse:
    """Keep that the safety words on Today were read: those of that page, not what came after it."""
    shown_at = parsed_moment(request.POST.get("shown_at", ""))
    if shown_at is None:
        messages.error(request, _("This page is out of date. Read these words again, then tap “Got it”."))
        return _today(request, 422)
    about = request.POST.getlist("about")
    mark_read(questions=about, shown_at=min(shown_at, timezone.now()), by=request.user)
    return redirect("diary:today")


def _asked_in_the_morning(
    request: SignedInRequest, date: dt.date, data: Any = None
) -> finishing.Finish | None:
    """Return the form about the timed cramps of a night that nobody described, settled or removed, if any."""
    ids = unsettled(date=date, by=request.user)
    if not ids:
        return None
    content = read_night(patient=request.user, date=date, by=request.user)
    cramps = [cramp for cramp in content.episodes if cramp["client_id"] in ids and finishing.is_bare(cramp)]
    if not cramps:
        return None
    return finishing.finish_form(
        date=date, content=content, cramps=cramps, patient=request.user, now=timezone.now(), data=data
    )


def _finish_context(form: finishing.Finish) -> dict[str, Any]:
    usual = views.usual_day_words(form.setting.usual_day, form.own_habits) if form.asks_day else []
    return {"finish": form, "usual": usual, "place_rows": views.place_rows()}


@audience("patient")
@require_POST
def finish(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Add the answers of "Finish last night", and ask no more about these cramps; nothing stored is changed."""
    changed = _("This night was changed meanwhile. Look at what is asked now, then save again.")
    content = read_night(patient=request.user, date=date, by=request.user)
    known = deepcopy(content)
    named = set(request.POST.getlist("cramp"))
    cramps = [cramp for cramp in content.episodes if str(cramp["id"]) in named]
    form = finishing.finish_form(
        date=date, content=content, cramps=cramps, patient=request.user, now=timezone.now(), data=request.POST
    )
    if not form.is_valid:
        return _finish_page(request, form, _("Nothing was saved yet"), 422)
    try:
        if not named or len(cramps) < len(named) or content.outcome != "cramps":
            raise finishing.AnsweredElsewhere
        stored = actions.record_night(
            date=date, content=form.wanted(), seen_version=views.seen_version(request),
            source=entries.source_of(request), by=request.user, own_habits=form.own_habits, known=known,
        )  # fmt: skip
    except NightRefused as error:
        return _finish_page(request, form, " ".join(error.errors.values()), 422)
    except (StaleVersion, finishing.AnsweredElsewhere):
        fresh = _asked_in_the_morning(request, date, request.POST)
        return (
            _finish_page(request, fresh, changed, 409)
            if fresh
            else views.sentence_page(request, date, changed, 409)
        )
    client_ids = [cramp["client_id"] for cramp in cramps if cramp["client_id"]]
    settle(client_ids=client_ids, now=timezone.now(), by=request.user)
    if stored.version != known.version:
        time = date_format(timezone.localtime(), "H:i")
        messages.success(
            request, _("Saved %(time)s.") % {"time": time}, extra_tags=f"undo {date} {stored.version}"
        )
    if form.day == finishing.DIFFERENT:
        first = next(iter(form.setting.rows), "")
        return redirect(reverse("diary:night-detail", args=[date]) + f"#q_{first}")
    return redirect(views._after(request, date, stored))


def _finish_page(request: SignedInRequest, form: finishing.Finish, error: str, status: int) -> HttpResponse:
    context = {"nav": "today", "page": "today", "error": error, **_finish_context(form)}
    return render(request, "diary/finish.html", context, status=status)
