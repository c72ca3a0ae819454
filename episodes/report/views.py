"""The visit report: previewed, trimmed, printed, kept as PDF, and opened by a link for a few days."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.diaries.shared import active_consent, record_number_of
from episodes.models import AuditEvent, ReportLink, User, acting_as
from episodes.report.content import VisitReport, visit_report
from episodes.report.forms import USUAL_PERIOD, LinkForm, PinForm, ReportForm
from episodes.report.links import LinkRefused, NewLink, link_lines, make_link, open_link, revoke_link
from episodes.report.paper import PAPERS, NoPdf, can_make_pdf, make_pdf, paper_context, paper_of
from episodes.report.queries import consented_sections, last_visit_of, note_print, report_records
from episodes.stats.nights import last_night
from episodes.web.audience import SignedInRequest, audience
from episodes.web.failures import log_database_failure
from episodes.web.refusals import note_refused_look
from episodes.web.step_up import step_up

RETRY_SECONDS = "60"
CLINICIAN_DAYS = {"14": 14, "28": 28}
FILE_NAME = "visit-report.pdf"
BUSY_SECONDS = 90


def _not_now(request: HttpRequest) -> HttpResponse:
    """Return 503 and no data: something that must be noted or made could not be."""
    response = render(request, "report/notice.html", {"notice": "later"}, status=503)
    response["Retry-After"] = RETRY_SECONDS
    return response


# --- The patient's own report -----------------------------------------------------------------


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """The report as it will be printed, with what stands on it and which nights."""
    form = _report_form(request, request.GET)
    return _overview(request, form, LinkForm(), status=422 if form.errors else 200)


def _overview(
    request: SignedInRequest,
    form: ReportForm,
    link_form: LinkForm,
    status: int = 200,
    made: NewLink | None = None,
) -> HttpResponse:
    now = timezone.now()
    address = reverse("report:shared-report", args=[made.token]) if made else ""
    context = {
        **paper_context(_own_report(request.user, form, now), request.user, now),
        "nav": "report",
        "page": "report",
        "form": form,
        "link_form": link_form,
        "links": link_lines(now=now, by=request.user),
        "can_make_pdf": can_make_pdf(),
        "papers": PAPERS,
        "usual_paper": paper_of(request.user),
        "new_link": made.link if made else None,
        "new_address": request.build_absolute_uri(address) if made else "",
    }
    return render(request, "report/overview.html", context, status=status)


@audience("patient")
@require_safe
def visit_pdf(request: SignedInRequest) -> HttpResponse:
    """The same paper as a PDF (?paper=a4 or letter); noted as printed in the patient's own chain."""
    form = _report_form(request, request.GET)
    if form.errors:
        return _overview(request, form, LinkForm(), status=422)
    return _pdf(request, lambda now: _own_paper(request, form, now), paper_of(request.user))


def _own_paper(request: SignedInRequest, form: ReportForm, now: dt.datetime) -> dict[str, Any]:
    report = _own_report(request.user, form, now)
    note_print(
        patient_id=request.user.pk,
        nights=report.complete.written,
        now=now,
        by=request.user,
    )
    return paper_context(report, request.user, now)


def _pdf(
    request: SignedInRequest, read: Callable[[dt.datetime], dict[str, Any]], usual_paper: str
) -> HttpResponse:
    """Return the PDF of what `read` returns; `read` notes in the audit chain that it did.

    One at a time for each account: every PDF is a process of its own.
    """
    if not can_make_pdf():
        return render(request, "report/notice.html", {"notice": "no_pdf"}, status=404)
    wanted = request.GET.get("paper", "")
    busy = f"report-pdf:{request.user.pk}"
    if not cache.add(busy, 1, timeout=BUSY_SECONDS):
        return render(request, "report/notice.html", {"notice": "busy"}, status=429)
    try:
        with transaction.atomic():
            context = read(timezone.now())
        content = make_pdf(context, wanted if wanted in PAPERS else usual_paper)
    except (DatabaseError, NoPdf) as error:
        if isinstance(error, DatabaseError):
            log_database_failure()
        return _not_now(request)
    finally:
        cache.delete(busy)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{FILE_NAME}"'
    return response


def usual_pdf(person: User, now: dt.datetime) -> tuple[str, bytes] | None:
    """Return name and content of the report as it is without any choice; None where no PDF can be made."""
    if not can_make_pdf():
        return None
    report = _own_report(person, _form_of(person, None), now)
    try:
        return FILE_NAME, make_pdf(paper_context(report, person, now), paper_of(person))
    except NoPdf:
        return None


def _report_form(request: SignedInRequest, given: Any) -> ReportForm:
    return _form_of(request.user, given)


def _form_of(person: User, given: Any) -> ReportForm:
    visit = last_visit_of(by=person)
    zone = person.zone
    form = ReportForm(
        given, last=last_night(timezone.now(), zone), visit=visit.astimezone(zone).date() if visit else None
    )
    form.is_valid()
    return form


def _own_report(person: User, form: ReportForm, now: dt.datetime) -> VisitReport:
    return _report(person, form.first, form.last, form.sections, now, by=person)


def _report(
    person: User, first: dt.date, last: dt.date, sections: frozenset[str], now: dt.datetime, *, by: User
) -> VisitReport:
    records = report_records(patient=person, first=first, last=last, sections=sections, by=by)
    return visit_report(records, first, last, today=now.astimezone(person.zone).date())


# --- Links that open without an account -----------------------------------------------------------


@audience("patient")
@require_POST
@step_up
def add_link(request: SignedInRequest) -> HttpResponse:
    """Make a link to the report as previewed; its address is shown in this answer alone."""
    form, link_form = _report_form(request, request.POST), LinkForm(request.POST)
    if form.errors or not link_form.is_valid():
        return _overview(request, form, link_form, status=422)
    try:
        made = make_link(
            first=form.first,
            last=form.last,
            sections=form.sections,
            days=link_form.cleaned_data["days"],
            pin=link_form.cleaned_data["pin"].strip(),
            now=timezone.now(),
            by=request.user,
        )
    except LinkRefused as refused:
        link_form.add_error("pin", str(refused))
        return _overview(request, form, link_form, status=422)
    return _overview(request, form, LinkForm(), made=made)


@audience("patient")
@require_POST
def end_link(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    link = get_object_or_404(ReportLink.objects.owned_by(request.user), pk=pk)
    revoke_link(link=link, now=timezone.now(), by=request.user)
    messages.success(request, _("Ended. Whoever has this link now finds nothing."))
    return redirect("report:overview")


@audience("public")
@require_http_methods(["GET", "POST"])
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """A report for whoever has its address; every reason not to show it gives the same 404."""
    form = PinForm(request.POST if request.method == "POST" else None)
    pin = form.cleaned_data["pin"] if form.is_bound and form.is_valid() else None
    try:
        with transaction.atomic():
            response = _opened(request, token, form, pin)
    except DatabaseError:
        log_database_failure()
        response = _not_now(request)
    if response is None:
        raise Http404
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store, private"
    return response


def _opened(request: HttpRequest, token: str, form: PinForm, pin: str | None) -> HttpResponse | None:
    now = timezone.now()
    opening = open_link(token=token, pin=pin, now=now)
    if opening.outcome == "dead":
        return None
    if opening.patient is None or opening.link is None:
        if opening.outcome == "wrong_pin":
            form.add_error("pin", _("This is not the PIN. Check it and type it again."))
        response = render(request, "report/pin.html", {"form": form}, status=422 if form.errors else 200)
        # Not "no-referrer": a form under that policy has no origin, and its answer would be refused.
        response["Referrer-Policy"] = "same-origin"
        return response
    patient, link = opening.patient, opening.link
    with acting_as(patient), translation.override(patient.language):
        report = _report(patient, link.first, link.last, frozenset(link.sections), now, by=patient)
        context = paper_context(report, patient, now, until=link.expires_at.astimezone(patient.zone))
        response = HttpResponse(render_to_string("report/shared.html", context, request))
    response["Referrer-Policy"] = "no-referrer"
    return response


# --- A clinician prints what the patient shares ------------------------------------------------------


@audience("clinician")
@require_safe
def patient(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The report of a shared diary: the consented parts and nothing else."""
    try:
        with transaction.atomic():
            context = _consented_paper(request, patient_id, timezone.now())
            if context is not None:
                context["periods"] = CLINICIAN_DAYS
                context["can_make_pdf"] = can_make_pdf()
                return HttpResponse(render_to_string("report/patient.html", context, request))
    except DatabaseError:
        log_database_failure()
        return _not_now(request)
    raise _refused(request, patient_id)


@audience("clinician")
@require_safe
def patient_pdf(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    consent = active_consent(patient_id=patient_id, now=timezone.now(), by=request.user)
    if consent is None or not consented_sections(consent):
        raise _refused(request, patient_id)

    def read(now: dt.datetime) -> dict[str, Any]:
        context = _consented_paper(request, patient_id, now)
        if context is None:  # withdrawn a moment ago
            raise Http404
        return context

    return _pdf(request, read, paper_of(consent.patient))


def _consented_paper(
    request: SignedInRequest, patient_id: uuid.UUID, now: dt.datetime
) -> dict[str, Any] | None:
    """Return the paper under the consent that holds, noted in the patient's chain; None without one."""
    consent = active_consent(patient_id=patient_id, now=now, by=request.user)
    sections = consented_sections(consent) if consent else frozenset()
    if consent is None or not sections:
        return None
    person = consent.patient
    period = request.GET.get("period", "")
    period = period if period in CLINICIAN_DAYS else USUAL_PERIOD
    last = last_night(now, person.zone)
    first = last - dt.timedelta(days=CLINICIAN_DAYS[period] - 1)
    report = _report(person, first, last, sections, now, by=request.user)
    note_print(
        patient_id=person.pk,
        nights=report.complete.written,
        consent=consent,
        now=now,
        by=request.user,
    )
    return paper_context(
        report, person, now,
        printed_by=request.user.name, page="clinician", period=period, consent=consent,
        record_number=record_number_of(patient=person, clinician=request.user, by=request.user),
    )  # fmt: skip


def _refused(request: SignedInRequest, patient_id: uuid.UUID) -> Http404:
    """Return the common 404; the patient, if there is one, reads that somebody tried."""
    note_refused_look(request, patient_id, action=AuditEvent.Action.PRINT, resource="report", by=request.user)
    return Http404()
