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
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from episodes.audit.events import append_audit
from episodes.audit.notices import tell_first_look, tell_note
from episodes.diaries.shared import active_consent
from episodes.models import AuditEvent, ClinicianCard, Consent
from episodes.review.actions import (
    NotShared,
    add_review_note,
    mark_as_reviewed,
    set_record_number,
    take_back_mark,
)
from episodes.review.forms import MarkForm, NoteForm, NumberForm, PanelForm, SeenForm
from episodes.review.page import Asked, review_of
from episodes.review.panel import panel_page
from episodes.stats.nights import last_night
from episodes.web.audience import SignedInRequest, audience
from episodes.web.failures import log_database_failure
from episodes.web.refusals import note_refused_look
from episodes.web.roles import replace_code

RETRY_SECONDS = "60"

View = Callable[..., HttpResponse]
Write = Callable[[Consent, dict[str, Any]], HttpResponse]
Forms = dict[str, NoteForm | NumberForm]  # what was typed and could not be kept, by its name on the page


def in_one_transaction(view: View) -> View:
    """Run a view in a transaction; where the database refuses, answer 503 and show nothing."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except DatabaseError:
            log_database_failure()
            context = {"page": "clinician", "text": request.POST.get("text", "")}
            response = render(request, "review/unavailable.html", context, status=503)
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
    _audit(request, AuditEvent.Action.LIST, [row.consent for row in page], now)
    return HttpResponse(body)


@audience("clinician")
@require_safe
def patient(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One shared diary, read-only, with the same charts that the patient sees."""
    return _patient(request, patient_id, {})


@audience("clinician")
@require_POST
def add_note(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Keep the note and nothing else."""
    return _save(request, patient_id, marks=False)


@audience("clinician")
@require_POST
def mark_reviewed(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Keep that the diary was reviewed as the page showed it, and the note where one was typed.

    What was written meanwhile stays new.
    """
    return _save(request, patient_id, marks=True)


@audience("clinician")
@require_POST
def take_back(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Undo *Mark as reviewed*; a note that was kept with it stays."""
    form = MarkForm(request.POST)
    mark = form.cleaned_data["mark"] if form.is_valid() else None
    return _write(request, patient_id, lambda consent, about: _taken_back(request, consent, about, mark))


@audience("clinician")
@require_POST
def set_number(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Keep the number of this patient in the clinician's own records."""
    form = NumberForm(request.POST)
    is_valid = form.is_valid()

    def save(consent: Consent, about: dict[str, Any]) -> HttpResponse:
        set_record_number(number=form.cleaned_data["number"], **about)
        messages.success(request, _("Saved."))
        return redirect("admin:patient-detail", patient_id)

    return _write(request, patient_id, save, {} if is_valid else {"number_form": form})


@audience("clinician")
@require_POST
def new_code(request: SignedInRequest) -> HttpResponse:
    """Give the clinician a new code for patients; whoever shares already goes on sharing."""
    replace_code(by=request.user)
    messages.success(request, _("This is your new code. The old one no longer works."))
    return redirect("admin:index")


def _patient(
    request: SignedInRequest, patient_id: uuid.UUID, forms: Forms, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    try:
        response = _read(request, patient_id, forms, now)
    except NotShared:
        if request.method == "POST":  # withdrawn in between
            return _not_shared(request, patient_id)
        note_refused_look(request, patient_id, resource="review", by=request.user)
        raise Http404 from None
    if response.status_code == 200:
        response.status_code = status
    return response


@in_one_transaction
def _read(request: SignedInRequest, patient_id: uuid.UUID, forms: Forms, now: dt.datetime) -> HttpResponse:
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    if consent is None:
        raise NotShared
    asked = Asked(request.GET.get("period", ""), request.GET.get("nights"), now)
    context = {"page": "clinician", **review_of(consent, asked, request.user)}
    number = NumberForm(initial={"number": context["records"].record_number})
    context |= {"form": NoteForm(), "number_form": number, **forms}
    body = render_to_string("review/patient.html", context, request)
    _audit(request, AuditEvent.Action.READ, [consent], now, {patient_id: context["nights_read"]})
    tell_first_look(consent=consent, now=now)
    return HttpResponse(body)


def _save(request: SignedInRequest, patient_id: uuid.UUID, *, marks: bool) -> HttpResponse:
    form = NoteForm(request.POST)
    has_text = bool(request.POST.get("text", "").strip())

    def save(consent: Consent, about: dict[str, Any]) -> HttpResponse:
        text = form.cleaned_data["text"] if has_text else ""
        return (_marked if marks else _noted)(request, consent, about, text)

    is_complete = marks and not has_text
    return _write(request, patient_id, save, {} if is_complete or form.is_valid() else {"form": form})


def _write(
    request: SignedInRequest, patient_id: uuid.UUID, write: Write, wrong: Forms | None = None
) -> HttpResponse:
    """Carry `write` out under the consent that holds; wrong: what was typed and cannot be kept.

    Whoever is unknown, shares nothing, no longer shares or does not share the nights gives the same answer.
    """
    now = timezone.now()
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    if consent is None or not consent.shares_nights:
        return _not_shared(request, patient_id)
    if wrong:
        return _patient(request, patient_id, wrong, status=422)
    about: dict[str, Any] = {
        "consent": consent,
        "now": now,
        "by": request.user,
    }
    try:
        return in_one_transaction(lambda _request: write(consent, about))(request)
    except NotShared:  # withdrawn in between
        return _not_shared(request, patient_id)


def _not_shared(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Hand back what was typed; the patient, if there is one, finds one entry in the log."""
    note_refused_look(request, patient_id, resource="review", by=request.user)
    context = {"page": "clinician", "text": request.POST.get("text", "").replace("\0", "")}
    return render(request, "review/not_shared.html", context, status=404)


def _noted(request: SignedInRequest, consent: Consent, about: dict[str, Any], text: str) -> HttpResponse:
    add_review_note(text=text, **about)
    tell_note(consent=consent, now=about["now"])
    messages.success(request, _("Saved. The patient can read this note."))
    return redirect("admin:patient-detail", consent.patient_id)


def _marked(request: SignedInRequest, consent: Consent, about: dict[str, Any], text: str) -> HttpResponse:
    seen, now = SeenForm(request.POST), about["now"]
    mark = mark_as_reviewed(text=text, seen=seen.moment(now) if seen.is_valid() else now, **about)
    local = timezone.localtime(now)
    words = {"name": consent.patient.name, "when": f"{date_format(local, 'j M')} {local:%H:%M}"}
    said = _("Marked %(name)s as reviewed, %(when)s.") % words
    if text:
        tell_note(consent=consent, now=now)
        said = (
            _(
                "Saved your note and marked %(name)s as reviewed, %(when)s. Undo takes the mark back; the note stays."
            )
            % words
        )
    messages.success(request, said, extra_tags=f"undo-review {consent.patient_id} {mark.pk}")
    return redirect("admin:index")


def _taken_back(
    request: SignedInRequest, consent: Consent, about: dict[str, Any], mark: uuid.UUID | None
) -> HttpResponse:
    if mark is not None and take_back_mark(mark=mark, **about):
        said = _("%(name)s is no longer marked as reviewed.") % {"name": consent.patient.name}
        messages.success(request, said)
    else:
        messages.info(request, _("There is nothing to undo."))
    return redirect("admin:index")


def _audit(
    request: SignedInRequest,
    action: AuditEvent.Action,
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
        now=now,
        by=request.user,
    )
