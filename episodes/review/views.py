"""The clinician's pages: the list of shared diaries and one diary on one screen.

Everything is read, rendered and audited in one transaction: no audit row, no page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from episodes.actions.audit import append_audit
from episodes.actions.review import add_review_note, mark_as_reviewed
from episodes.actions.sharing import active_consent, review_records
from episodes.charts.cards import build_trend_cards
from episodes.middleware.audience import audience
from episodes.middleware.request_id import current_request_id
from episodes.models import Consent
from episodes.review.panel import SORTS, panel_rows
from episodes.review.summary import review_summary
from episodes.stats.nights import last_night

PERIODS = {"28": gettext_lazy("4 weeks"), "56": gettext_lazy("8 weeks"), "182": gettext_lazy("6 months"), "all": gettext_lazy("All")}


class NoteForm(forms.Form):
    """A note on a shared diary."""

    text = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Your note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the note first, then save it.")},
    )


@dataclass(frozen=True)
class Reading:
    """What one page reads of whom, for the audit row."""

    consents: dict[uuid.UUID, Consent]
    action: str
    counts: dict[uuid.UUID, int]


def _audited(request: HttpRequest, reading: Reading) -> None:
    append_audit(
        patient_ids=list(reading.consents),
        action=reading.action,
        resource="review",
        counts=reading.counts,
        consents={patient_id: consent.pk for patient_id, consent in reading.consents.items()},
        request_id=current_request_id(),
        now=timezone.now(),
        by=request.user,
    )


@audience("staff")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of shared diaries for clinicians; operators who are no clinicians go to the accounts."""
    if not request.user.is_clinician:
        return redirect("admin:episodes_user_changelist")
    now = timezone.now()
    last = last_night(now, request.user.zone)
    try:
        with transaction.atomic():
            rows = panel_rows(by=request.user, now=now, last=last)
            words = request.GET.get("q", "").replace("\x00", "")[:100].strip().casefold()
            if words:
                rows = [row for row in rows if words in row.patient.name.casefold()]
            sort = request.GET.get("sort", "")
            if sort in SORTS:
                rows = sorted(rows, key=SORTS[sort])
            page = Paginator(rows, 50).get_page(request.GET.get("page"))
            shown = [(row, row.is_quiet(last)) for row in page.object_list]
            context = {"page": "clinician", "rows": shown, "page_obj": page, "sort": sort, "words": words, "last": last}
            body = render_to_string("review/list.html", context, request)
            consents = {row.consent.patient_id: row.consent for row, _quiet in shown}
            _audited(request, Reading(consents, "list", {}))
    except DatabaseError:
        return render(request, "review/unavailable.html", {"page": "clinician"}, status=503)
    return HttpResponse(body)


def _consent_or_404(request: HttpRequest, patient_id: uuid.UUID) -> Consent:
    consent = active_consent(patient_id=patient_id, now=timezone.now(), by=request.user)
    if consent is None:
        raise Http404
    return consent


@audience("clinician")
@require_safe
def patient(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """One shared diary, read-only, with the same charts that the patient sees."""
    try:
        with transaction.atomic():
            consent = _consent_or_404(request, patient_id)
            body, count = _patient_page(request, consent, NoteForm())
            _audited(request, Reading({patient_id: consent}, "view", {patient_id: count}))
    except DatabaseError:
        return render(request, "review/unavailable.html", {"page": "clinician"}, status=503)
    return HttpResponse(body)


def _patient_page(request: HttpRequest, consent: Consent, form: NoteForm) -> tuple[str, int]:
    """Return the page and the number of nights on it, made from consented records alone."""
    person = consent.patient
    last = last_night(timezone.now(), person.zone)
    period = request.GET.get("period", "56")
    period = period if period in PERIODS else "56"
    first = dt.date.min if period == "all" else last - dt.timedelta(days=int(period) - 1)
    records = review_records(consent=consent, first=first, last=last, by=request.user)
    nights = records.nights
    if nights is not None and period == "all":
        first = min([night.date for night in nights], default=last - dt.timedelta(days=27))
    elif period == "all":
        first = last
    context = {
        "page": "clinician",
        "consent": consent,
        "patient": person,
        "records": records,
        "summary": review_summary(nights, first, last) if nights is not None else None,
        "cards": (
            build_trend_cards(nights, first, last, starts_at_hour=person.night_starts_at.hour)
            if nights is not None
            else None
        ),
        "first": first,
        "last": last,
        "period": period,
        "periods": PERIODS,
        "form": form,
    }
    return render_to_string("review/patient.html", context, request), len(nights or ())


@audience("clinician")
@require_POST
def add_note(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    consent = _consent_or_404(request, patient_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        with transaction.atomic():
            body, count = _patient_page(request, consent, form)
            _audited(request, Reading({patient_id: consent}, "view", {patient_id: count}))
        return HttpResponse(body, status=422)
    add_review_note(
        consent=consent, text=form.cleaned_data["text"], now=timezone.now(), request_id=current_request_id(),
        by=request.user,
    )  # fmt: skip
    messages.success(request, _("Saved. The patient can read this note."))
    return redirect("admin:patient-detail", patient_id)


@audience("clinician")
@require_POST
def mark_reviewed(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    consent = _consent_or_404(request, patient_id)
    mark_as_reviewed(consent=consent, now=timezone.now(), request_id=current_request_id(), by=request.user)
    messages.success(request, _("Marked as reviewed."))
    return redirect("admin:index")
