"""The list of own habits, and the pages that add and change one."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from episodes.habits.actions import add_habit, change_habit
from episodes.habits.forms import AddForm, ChangeForm
from episodes.models import CustomHabit
from episodes.nights.own_habits import MOST_HABITS, HabitRefused, own_habits_of
from episodes.web.audience import SignedInRequest, audience


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    habits = own_habits_of(by=request.user)
    context = {
        "nav": "account",
        "asked": [habit for habit in habits if habit.active],
        "hidden": [habit for habit in habits if not habit.active],
        "has_room": len(habits) < MOST_HABITS,
    }
    return render(request, "habits/overview.html", context)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            add_habit(
                label=data["label"], kind=data["kind"], unit=data["unit"], levels=data["levels"].splitlines(),
                by=request.user,
            )  # fmt: skip
        except HabitRefused as refused:
            _put(refused, form)
        else:
            messages.success(request, _("Added. You can answer it from now on."))
            return redirect("habits:overview")
    return _page(request, form, {"is_new": True})


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    habit = get_object_or_404(CustomHabit.objects.owned_by(request.user), pk=pk)
    form = ChangeForm(request.POST if request.method == "POST" else None, habit=habit)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_habit(
                key=habit.key, label=data["label"], active=data["active"], unit=data.get("unit"),
                new_level=data.get("new_level", ""), by=request.user,
            )  # fmt: skip
        except HabitRefused as refused:
            _put(refused, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("habits:overview")
    return _page(request, form, {"habit": habit})


def _put(refused: HabitRefused, form: forms.Form) -> None:
    for name, sentence in refused.errors.items():
        form.add_error(name, sentence)


def _page(request: SignedInRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    context |= {"nav": "account", "form": form}
    return render(request, "habits/form.html", context, status=422 if form.errors else 200)
