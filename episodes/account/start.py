"""The three screens after sign-up. Each can be skipped; nothing ever sends anybody back here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from episodes.account.forms import posted
from episodes.account.reminder_forms import StartReminderForm
from episodes.account.sending import confirmed_email
from episodes.actions.people import save_evening_card, save_first_habits, save_settings
from episodes.actions.reminders import EVERY_DAY, reminder_of, save_reminder
from episodes.knowledge.habits import DEFAULT_ROWS, HABITS
from episodes.middleware.audience import SignedInRequest, audience
from episodes.models import Profile
from episodes.models.people import NOON, SIX_IN_THE_EVENING
from episodes.stats.enough_data import CRAMP_NIGHTS, NIGHTS_FOR_GRADES, QUIET_NIGHTS

NEXT = {1: "account:start-hours", 2: "account:start-reminder", 3: "diary:today"}


class HabitsForm(forms.Form):
    active_habits = forms.MultipleChoiceField(
        required=False,
        choices=lambda: [(habit.key, gettext(habit.label)) for habit in HABITS],
        widget=forms.CheckboxSelectMultiple,
    )


class HoursForm(forms.Form):
    sleeps = forms.ChoiceField(
        label=_("When do you usually sleep?"),
        choices=[("night", _("At night")), ("day", _("Sometimes by day, after a shift"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one, or skip this.")},
    )
    evening_card = forms.BooleanField(
        label=_("From 6 in the evening, let me write the day before the night"), required=False
    )


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def habits(request: SignedInRequest) -> HttpResponse:
    active = Profile.objects.owned_by(request.user).values_list("active_habits", flat=True).first()
    form = HabitsForm(posted(request), initial={"active_habits": DEFAULT_ROWS if active is None else active})
    if request.method == "POST" and form.is_valid():
        save_first_habits(active_habits=form.cleaned_data["active_habits"], by=request.user)
        return redirect("account:start-hours")
    return _screen(request, 1, form)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: SignedInRequest) -> HttpResponse:
    card = Profile.objects.owned_by(request.user).values_list("evening_card", flat=True).first()
    by_day = request.user.night_starts_at == SIX_IN_THE_EVENING
    form = HoursForm(
        posted(request), initial={"sleeps": "day" if by_day else "night", "evening_card": card is not False}
    )
    if request.method == "POST" and form.is_valid():
        starts_at = SIX_IN_THE_EVENING if form.cleaned_data["sleeps"] == "day" else NOON
        save_settings(values={"night_starts_at": starts_at}, by=request.user)
        save_evening_card(wanted=form.cleaned_data["evening_card"], by=request.user)
        return redirect("account:start-reminder")
    return _screen(request, 2, form)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def reminder(request: SignedInRequest) -> HttpResponse:
    stored = reminder_of(by=request.user)
    form = StartReminderForm(posted(request), initial={"at": stored.at if stored else dt.time(9)})
    if request.method == "POST" and form.is_valid():
        has_email = bool(confirmed_email(request.user))
        save_reminder(
            at=form.cleaned_data["at"],
            days=stored.days if stored else EVERY_DAY,
            by_email=has_email,
            paused_until=None,
            now=timezone.now(),
            by=request.user,
        )
        if has_email:
            messages.success(request, _("Saved. A mail comes when last night is not written."))
            return redirect("diary:today")
        return redirect("account:reminders")
    return _screen(request, 3, form, has_email=bool(confirmed_email(request.user)))


def _screen(request: SignedInRequest, number: int, form: forms.Form, **more: Any) -> HttpResponse:
    context = {
        "nav": "account",
        "number": number,
        "form": form,
        "nights": NIGHTS_FOR_GRADES,
        "cramp_nights": CRAMP_NIGHTS,
        "quiet_nights": QUIET_NIGHTS,
        "next": NEXT[number],
        **more,
    }
    return render(request, "account/start.html", context, status=422 if form.errors else 200)
