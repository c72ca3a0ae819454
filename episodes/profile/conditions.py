"""Long-term facts: conditions and medicines with their days."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from episodes.models import Condition, Medicine, Profile
from episodes.profile.actions import ABOUT, FactRefused, HealthFact, delete_fact, save_about, save_fact
from episodes.profile.forms import AboutForm, ConditionForm, EndForm, MedicineForm
from episodes.questions.conditions import CONDITIONS_BY_KEY, DRUG_CLASSES_BY_KEY
from episodes.web.audience import SignedInRequest, audience
from episodes.web.forms import posted


@dataclass(frozen=True)
class Kind:
    """One kind of long-term fact: its table, its form and the name of its last day."""

    key: str
    model: type[HealthFact]
    form: type[forms.Form]
    end: str
    fields: tuple[str, ...]


KINDS = {
    "condition": Kind(
        "condition", Condition, ConditionForm, "ended_on", ("key", "started_on", "due_on", "ended_on")
    ),
    "medicine": Kind(
        "medicine", Medicine, MedicineForm, "stopped_on", ("drug_class", "name", "started_on", "stopped_on")
    ),
}


NEWEST = F("started_on").desc(nulls_last=True)


@dataclass(frozen=True)
class Line:
    """A fact as the page prints it. weeks: of a pregnancy that goes on, 0 to 42."""

    fact: HealthFact
    label: str
    name: str
    start: dt.date | None
    end: dt.date | None
    due: dt.date | None = None
    weeks: int | None = None


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: SignedInRequest) -> HttpResponse:
    """Return the page with both lists; a POST keeps the facts about the person."""
    about = AboutForm(posted(request), initial=_about(request), today=timezone.localdate())
    if request.method == "POST" and about.is_valid():
        save_about(values=about.values(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("account:health")
    lines = {
        kind.key: [line_of(fact) for fact in kind.model.objects.owned_by(request.user).order_by(NEWEST)]
        for kind in KINDS.values()
    }
    groups = [
        {
            "kind": key,
            "now": [line for line in each if not line.end],
            "ended": [line for line in each if line.end],
        }
        for key, each in lines.items()
    ]
    context = {"nav": "account", "groups": groups, "form": about}
    return render(request, "profile/health.html", context, status=422 if about.errors else 200)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest, kind: str) -> HttpResponse:
    return _write(request, KINDS[kind], KINDS[kind].model(patient=request.user), is_new=True)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    return _write(request, KINDS[kind], _own(request, kind, pk), is_new=False)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Ask for the last day and nothing else."""
    fact = _own(request, kind, pk)
    form = EndForm(posted(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        setattr(fact, KINDS[kind].end, form.cleaned_data["on"])
        if _is_kept(request, fact, form, field="on"):
            return redirect("account:health")
    context = {"nav": "account", "form": form, "line": line_of(fact), "kind": kind}
    return render(request, "profile/health_end.html", context, status=422 if form.errors else 200)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, kind: str, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then remove the fact."""
    fact = _own(request, kind, pk)
    if request.method == "POST":
        delete_fact(fact=fact, by=request.user)
        messages.success(request, _("Deleted."))
        return redirect("account:health")
    return render(
        request, "profile/health_delete.html", {"nav": "account", "line": line_of(fact), "kind": kind}
    )


def _write(request: SignedInRequest, kind: Kind, fact: HealthFact, *, is_new: bool) -> HttpResponse:
    form = kind.form(posted(request), initial={name: getattr(fact, name) for name in kind.fields})
    if request.method == "POST" and form.is_valid():
        for name in kind.fields:
            setattr(fact, name, form.cleaned_data[name])
        if _is_kept(request, fact, form):
            return redirect("account:health")
    context = {"nav": "account", "form": form, "kind": kind.key, "is_new": is_new, "fact": fact}
    return render(request, "profile/health_form.html", context, status=422 if form.errors else 200)


def _is_kept(request: SignedInRequest, fact: HealthFact, form: forms.Form, *, field: str = "") -> bool:
    """Keep a fact and return True, or put the sentences beside the fields and return False."""
    try:
        save_fact(fact=fact, now=timezone.now(), by=request.user)
    except FactRefused as refused:
        for name, sentence in refused.errors.items():
            form.add_error(field or name, sentence)
        return False
    messages.success(request, _("Saved."))
    return True


def _own(request: SignedInRequest, kind: str, pk: uuid.UUID) -> Any:
    return get_object_or_404(KINDS[kind].model.objects.owned_by(request.user), pk=pk)


def _about(request: SignedInRequest) -> dict[str, Any]:
    return Profile.objects.owned_by(request.user).values(*ABOUT).first() or {}


def line_of(fact: HealthFact) -> Line:
    """Return a fact with its words and, for a pregnancy that goes on, its week."""
    if isinstance(fact, Medicine):
        label = DRUG_CLASSES_BY_KEY[fact.drug_class].label if fact.drug_class else ""
        return Line(fact, label, fact.name, fact.started_on, fact.stopped_on)
    label = CONDITIONS_BY_KEY[fact.key].label if fact.key else ""
    return Line(
        fact,
        label,
        "",
        fact.started_on,
        fact.ended_on,
        fact.due_on,
        weeks_pregnant(fact, timezone.localdate()),
    )


def weeks_pregnant(fact: Condition, today: dt.date) -> int | None:
    """Return the completed weeks on `today`, or None without a due date, after the end, and past 42."""
    if fact.due_on is None or fact.ended_on is not None:
        return None
    weeks = (280 - (fact.due_on - today).days) // 7
    return weeks if 0 <= weeks <= 42 else None
