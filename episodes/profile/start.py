"""The first two screens after sign-up; the third is the reminders' own. Each can be skipped."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from episodes.models import Profile
from episodes.models.people import NOON, SIX_IN_THE_EVENING
from episodes.profile.actions import save_evening_card, save_first_habits
from episodes.questions.habits import DEFAULT_ROWS, HABITS
from episodes.web.audience import SignedInRequest, audience
from episodes.web.forms import posted

NEXT = {1: "account:start-hours", 2: "account:start-reminder"}


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
        request.user.save_settings({"night_starts_at": starts_at})
        save_evening_card(wanted=form.cleaned_data["evening_card"], by=request.user)
        return redirect("account:start-reminder")
    return _screen(request, 2, form)


def _screen(request: SignedInRequest, number: int, form: forms.Form) -> HttpResponse:
    context = {"nav": "account", "number": number, "form": form, "next": NEXT[number]}
    return render(request, "profile/start.html", context, status=422 if form.errors else 200)
