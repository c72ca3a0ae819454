"""The clinician's pages: the list of shared diaries and one diary on one screen.

Everything is read, rendered and audited in one transaction: no audit row, no page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from episodes.actions.accounts import replace_code
from episodes.actions.audit import append_audit, note_refusal
from episodes.actions.notices import tell_first_look
from episodes.actions.review import NotShared, add_review_note, mark_as_reviewed
from episodes.actions.sharing import ReviewRecords, active_consent, review_records
from episodes.charts.cards import build_trend_cards
from episodes.middleware.audience import SignedInRequest, audience
from episodes.middleware.request_id import current_request_id
from episodes.models import ClinicianCard, Consent, User
from episodes.review.forms import NoteForm, PanelForm
from episodes.review.nights import habit_columns, night_lines
from episodes.review.panel import panel_page
from episodes.review.summary import cramp_nights, review_summary
from episodes.stats.nights import last_night
from episodes.stats.records import NightRecord

PERIODS = (
    ("28", gettext_lazy("4 weeks")),
    ("56", gettext_lazy("8 weeks")),
    ("182", gettext_lazy("6 months")),
    ("all", gettext_lazy("All")),
)
USUAL_PERIOD = "56"
NIGHTS_IN_TABLE = 56
RETRY_SECONDS = "60"

View = Callable[..., HttpResponse]


def in_one_transaction(view: View) -> View:
    """Run a view in a transaction; where the database refuses, answer 503 and show nothing."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except DatabaseError:
            response = render(request, "review/unavailable.html", {"page": "clinician"}, status=503)
            response["Retry-After"] = RETRY_SECONDS
            return response

    return wrapped


@audience("staff")
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The list of shared diaries for clinicians; operators who are no clinicians go to the accounts."""
    if not request.user.is_clinician:
        return redirect("admin:episodes_user_changelist")
    return _panel(request)


@in_one_transaction
def _panel(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    last = last_night(now, request.user.zone)
    form = PanelForm(request.GET)
    form.is_valid()
    choice = form.choice()
    page = panel_page(choice=choice, last=last, now=now, by=request.user)
    context = {
        "page": "clinician",
        "rows": page,
        "choice": choice,
        "last": last,
        "card": ClinicianCard.objects.filter(clinician=request.user).first(),
    }
    body = render_to_string("review/list.html", context, request)
    _audit(request, "list", [row.consent for row in page], now)
    return HttpResponse(body)


@audience("clinician")
@require_safe
def patient(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One shared diary, read-only, with the same charts that the patient sees."""
    return _patient(request, patient_id, NoteForm())


@audience("clinician")
@require_POST
def add_note(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _patient(request, patient_id, form, status=422)
    return _write(request, patient_id, form.cleaned_data["text"])


@audience("clinician")
@require_POST
def mark_reviewed(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    return _write(request, patient_id, None)


@audience("clinician")
@require_POST
def new_code(request: SignedInRequest) -> HttpResponse:
    """Give the clinician a new code for patients; whoever shares already goes on sharing."""
    replace_code(request_id=current_request_id(), by=request.user)
    messages.success(request, _("This is your new code. The old one no longer works."))
    return redirect("admin:index")


def _patient(
    request: SignedInRequest, patient_id: uuid.UUID, form: NoteForm, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    try:
        response = _read(request, patient_id, form, now)
    except NotShared:
        _refuse(request, patient_id, now)
        raise Http404 from None
    if response.status_code == 200:
        response.status_code = status
    return response


@in_one_transaction
def _read(request: SignedInRequest, patient_id: uuid.UUID, form: NoteForm, now: dt.datetime) -> HttpResponse:
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    if consent is None:
        raise NotShared
    context = _page_context(request, consent, form, now)
    body = render_to_string("review/patient.html", context, request)
    _audit(request, "read", [consent], now, {patient_id: context["nights_read"]})
    tell_first_look(consent=consent, now=now)
    return HttpResponse(body)


def _write(request: SignedInRequest, patient_id: uuid.UUID, note: str | None) -> HttpResponse:
    """Keep a note, or that the diary was reviewed."""
    now = timezone.now()
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    if consent is None:
        _refuse(request, patient_id, now)
        raise Http404
    try:
        return _written(request, consent, note, now)
    except NotShared:  # withdrawn in between
        _refuse(request, patient_id, now)
        raise Http404 from None


@in_one_transaction
def _written(request: SignedInRequest, consent: Consent, note: str | None, now: dt.datetime) -> HttpResponse:
    about: dict[str, Any] = {
        "consent": consent,
        "now": now,
        "request_id": current_request_id(),
        "by": request.user,
    }
    if note is None:
        mark_as_reviewed(**about)
        messages.success(request, _("Marked as reviewed."))
        return redirect("admin:index")
    add_review_note(text=note, **about)
    messages.success(request, _("Saved. The patient can read this note."))
    return redirect("admin:patient-detail", consent.patient_id)


def _audit(
    request: SignedInRequest,
    action: str,
    consents: list[Consent],
    now: dt.datetime,
    counts: Mapping[uuid.UUID, int] | None = None,
) -> None:
    append_audit(
        patient_ids=[consent.patient_id for consent in consents],
        action=action,
        resource="review",
        counts=counts,
        consents={consent.patient_id: consent.pk for consent in consents},
        purpose=consents[0].purpose if action == "read" else "",
        request_id=current_request_id(),
        now=now,
        by=request.user,
    )


def _refuse(request: SignedInRequest, patient_id: uuid.UUID, now: dt.datetime) -> None:
    note_refusal(
        patient_id=patient_id, resource="review", request_id=current_request_id(), now=now, by=request.user
    )


def _page_context(
    request: SignedInRequest, consent: Consent, form: NoteForm, now: dt.datetime
) -> dict[str, Any]:
    """Return what the review shows, made from consented records alone."""
    person = consent.patient
    last = last_night(now, person.zone)
    chosen = request.GET.get("period", "")
    period = chosen if chosen in dict(PERIODS) else USUAL_PERIOD
    length = None if period == "all" else int(period)
    # Twice the period, so that the one before can stand beside it.
    read_from = dt.date.min if length is None else last - dt.timedelta(days=2 * length - 1)
    records = review_records(consent=consent, first=read_from, last=last, by=request.user)
    context = {
        "page": "clinician",
        "consent": consent,
        "patient": person,
        "records": records,
        "last": last,
        "period": period,
        "periods": PERIODS,
        "form": form,
        "nights_read": len(records.nights or ()),
    }
    return {**context, **_nights_context(request, records, length, last, person)}


def _nights_context(
    request: SignedInRequest, records: ReviewRecords, length: int | None, last: dt.date, person: User
) -> dict[str, Any]:
    """Return numbers, drawings and tables of the nights; without the nights only the first evening."""
    if length is None:
        begun = [night.date for night in records.nights or ()]
        first = min(begun, default=last)
    else:
        first = last - dt.timedelta(days=length - 1)
    if records.nights is None:
        return {"first": first, "summary": None}
    nights: list[NightRecord] = [night for night in records.nights if night.date >= first]
    before = None
    if length is not None:
        before = cramp_nights(records.nights, first - dt.timedelta(days=length), first - dt.timedelta(days=1))
    lines = Paginator(night_lines(nights, first, last), NIGHTS_IN_TABLE).get_page(request.GET.get("nights"))
    return {
        "first": first,
        "summary": review_summary(nights, first, last, before),
        "cards": build_trend_cards(nights, first, last, starts_at_hour=person.night_starts_at.hour),
        "lines": lines,
        "habit_columns": habit_columns(
            [line.record for line in lines if line.record is not None], records.own_habits or {}
        ),
    }
