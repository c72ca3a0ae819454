"""The pages of one night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.actions import nights as actions
from episodes.actions.content import NightContent, read_night
from episodes.actions.habits import own_answer, own_habits_of
from episodes.actions.nights import NightRefused, OperationReused, StaleVersion
from episodes.actions.now import clock_offset
from episodes.actions.usual_day import keep_usual_day
from episodes.diary import entry as entries
from episodes.diary.calendar import is_second_tap
from episodes.diary.evening import is_before_night
from episodes.diary.fields import AmountField
from episodes.diary.forms import HOW_MUCH
from episodes.diary.moments import parsed_moment
from episodes.diary.own_habits import keep_unasked, own_usual, own_words
from episodes.knowledge import choices, red_flags
from episodes.knowledge.habits import HABITS_BY_KEY, unit_for
from episodes.middleware.audience import SignedInRequest, audience
from episodes.models import RESTLESS_QUESTIONS, CustomHabit, NightRevision
from episodes.stats.nights import last_night


def _now(request: SignedInRequest) -> dt.datetime:
    return timezone.now()


def _wants_json(request: SignedInRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def night(request: SignedInRequest, date: dt.date) -> HttpResponse:
    if date > _now(request).astimezone(request.user.zone).date() and request.method != "POST":
        context = {"date": date, "nav": "calendar"}
        return render(request, "diary/not_yet.html", context, status=404)
    if request.POST.get("owner", "") not in ("", str(request.user.pk)):
        return JsonResponse({"signed_in": False}, status=401)  # kept on a device for somebody else
    content = read_night(patient=request.user, date=date, by=request.user)
    if request.method == "POST":
        return _save_night(request, date, content)
    entry = entries.stored_entry(date=date, content=content, patient=request.user, now=_now(request))
    return _night_page(request, entry, content)


def _save_night(request: SignedInRequest, date: dt.date, content: NightContent) -> HttpResponse:
    known = deepcopy(content)  # what follows may take parts of it into what is written
    entry = entries.bound_entry(
        request.POST, date=date, content=content, patient=request.user, now=_now(request)
    )
    if "add_episode" in request.POST:
        return _night_page(request, _with_one_more(request, date, content), content)
    if not entry.is_valid:
        return _refused(request, entry, content)
    wanted = entry.content()
    data = entry.form.cleaned_data
    if any(wanted.answers[key] is not None for key in HABITS_BY_KEY):
        wanted.answers["habits_source"] = content.answers["habits_source"] or "own"
    # Before the usual day fills gaps: that is no answer given after the night.
    before_night = is_before_night(wanted, content, entry.form.own_sent)
    if request.POST.get("save") == "usual":
        usual_day = entry.setting.usual_day
        own = own_usual(usual_day, entry.form.own_habits, asked=entry.form.own_sent)
        wanted = entries.with_usual_day(wanted, usual_day, own)
    wanted.answers["habits_before_night"] = before_night
    keep_unasked(wanted, content, entry.form.own_sent)
    source = entries.source_of(
        request,
        session=data["form_session"],
        answered_at=data["answered_at"],
        operation_id=data["operation_id"],
        entered_via="offline" if request.POST.get("kept_offline") else "web",
    )
    try:
        stored = actions.record_night(
            date=date, content=wanted, seen_version=data["version"], source=source, by=request.user,
            own_habits=entry.form.own_habits, known=known,
        )  # fmt: skip
    except NightRefused as error:
        entry.refuse(error)
        return _refused(request, entry, content)
    except StaleVersion as stale:
        return _conflict(request, date, wanted, stale.current)
    except OperationReused:
        return _reused(request, date)
    if request.POST.get("save") == "keep":
        keep_usual_day(answers=stored.answers, by=request.user)
    return _saved(request, entry, stored)


def _with_one_more(request: SignedInRequest, date: dt.date, content: NightContent) -> entries.Entry:
    data = request.POST.copy()
    total = data.get("episodes-TOTAL_FORMS", "0")
    is_number = total.isdecimal() and len(total) <= 3
    data["episodes-TOTAL_FORMS"] = str(min(int(total) + 1, entries.MOST)) if is_number else "1"
    data["outcome"] = "cramps"
    return entries.bound_entry(data, date=date, content=content, patient=request.user, now=_now(request))


def _night_page(
    request: SignedInRequest, entry: entries.Entry, content: NightContent, status: int = 200
) -> HttpResponse:
    context = {
        "nav": "calendar",
        "page": "entry",
        "entry": entry,
        "date": entry.date,
        "content": content,
        "usual": usual_day_words(entry.setting.usual_day, entry.form.own_habits),
        "place_rows": place_rows(),
        "shows_ten_minutes": any(_is_long(episode) for episode in content.episodes),
        "shows_help": content.answers["leg_warning_sign"] in ("left", "right", "both")
        or bool(content.answers["weakness_after"])
        or bool(content.answers["numbness"]),
        "help": red_flags.help_for(request.user.country, entry.setting.calls_maternity),
        "has_restless": any(content.answers[name] for name in ("restless_legs", *RESTLESS_QUESTIONS)),
    }
    return render(request, "diary/night.html", context, status=status)


def _is_long(episode: dict[str, Any]) -> bool:
    return (episode["duration_seconds"] or 0) > 600 or episode["duration_band"] in (
        "10_30",
        "30_60",
        "over_60",
    )


def usual_day_words(usual_day: dict[str, Any], own_habits: Sequence[CustomHabit]) -> list[tuple[str, str]]:
    """Return (habit, answer) in words, in the order of the form; own habits last."""
    words = []
    for key, habit in HABITS_BY_KEY.items():
        if key not in usual_day:
            continue
        value = usual_day[key]
        if habit.kind == "amount":
            band = next((band for band in habit.bands if band.value == float(value)), None)
            label = _(band.label) if band else _amount_words(Decimal(str(value)).normalize() + 0, habit.unit)
        elif habit.kind == "levels":
            level = next((level for level in habit.levels if level.key == str(value)), None)
            label = _(level.label) if level else str(value)
        else:
            label = _("Yes") if value else _("No")
        words.append((_(habit.label), label))
    usual = own_usual(usual_day, own_habits)
    words += [
        (habit.label, own_answer(habit, usual[habit.key])) for habit in own_habits if habit.key in usual
    ]
    return words


def _amount_words(number: Decimal, unit: str) -> str:
    return f"{localize(number)} {_(unit_for(unit, number))}" if unit else str(localize(number))


def place_rows() -> list[tuple[str, list[choices.Place]]]:
    """Return the places as rows for the list beside the leg map: location, then left, right, both."""
    return [
        (label, [place for place in choices.PLACES if place.location == location])
        for location, label in choices.LOCATION
    ]


def _refused(request: SignedInRequest, entry: entries.Entry, content: NightContent) -> HttpResponse:
    if _wants_json(request):
        errors = {name: list(map(str, sentences)) for name, sentences in entry.form.errors.items()}
        for form in entry.episodes.forms:
            errors |= {form.add_prefix(name): list(map(str, texts)) for name, texts in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    return _night_page(request, entry, content, status=422)


def _conflict(
    request: SignedInRequest, date: dt.date, mine: NightContent, stored: NightContent
) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"conflict": True, "version": stored.version}, status=409)
    habits = own_habits_of(by=request.user)
    context = {
        "nav": "calendar",
        "date": date,
        "own_of_mine": own_words(mine, habits),
        "own_of_stored": own_words(stored, habits),
        "mine": mine,
        "stored": stored,
        "sent": [(name, value) for name, values in request.POST.lists() for value in values
                 if name not in ("csrfmiddlewaretoken", "version", "operation_id")],
    }  # fmt: skip
    return render(request, "diary/conflict.html", context, status=409)


def _reused(request: SignedInRequest, date: dt.date) -> HttpResponse:
    sentence = _("This was sent once before with other answers. Open the night again and save it there.")
    if _wants_json(request):
        return JsonResponse({"errors": {"operation_id": [sentence]}}, status=409)
    messages.error(request, sentence)
    return render(request, "diary/reused.html", {"date": date, "sentence": sentence}, status=409)


def _saved(request: SignedInRequest, entry: entries.Entry, stored: NightContent) -> HttpResponse:
    date = entry.date
    time = date_format(timezone.localtime(), "H:i")
    is_asked_for = "save" in request.POST  # else the page saved by itself while it was filled in
    if is_asked_for and not request.POST.get("kept_offline"):
        messages.success(
            request, _("Saved %(time)s.") % {"time": time}, extra_tags=f"undo {date} {stored.version}"
        )
    if _wants_json(request):
        forms = entry.described_forms
        # A replayed operation answers with the night as it is now, which may have other cramps.
        pairs = zip(forms, stored.episodes, strict=True) if len(forms) == len(stored.episodes) else ()
        ids = {form.prefix: str(episode["id"]) for form, episode in pairs}
        answer = {
            "version": stored.version,
            "saved_at": time,
            "episodes": ids,
            "next": _after(request, date, stored),
        }
        return JsonResponse(answer | _clock_note(request))
    return redirect(_after(request, date, stored))


def _clock_note(request: SignedInRequest) -> dict[str, str]:
    """Return a sentence about a clock that cannot be right, from a device that sends what it kept."""
    sent_at = parsed_moment(request.POST.get("sent_at", ""))
    if sent_at is None or not clock_offset(sent_at, _now(request)):
        return {}
    return {"note": _("The clock of this device is wrong. Look whether this is the night you meant.")}


def _after(request: SignedInRequest, date: dt.date, stored: NightContent) -> str:
    """Return where a saved night leads: to the safety words on its page, or on."""
    asks_help = (
        stored.answers["leg_warning_sign"] in ("left", "right", "both") or stored.answers["weakness_after"]
    )
    if asks_help or any(_is_long(episode) for episode in stored.episodes):
        return reverse("diary:night-detail", args=[date]) + "#saved"
    return _next(request, date)


def _next(request: SignedInRequest, date: dt.date) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    if date == last_night(_now(request), request.user.zone):
        return reverse("diary:today")
    return reverse("diary:calendar") + f"?month={date:%Y-%m}"


def _seen_version(request: SignedInRequest) -> int:
    """Return the version that the page showed; what is none is -1, which no night ever has."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) <= 9 else -1


@audience("patient")
@require_POST
def outcome(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Change the outcome alone: Today, calendar and backfill post here."""
    if is_second_tap(request):
        return redirect(_next(request, date))
    wanted = request.POST.get("outcome", "")
    if wanted not in ("", *choices.values(choices.OUTCOME)):
        return _sentence(request, date, _("Choose an answer: no cramp, yes, not sure, or not in bed."), 422)
    version = request.POST.get("version", "0")
    if not version.isdecimal() or len(version) > 9:
        return _sentence(request, date, _("This page is out of date: open the night again."), 422)
    source = entries.source_of(request, operation_id=request.POST.get("operation_id", "")[:64])
    try:
        stored = actions.set_outcome(
            date=date, outcome=wanted or None, seen_version=int(version), source=source, by=request.user
        )
    except NightRefused as error:
        return _sentence(request, date, " ".join(error.errors.values()), 422)
    except StaleVersion:
        return _sentence(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    except OperationReused:
        return _reused(request, date)
    if _wants_json(request):
        return JsonResponse({"version": stored.version})
    if request.POST.get("next"):  # a row of a list, which says itself what was saved and how to undo it
        return redirect(_next(request, date))
    return redirect("diary:night-detail", date)


def _sentence(request: SignedInRequest, date: dt.date, sentence: str, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"errors": {"__all__": [sentence]}}, status=status)
    context = {"nav": "calendar", "date": date, "sentence": sentence}
    return render(request, "diary/reused.html", context, status=status)


@audience("patient")
@require_POST
def soreness(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Answer "sore the day after?" for one night, from Today."""
    field = AmountField(HOW_MUCH, low=0, high=10, step=1)
    content = read_night(patient=request.user, date=date, by=request.user)
    try:
        amount = field.clean(request.POST.get("soreness_next_day_0_10", ""))
    except ValidationError as error:
        return _sentence(request, date, " ".join(error.messages), 422)
    if content.version == 0 or content.version != _seen_version(request):
        return _sentence(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    name = "soreness_next_day_0_10"
    banded = set(content.answers["banded"]) - {name} | ({name} if amount.is_banded else set())
    answer = None if amount.value is None else int(amount.value)
    content.answers |= {name: answer, "banded": sorted(banded)}
    try:
        actions.record_night(
            date=date,
            content=content,
            seen_version=content.version,
            source=entries.source_of(request),
            by=request.user,
        )
    except NightRefused as error:
        return _sentence(request, date, " ".join(error.errors.values()), 422)
    except StaleVersion:
        return _sentence(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    return redirect("diary:today")


@audience("patient")
@require_POST
def length(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Answer how long a cramp lasted whose clock was never stopped, from Today."""
    answer = request.POST.get("duration_band", "")
    if answer not in ("unknown", *choices.values(choices.DURATION_BAND)):
        return _sentence(request, date, _("Choose how long it lasted, or “Don’t know”."), 422)
    content = read_night(patient=request.user, date=date, by=request.user)
    cramp = next((episode for episode in content.episodes if episode["is_open"]), None)
    if cramp is None or content.version != _seen_version(request):
        return _sentence(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    cramp |= {"is_open": False, "duration_band": None if answer == "unknown" else answer}
    try:
        actions.record_night(
            date=date, content=content, seen_version=content.version, source=entries.source_of(request), by=request.user
        )  # fmt: skip
    except StaleVersion:
        return _sentence(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    return redirect("diary:today")


@audience("patient")
@require_POST
def undo(request: SignedInRequest, date: dt.date) -> HttpResponse:
    if is_second_tap(request):
        return redirect(_next(request, date))
    try:
        stored = actions.undo_last_change(
            date=date, seen_version=_seen_version(request), source=entries.source_of(request), by=request.user
        )
    except StaleVersion:
        return _sentence(request, date, _("This night was changed meanwhile, so nothing was undone."), 409)
    if _wants_json(request):
        return JsonResponse({"version": stored.version})
    if request.POST.get("next"):
        return redirect(_next(request, date))
    messages.info(request, _("Put back as it was before."))
    return redirect("diary:night-detail", date)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, date: dt.date) -> HttpResponse:
    content = read_night(patient=request.user, date=date, by=request.user)
    if content.version == 0:
        raise Http404
    if request.method != "POST":
        words = own_words(content, own_habits_of(by=request.user))
        context = {"nav": "calendar", "date": date, "content": content, "own_words": words}
        return render(request, "diary/delete.html", context)
    try:
        actions.delete_night(
            date=date, seen_version=_seen_version(request), source=entries.source_of(request), by=request.user
        )
    except StaleVersion:
        return _sentence(request, date, _("This night was changed meanwhile, so it was not deleted."), 409)
    messages.info(request, _("Deleted. You find it in the bin for 30 days."))
    return redirect("diary:night-bin")


@audience("patient")
@require_safe
def night_bin(request: SignedInRequest) -> HttpResponse:
    revisions = actions.nights_in_bin(now=_now(request), by=request.user)
    return render(request, "diary/bin.html", {"nav": "calendar", "revisions": revisions})


@audience("patient")
@require_safe
def history(request: SignedInRequest, date: dt.date) -> HttpResponse:
    revisions = list(
        NightRevision.objects.owned_by(request.user).filter(date=date).order_by("-version")[:100]
    )
    content = read_night(patient=request.user, date=date, by=request.user)
    if not revisions and content.version == 0:
        raise Http404
    labels = dict(choices.REVISION_REASON)
    habits = own_habits_of(by=request.user)
    rows = [
        {
            "revision": revision,
            "reason": labels[revision.reason],
            "copy": copy,
            "own_words": own_words(copy, habits),
        }
        for revision in revisions
        for copy in [NightContent.from_json(revision.content)]
    ]
    context = {"nav": "calendar", "date": date, "rows": rows, "content": content}
    return render(request, "diary/history.html", context)


@audience("patient")
@require_POST
def restore(request: SignedInRequest, date: dt.date) -> HttpResponse:
    copy = request.POST.get("copy", "")
    if not copy.isdecimal() or len(copy) > 9:
        return _sentence(request, date, _("That copy is no longer kept."), 422)
    try:
        actions.restore_revision(
            date=date, version=int(copy), seen_version=_seen_version(request), source=entries.source_of(request),
            by=request.user,
        )  # fmt: skip
    except NightRefused as error:
        return _sentence(request, date, " ".join(error.errors.values()), 422)
    except StaleVersion:
        return _sentence(
            request, date, _("This night was changed meanwhile, so nothing was brought back."), 409
        )
    messages.info(request, _("Brought back."))
    return redirect("diary:night-detail", date)
