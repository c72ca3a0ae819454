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
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from episodes.actions.accounts import replace_code
from episodes.actions.audit import append_audit
from episodes.actions.notices import tell_first_look
from episodes.actions.review import NotShared, add_review_note, mark_as_reviewed
from episodes.actions.sharing import active_consent
from episodes.middleware.audience import SignedInRequest, audience
from episodes.middleware.failures import log_database_failure
from episodes.middleware.refusals import note_refused_look
from episodes.middleware.request_id import current_request_id
from episodes.models import ClinicianCard, Consent
from episodes.review.forms import NoteForm, PanelForm, SeenForm
from episodes.review.page import Asked, review_of
from episodes.review.panel import panel_page
from episodes.stats.nights import last_night

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
            log_database_failure()
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
    """Keep that the diary was reviewed as the page showed it: what was written meanwhile stays new."""
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
        note_refused_look(request, patient_id, resource="review", by=request.user)
        raise Http404 from None
    if response.status_code == 200:
        response.status_code = status
    return response


@in_one_transaction
def _read(request: SignedInRequest, patient_id: uuid.UUID, form: NoteForm, now: dt.datetime) -> HttpResponse:
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    if consent is None:
        raise NotShared
    asked = Asked(request.GET.get("period", ""), request.GET.get("nights"), now)
    context = {"page": "clinician", "form": form, **review_of(consent, asked, request.user)}
    body = render_to_string("review/patient.html", context, request)
    _audit(request, "read", [consent], now, {patient_id: context["nights_read"]})
    tell_first_look(consent=consent, now=now)
    return HttpResponse(body)


def _write(request: SignedInRequest, patient_id: uuid.UUID, note: str | None) -> HttpResponse:
    """Keep a note, or that the diary was reviewed."""
    now = timezone.now()
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    if consent is None:
        note_refused_look(request, patient_id, resource="review", by=request.user)
        raise Http404
    try:
        return _written(request, consent, note, now)
    except NotShared:  # withdrawn in between
        note_refused_look(request, patient_id, resource="review", by=request.user)
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
        seen = SeenForm(request.POST)
        mark_as_reviewed(**about, seen=seen.moment(now) if seen.is_valid() else now)
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
        request_id=current_request_id(),
        now=now,
        by=request.user,
    )
