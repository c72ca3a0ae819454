"""Who may see the diary, who has looked, and what to ask at the next visit."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.article.consent_texts import SHARING_TEXTS, sharing_text
from episodes.audit.notices import mail_address, save_sharing_mails
from episodes.audit.reports import NoSuchLook, report_look, reported_among
from episodes.diaries.shared import record_number_of
from episodes.models import AuditEvent, Consent, User, VisitQuestion
from episodes.sharing.actions import (
    SharingRefused,
    ask_at_visit,
    grant_consent,
    mark_notes_read,
    notes_to_read,
    withdraw_consent,
)
from episodes.sharing.codes import CODE_DOES_NOT_WORK, FoundClinician, find_by_code, found_by_invitation
from episodes.sharing.forms import CodeForm, ConsentForm, MailsForm, QuestionForm, end_of, start_of
from episodes.sharing.lines import ConsentLine, cards_of, consent_line, consent_lines, look_lines
from episodes.web.audience import SignedInRequest, audience
from episodes.web.limits import is_allowed
from episodes.web.step_up import step_up

FOUND = "clinician_found"  # in the session: the code on the card, or the invitation, that was found
LOOKS_ON_OVERVIEW = 5
LOOKS_ON_PAGE = 50
LAST_NUMBER = 2**31 - 1  # what the database can count to


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    return _overview(request, CodeForm(), QuestionForm())


@audience("patient")
@require_POST
def find(request: SignedInRequest) -> HttpResponse:
    """Look a code up; how often is limited, because a code is what stands between strangers and a name."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _overview(request, form, QuestionForm(), status=422)
    if not is_allowed(request, "clinician_code"):
        form.add_error("code", _("You tried many codes. Wait a few minutes, then type the code again."))
        return _overview(request, form, QuestionForm(), status=429)
    found = find_by_code(form.cleaned_data["code"], timezone.now())
    if found is None:
        form.add_error("code", str(CODE_DOES_NOT_WORK))
        return _overview(request, form, QuestionForm(), status=422)
    if found.card.clinician_id == request.user.pk:
        form.add_error("code", _("This is your own code: type the code of your clinician."))
        return _overview(request, form, QuestionForm(), status=422)
    request.session[FOUND] = (
        {"invitation": str(found.invitation)} if found.invitation else {"code": found.card.code}
    )
    return redirect("sharing:consent-add")


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def grant(request: SignedInRequest) -> HttpResponse:
    """Show whom the code belongs to, ask what to share, and keep the consent."""
    found = _found(request)
    if found is None:
        if request.session.pop(FOUND, None) is not None:
            messages.error(request, CODE_DOES_NOT_WORK)
        return redirect("sharing:overview")
    return _consent_page(request, found.card.clinician, invitation=found.invitation)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree anew with the same clinician: what still holds ends, what is over begins again."""
    consent = _own_consent(request, pk)
    if not (consent.clinician.is_active and consent.clinician.is_clinician):
        raise Http404
    return _consent_page(request, consent.clinician, before=consent)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then end the consent; ending it twice is the same as ending it once."""
    consent = _own_consent(request, pk)
    if request.method == "POST":
        withdraw_consent(consent=consent, now=timezone.now(), by=request.user)
        messages.success(
            request, _("Stopped. %(name)s can no longer see your diary.") % {"name": _line(consent).name}
        )
        return redirect("sharing:overview")
    return render(request, "sharing/withdraw.html", {"nav": "sharing", "line": _line(consent)})


@audience("patient")
@require_safe
def detail(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Return a consent, past or present, with the text that was agreed to."""
    consent = _own_consent(request, pk)
    context = {
        "nav": "sharing",
        "line": _line(consent),
        "text": sharing_text(consent.text_version),
        "record_number": record_number_of(patient=request.user, clinician=consent.clinician, by=request.user),
        "may_renew": consent.clinician.is_active and consent.clinician.is_clinician,
    }
    return render(request, "sharing/consent.html", context)


@audience("signed_in")
@require_safe
def text(request: SignedInRequest, version: str) -> HttpResponse:
    """Return a text about sharing, the one of today or an earlier one."""
    if version not in SHARING_TEXTS:
        raise Http404
    context = {
        "nav": "sharing",
        "text": sharing_text(version),
        "versions": sorted(SHARING_TEXTS, reverse=True),
    }
    return render(request, "sharing/text.html", context)


@audience("patient")
@require_safe
def looks(request: SignedInRequest) -> HttpResponse:
    events = AuditEvent.objects.owned_by(request.user).order_by("-sequence")
    page = Paginator(events, LOOKS_ON_PAGE).get_page(request.GET.get("page"))
    reported = reported_among([event.sequence for event in page], request.user)
    lines = look_lines(page.object_list, Consent.objects.owned_by(request.user), reported)
    context = {"nav": "sharing", "page_of_looks": page, "looks": lines, "can_report": True}
    return render(request, "sharing/looks.html", context)


@audience("patient")
@require_POST
def report(request: SignedInRequest, sequence: int) -> HttpResponse:
    """Keep that an entry looks wrong, for the operator to look into."""
    if sequence > LAST_NUMBER:
        raise Http404
    try:
        report_look(sequence=sequence, now=timezone.now(), by=request.user)
    except NoSuchLook:
        raise Http404 from None
    messages.success(request, _("Reported. The person who runs this site can see it now."))
    return redirect("sharing:look-list")


@audience("patient")
@require_POST
def ask(request: SignedInRequest) -> HttpResponse:
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            ask_at_visit(text=form.cleaned_data["text"], today=timezone.localdate(), by=request.user)
        except SharingRefused as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, _("Your question is kept for the visit."))
            return redirect("sharing:overview")
    return _overview(request, CodeForm(), form, status=422)


@audience("patient")
@require_POST
def unask(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    get_object_or_404(VisitQuestion.objects.owned_by(request.user), pk=pk).delete()
    messages.success(request, _("The question is removed."))
    return redirect("sharing:overview")


@audience("patient")
@require_POST
def mails(request: SignedInRequest) -> HttpResponse:
    """Keep whether this person wants mails about sharing."""
    form = MailsForm(request.POST)
    form.is_valid()
    save_sharing_mails(wanted=form.cleaned_data["sharing_mails"], by=request.user)
    messages.success(request, _("Saved."))
    return redirect("sharing:overview")


def _found(request: SignedInRequest) -> FoundClinician | None:
    """Return whom the code led to that this session looked up, if it still works."""
    kept = request.session.get(FOUND) or {}
    if "invitation" in kept:
        return found_by_invitation(uuid.UUID(kept["invitation"]), timezone.now())
    return find_by_code(kept["code"], timezone.now()) if "code" in kept else None


def _consent_page(
    request: SignedInRequest,
    clinician: User,
    *,
    before: Consent | None = None,
    invitation: uuid.UUID | None = None,
) -> HttpResponse:
    text = sharing_text()
    line = _line(before) if before else None
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(),
        text=text,
        scopes=before.scopes if before else (),
        initial={name: getattr(before, name) for name in ("purpose", "birth_date", "birth_year")}
        if before
        else {},
    )
    if request.method == "POST" and form.is_valid() and _is_granted(request, form, clinician, invitation):
        return redirect("sharing:overview")
    context = {
        "nav": "sharing",
        "form": form,
        "text": text,
        "replaces": line is not None and (line.is_in_force or line.is_planned),
        "clinician": clinician,
        "card": cards_of([clinician.pk]).get(clinician.pk),
    }
    return render(request, "sharing/consent_form.html", context, status=422 if form.errors else 200)


def _is_granted(
    request: SignedInRequest, form: ConsentForm, clinician: User, invitation: uuid.UUID | None
) -> bool:
    now = timezone.now()
    try:
        grant_consent(
            clinician=clinician,
            scopes=form.cleaned_data["scopes"],
            valid_from=start_of(form.chosen_first_day),
            valid_until=end_of(form.chosen_last_day),
            purpose=form.cleaned_data["purpose"],
            **form.chosen_birth,
            now=now,
            invitation=invitation,
            by=request.user,
        )
    except SharingRefused as refused:
        form.add_error(None, str(refused))
        return False
    request.session.pop(FOUND, None)
    messages.success(request, _("Shared."))
    return True


def _overview(
    request: SignedInRequest, code: CodeForm, question: QuestionForm, status: int = 200
) -> HttpResponse:
    consents = list(
        Consent.objects.owned_by(request.user).select_related("clinician").order_by("-valid_from")
    )
    lines = consent_lines(consents, timezone.now())
    notes = notes_to_read(by=request.user)
    if request.method == "GET":  # a form sent back with its errors changes nothing
        mark_notes_read(notes=notes, now=timezone.now(), by=request.user)
    events = list(AuditEvent.objects.owned_by(request.user).order_by("-sequence")[:LOOKS_ON_PAGE])
    context: dict[str, Any] = {
        "nav": "sharing",
        "code_form": code,
        "mails_form": MailsForm(initial={"sharing_mails": request.user.sharing_mails}),
        "mail_address": mail_address(request.user),
        "question_form": question,
        "current": [line for line in lines if line.is_in_force],
        "shared": [line for line in lines if line.is_in_force or line.is_planned],
        "past": [line for line in lines if not (line.is_in_force or line.is_planned)],
        "looks": look_lines(events, consents)[:LOOKS_ON_OVERVIEW],
        "notes": notes,
        "questions": VisitQuestion.objects.owned_by(request.user).order_by("-asked_on", "-id"),
    }
    return render(request, "sharing/overview.html", context, status=status)


def _own_consent(request: SignedInRequest, pk: uuid.UUID) -> Consent:
    consent: Consent = get_object_or_404(
        Consent.objects.owned_by(request.user).select_related("clinician"), pk=pk
    )
    return consent


def _line(consent: Consent) -> ConsentLine:
    return consent_line(consent, cards_of([consent.clinician_id]).get(consent.clinician_id), timezone.now())
