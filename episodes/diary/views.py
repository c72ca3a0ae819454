"""The pages of one night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext
from django.views.decorators.http import require_http_methods, require_POST

from episodes.article import red_flags
from episodes.diary import entry as entries
from episodes.diary.calendar import is_second_tap
from episodes.diary.evening import is_before_night
from episodes.diary.fields import AmountField
from episodes.diary.forms import HOW_MUCH
from episodes.diary.moments import parsed_moment
from episodes.diary.own_habits import keep_unasked, own_usual, own_words
from episodes.models import RESTLESS_QUESTIONS, CustomHabit
from episodes.nights import writer as actions
from episodes.nights.content import NightContent, read_night
from episodes.nights.own_habits import own_answer, own_habits_of
from episodes.nights.safety import is_over_ten_minutes, signs_of
from episodes.nights.timing import clock_offset
from episodes.nights.usual_day import keep_usual_day
from episodes.nights.writer import WITHOUT_CRAMPS, NightRefused, OperationReused, StaleVersion
from episodes.questions import choices
from episodes.questions.habits import HABITS_BY_KEY, unit_for
from episodes.stats.nights import last_night
from episodes.web.audience import SignedInRequest, audience


def _now(request: SignedInRequest) -> dt.datetime:
    return timezone.now()


def wants_json(request: SignedInRequest) -> bool:
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
    if request.method != "POST" and wants_json(request):  # an open page asks whether it is out of date
        return JsonResponse({"version": content.version})
    if request.method == "POST":
        return _save_night(request, date, content)
    entry = entries.stored_entry(date=date, content=content, patient=request.user, now=_now(request))
    return _night_page(request, entry, content)


def _save_night(request: SignedInRequest, date: dt.date, content: NightContent) -> HttpResponse:
    known = deepcopy(content)  # what follows may take parts of it into what is written
    entry = entries.bound_entry(
        request.POST, date=date, content=content, patient=request.user, now=_now(request)
    )
    if "add_episode" in request.POST or "keep_cramps" in request.POST:
        return _night_page(request, _on_a_cramp_night(request, date, content), content)
    is_valid = entry.is_valid
    if entry.form.cleaned_data.get("outcome") in WITHOUT_CRAMPS and entry.cramp_count:
        return _asks_to_delete(request, entry, content)
    if not is_valid:
        return _refused(request, entry, content)
    wanted = entry.content()
    data = entry.form.cleaned_data
    if any(wanted.answers[key] is not None for key in HABITS_BY_KEY):
        wanted.answers["habits_source"] = content.answers["habits_source"] or "own"
    # Before the usual day fills gaps: that is no answer given after the night.
    before_night = is_before_night(wanted, content, entry.form.own_sent)
    button = request.POST.get("save") or request.POST.get("delete_cramps")
    if button == "usual":
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
    if button == "keep":
        keep_usual_day(answers=stored.answers, by=request.user)
    return _saved(request, entry, stored)


def _on_a_cramp_night(request: SignedInRequest, date: dt.date, content: NightContent) -> entries.Entry:
    """Return the form as sent, with the answer "Yes", and with one more cramp if that was asked for."""
    data = request.POST.copy()
    if "add_episode" in data:
        total = data.get("episodes-TOTAL_FORMS", "0")
        is_number = total.isdecimal() and len(total) <= 3
        data["episodes-TOTAL_FORMS"] = str(min(int(total) + 1, entries.MOST)) if is_number else "1"
    data["outcome"] = "cramps"
    return entries.bound_entry(data, date=date, content=content, patient=request.user, now=_now(request))


def delete_question(count: int) -> dict[str, str]:
    """Return the question before cramps are deleted by another answer, and the words of its two buttons."""
    words = {"n": count}
    return {
        "sentence": ngettext(
            "This will delete the cramp you entered.", "This will delete the %(n)d cramps you entered.", count
        )
        % words,
        "delete": ngettext("Delete it", "Delete them", count),
        "keep": npgettext("cramps", "Keep it", "Keep them", count),
    }


def _asks_to_delete(request: SignedInRequest, entry: entries.Entry, content: NightContent) -> HttpResponse:
    question = delete_question(entry.cramp_count)
    if wants_json(request):
        return _question_as_json(question)
    return _night_page(request, entry, content, 422, {"question": question})


def _question_as_json(question: dict[str, str]) -> HttpResponse:
    errors = {"outcome": [question["sentence"]]}
    return JsonResponse({"errors": errors, "asks": "delete_cramps", "question": question}, status=422)


def _night_page(
    request: SignedInRequest, entry: entries.Entry, content: NightContent, status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    wanted = request.POST.get("save", "own")
    signs = signs_of(content)
    context = {
        "nav": "calendar",
        "page": "entry",
        "entry": entry,
        "date": entry.date,
        "content": content,
        "usual": usual_day_words(entry.setting.usual_day, entry.form.own_habits),
        "place_rows": place_rows(),
        "shows_ten_minutes": any(is_over_ten_minutes(episode) for episode in content.episodes),
        "shows_help": bool(signs),
        **safety_words(red_flags.help_for(request.user.country, entry.setting.calls_maternity)),
        "has_restless": any(content.answers[name] for name in ("restless_legs", *RESTLESS_QUESTIONS)),
        "save_wanted": wanted if wanted in ("own", "usual", "keep") else "own",
        **(more or {}),
    }
    return render(request, "diary/night.html", context, status=status)


def safety_words(help_text: red_flags.Help) -> dict[str, Any]:
    """Return the safety text of a page with the night form, and its part for each answer that calls for it."""
    return {
        "help": help_text,
        "signs": [(sign, help_text.at(sign)) for sign in red_flags.SIGNS],
        "over_ten_minutes": red_flags.OVER_TEN_MINUTES,
        "ten_minutes": red_flags.TEN_MINUTES_PASSED,
    }


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
    if wants_json(request):
        errors = {name: list(map(str, sentences)) for name, sentences in entry.form.errors.items()}
        for form in entry.episodes.forms:
            errors |= {form.add_prefix(name): list(map(str, texts)) for name, texts in form.errors.items()}
        return JsonResponse({"errors": errors}, status=422)
    return _night_page(request, entry, content, status=422)


def _conflict(
    request: SignedInRequest, date: dt.date, mine: NightContent, stored: NightContent
) -> HttpResponse:
    if wants_json(request):
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
    if wants_json(request):
        return JsonResponse({"errors": {"operation_id": [sentence]}}, status=409)
    messages.error(request, sentence)
    return render(request, "diary/reused.html", {"date": date, "sentence": sentence}, status=409)


def _saved(request: SignedInRequest, entry: entries.Entry, stored: NightContent) -> HttpResponse:
    date = entry.date
    time = date_format(timezone.localtime(), "H:i")
    # Else the page saved by itself while it was filled in.
    is_asked_for = "save" in request.POST or "delete_cramps" in request.POST
    if is_asked_for and not request.POST.get("kept_offline"):
        _say_saved(request, date, stored, deleted="delete_cramps" in request.POST)
    if wants_json(request):
        forms = entry.described_forms
        # A replayed operation answers with the night as it is now, which may have other cramps.
        pairs = zip(forms, stored.episodes, strict=True) if len(forms) == len(stored.episodes) else ()
        ids = {form.prefix: str(episode["id"]) for form, episode in pairs}
        answer = {
            "version": stored.version,
            "saved_at": time,
            "episodes": ids,
            "next": _after(request, date, stored),
            "shows_all": len(forms) == len(stored.episodes),
        }
        return JsonResponse(answer | _clock_note(request))
    return redirect(_after(request, date, stored))


def _say_saved(
    request: SignedInRequest, date: dt.date, stored: NightContent, *, deleted: bool = False
) -> None:
    """Put the line that a night was saved on the next page, with its Undo."""
    words = _("Saved %(time)s.") % {"time": date_format(timezone.localtime(), "H:i")}
    if deleted and stored.outcome == "no_cramps":
        is_last = date == last_night(_now(request), request.user.zone)
        words = _("Saved: no cramp last night.") if is_last else _("Saved: no cramp in that night.")
    messages.success(request, words, extra_tags=f"undo {date} {stored.version}")


def _clock_note(request: SignedInRequest) -> dict[str, str]:
    """Return a sentence about a clock that cannot be right, from a device that sends what it kept."""
    sent_at = parsed_moment(request.POST.get("sent_at", ""))
    if sent_at is None or not clock_offset(sent_at, _now(request)):
        return {}
    return {"note": _("The clock of this device is wrong. Look whether this is the night you meant.")}


def _after(request: SignedInRequest, date: dt.date, stored: NightContent) -> str:
    """Return where a saved night leads: to the safety words on its page, or on."""
    if signs_of(stored) or any(is_over_ten_minutes(episode) for episode in stored.episodes):
        return reverse("diary:night-detail", args=[date]) + "#saved"
    return next_page(request, date)


def next_page(request: SignedInRequest, date: dt.date) -> str:
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    if date == last_night(_now(request), request.user.zone):
        return reverse("diary:today")
    return reverse("diary:calendar") + f"?month={date:%Y-%m}"


def seen_version(request: SignedInRequest) -> int:
    """Return the version that the page showed; what is none is -1, which no night ever has."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) <= 9 else -1


@audience("patient")
@require_POST
def outcome(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Change the outcome alone: Today, calendar and backfill post here."""
    if is_second_tap(request):
        return redirect(next_page(request, date))
    wanted = request.POST.get("outcome", "")
    if wanted not in ("", *choices.values(choices.OUTCOME)):
        return sentence_page(
            request, date, _("Choose an answer: no cramp, yes, not sure, or not in bed."), 422
        )
    version = request.POST.get("version", "0")
    if not version.isdecimal() or len(version) > 9:
        return sentence_page(request, date, _("This page is out of date: open the night again."), 422)
    source = entries.source_of(request, operation_id=request.POST.get("operation_id", "")[:64])
    deletes = "delete_cramps" in request.POST
    if wanted in WITHOUT_CRAMPS and not deletes:
        content = read_night(patient=request.user, date=date, by=request.user)
        if content.version == int(version) and content.cramp_count:
            return _asks_to_delete_from_afar(request, date, content)
    try:
        stored = actions.set_outcome(
            date=date, outcome=wanted or None, seen_version=int(version), source=source, by=request.user,
            deletes_cramps=deletes,
        )  # fmt: skip
    except NightRefused as error:
        return sentence_page(request, date, " ".join(error.errors.values()), 422)
    except StaleVersion:
        return sentence_page(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    except OperationReused:
        return _reused(request, date)
    if wants_json(request):
        return JsonResponse({"version": stored.version})
    if deletes:
        _say_saved(request, date, stored, deleted=True)
    if request.POST.get("next"):  # a row of a list, which says itself what was saved and how to undo it
        return redirect(next_page(request, date))
    return redirect("diary:night-detail", date)


def _asks_to_delete_from_afar(request: SignedInRequest, date: dt.date, content: NightContent) -> HttpResponse:
    """Ask on a page of its own, or as JSON, before an answer from Today or the calendar deletes cramps."""
    question = delete_question(content.cramp_count)
    if wants_json(request):
        return _question_as_json(question)
    sent = [(name, request.POST[name]) for name in ("version", "outcome", "next") if name in request.POST]
    context = {"nav": "calendar", "date": date, "question": question, "sent": sent}
    return render(request, "diary/delete_cramps.html", context, status=422)


def sentence_page(request: SignedInRequest, date: dt.date, sentence: str, status: int) -> HttpResponse:
    if wants_json(request):
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
        return sentence_page(request, date, " ".join(error.messages), 422)
    if content.version == 0 or content.version != seen_version(request):
        return sentence_page(
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
        return sentence_page(request, date, " ".join(error.errors.values()), 422)
    except StaleVersion:
        return sentence_page(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    return redirect("diary:today")


@audience("patient")
@require_POST
def length(request: SignedInRequest, date: dt.date) -> HttpResponse:
    """Answer how long a cramp lasted whose clock was never stopped, from Today."""
    answer = request.POST.get("duration_band", "")
    if answer not in ("unknown", *choices.values(choices.DURATION_BAND)):
        return sentence_page(request, date, _("Choose how long it lasted, or “Don’t know”."), 422)
    content = read_night(patient=request.user, date=date, by=request.user)
    cramp = next((episode for episode in content.episodes if episode["is_open"]), None)
    if cramp is None or content.version != seen_version(request):
        return sentence_page(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    cramp |= {"is_open": False, "duration_band": None if answer == "unknown" else answer}
    try:
        actions.record_night(
            date=date, content=content, seen_version=content.version, source=entries.source_of(request), by=request.user
        )  # fmt: skip
    except StaleVersion:
        return sentence_page(
            request, date, _("This night was changed meanwhile. Open it to see how it reads now."), 409
        )
    return redirect("diary:today")
