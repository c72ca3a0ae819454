"""The day, written before its night: habits alone, and the night stays unwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from episodes.diary import entry as entries
from episodes.diary.own_habits import keep_unasked
from episodes.diary.today import EVENING_FROM_HOUR
from episodes.models import HABIT_FIELDS
from episodes.nights import writer as actions
from episodes.nights.content import NightContent, read_night
from episodes.nights.writer import NightRefused, StaleVersion
from episodes.questions.habits import HABITS_BY_KEY
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.web.audience import SignedInRequest, audience


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def evening(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Ask about the day of tonight's date; from 18:00 until midnight, and only before anything of the night.

    Any other day goes on to its night page: what is written there is not "before the night".
    """
    now = timezone.now()
    local = now.astimezone(request.user.zone)
    if date > local.date():
        raise Http404
    content = read_night(patient=request.user, date=date, by=request.user)
    if (
        date < local.date()
        or local.hour < EVENING_FROM_HOUR
        or content.outcome is not None
        or content.episodes
    ):
        return redirect("diary:night-detail", date)
    if request.method != "POST":
        entry = entries.stored_entry(date=date, content=content, patient=request.user, now=now)
        return _page(request, entry)
    entry = entries.bound_entry(request.POST, date=date, content=content, patient=request.user, now=now)
    entry.form.fields["outcome"].required = False
    if not entry.form.is_valid():
        return _page(request, entry, 422)
    wanted = with_habits(content, entry.form.answers())
    keep_unasked(wanted, content, entry.form.own_sent)
    try:
        actions.record_night(
            date=date, content=wanted, seen_version=entry.form.cleaned_data["version"],
            source=entries.source_of(request, session=entry.form.cleaned_data["form_session"]),
            by=request.user, own_habits=entry.form.own_habits,
        )  # fmt: skip
    except NightRefused as error:
        entry.refuse(error)
        return _page(request, entry, 422)
    except StaleVersion:
        sentence = _("This day was changed on another device. Open it again and write it there.")
        return render(request, "diary/reused.html", {"date": date, "sentence": sentence}, status=409)
    messages.success(request, _("Saved. Sleep well."))
    return redirect("diary:today")


def with_habits(content: NightContent, answers: Mapping[str, Any]) -> NightContent:
    """Return the content with the habits of `answers`; everything else stays, the outcome unanswered."""
    kept = {
        name: [each for each in content.answers[name] if not _is_habit(each)]
        + [each for each in answers[name] if _is_habit(each)]
        for name in ("banded", "dont_know")
    }
    habits = {name: answers[name] for name in (*HABIT_FIELDS, "custom_answers")}
    has_answers = any(answers[name] is not None for name in HABIT_FIELDS) or bool(answers["custom_answers"])
    was_answered = bool(content.provenance.get("habits_recorded_at"))
    more = {
        "habits_source": (content.answers["habits_source"] or "own") if has_answers else None,
        "habits_before_night": content.answers["habits_before_night"] if was_answered else has_answers,
    }
    every = {**content.answers, **habits, **more, **{name: sorted(each) for name, each in kept.items()}}
    return NightContent(every, content.episodes, content.shared_note, content.private_note)


def is_before_night(wanted: NightContent, before: NightContent, own_sent: set[str]) -> bool:
    """Return whether the habits still count as written before the night.

    They no longer do once the patient answers one anew or otherwise when the night is known.
    own_sent: keys of own habits that the sent form was about.
    """
    own, own_before = wanted.answers["custom_answers"], before.answers["custom_answers"]
    same = all(wanted.answers[name] == before.answers[name] for name in HABIT_FIELDS)
    same_own = all(own.get(key) == own_before.get(key) for key in own_sent)
    return bool(before.answers["habits_before_night"] and same and same_own)


def _is_habit(name: str) -> bool:
    return name in HABITS_BY_KEY or name.startswith(OWN_HABIT_PREFIX)


def _page(request: SignedInRequest, entry: entries.Entry, status: int = 200) -> HttpResponse:
    has_rows = bool(entry.setting.rows)
    context = {"nav": "today", "page": "entry", "entry": entry, "date": entry.date, "has_rows": has_rows}
    return render(request, "diary/evening.html", context, status=status)
