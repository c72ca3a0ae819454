"""Who may see the diary, who has looked, and what to ask at the next visit."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.actions.sharing import (
    SharingRefused,
    ask_at_visit,
    find_clinician,
    grant_consent,
    withdraw_consent,
)
from episodes.knowledge.consent_texts import SHARING_TEXTS, sharing_text
from episodes.middleware.audience import SignedInRequest, audience
from episodes.middleware.request_id import current_request_id
from episodes.models import AuditEvent, Consent, ReviewNote, User, VisitQuestion
from episodes.sharing.forms import CodeForm, ConsentForm, QuestionForm, end_of
from episodes.sharing.lines import ConsentLine, cards_of, consent_line, consent_lines, look_lines

CODE = "clinician_code"  # in the session: the code that was typed and found
LOOKS_ON_OVERVIEW = 5
LOOKS_ON_PAGE = 50
NOTES_SHOWN = 20


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
    if not ratelimit.consume(request, action="clinician_code"):
        form.add_error("code", _("You tried many codes. Wait a few minutes, then type the code again."))
        return _overview(request, form, QuestionForm(), status=429)
    card = find_clinician(form.cleaned_data["code"])
    if card is None:
        form.add_error("code", _("Nobody has this code. Check it with your clinician and type it again."))
        return _overview(request, form, QuestionForm(), status=422)
    if card.clinician_id == request.user.pk:
        form.add_error("code", _("This is your own code: type the code of your clinician."))
        return _overview(request, form, QuestionForm(), status=422)
    request.session[CODE] = card.code
    return redirect("sharing:consent-add")


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: SignedInRequest) -> HttpResponse:
    """Show whom the code belongs to, ask what to share, and keep the consent."""
    card = find_clinician(request.session.get(CODE, ""))
    if card is None:
        return redirect("sharing:overview")
    return _consent_page(request, card.clinician)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Replace a consent that holds: the old one ends, a new one begins."""
    consents = Consent.objects.owned_by(request.user).in_force().select_related("clinician")
    consent = get_object_or_404(consents, pk=pk)
    return _consent_page(request, consent.clinician, before=consent)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then end the consent; ending it twice is the same as ending it once."""
    consent = _own_consent(request, pk)
    if request.method == "POST":
        withdraw_consent(
            consent=consent, now=timezone.now(), request_id=current_request_id(), by=request.user
        )
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
    text = SHARING_TEXTS.get(consent.text_version)
    return render(request, "sharing/consent.html", {"nav": "sharing", "line": _line(consent), "text": text})


@audience("patient")
@require_safe
def looks(request: SignedInRequest) -> HttpResponse:
    events = AuditEvent.objects.owned_by(request.user).order_by("-sequence")
    page = Paginator(events, LOOKS_ON_PAGE).get_page(request.GET.get("page"))
    lines = look_lines(page.object_list, Consent.objects.owned_by(request.user))
    return render(request, "sharing/looks.html", {"nav": "sharing", "page_of_looks": page, "looks": lines})


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


def _consent_page(request: SignedInRequest, clinician: User, before: Consent | None = None) -> HttpResponse:
    text = sharing_text()
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(),
        agreement=text.agreement,
        scopes=before.scopes if before else (),
        initial={"purpose": before.purpose} if before else {},
    )
    if request.method == "POST" and form.is_valid() and _is_granted(request, form, clinician):
        return redirect("sharing:overview")
    context = {
        "nav": "sharing",
        "form": form,
        "text": text,
        "before": before,
        "clinician": clinician,
        "card": cards_of([clinician.pk]).get(clinician.pk),
    }
    return render(request, "sharing/consent_form.html", context, status=422 if form.errors else 200)


def _is_granted(request: SignedInRequest, form: ConsentForm, clinician: User) -> bool:
    now = timezone.now()
    try:
        grant_consent(
            clinician=clinician,
            scopes=form.cleaned_data["scopes"],
            valid_until=end_of(form.chosen_last_day),
            purpose=form.cleaned_data["purpose"],
            now=now,
            request_id=current_request_id(),
            by=request.user,
        )
    except SharingRefused as refused:
        form.add_error(None, str(refused))
        return False
    request.session.pop(CODE, None)
    messages.success(request, _("Shared."))
    return True


def _overview(
    request: SignedInRequest, code: CodeForm, question: QuestionForm, status: int = 200
) -> HttpResponse:
    consents = list(
        Consent.objects.owned_by(request.user).select_related("clinician").order_by("-valid_from")
    )
    lines = consent_lines(consents, timezone.now())
    events = list(AuditEvent.objects.owned_by(request.user).order_by("-sequence")[:LOOKS_ON_PAGE])
    context: dict[str, Any] = {
        "nav": "sharing",
        "code_form": code,
        "question_form": question,
        "current": [line for line in lines if line.is_in_force],
        "past": [line for line in lines if not line.is_in_force],
        "looks": look_lines(events, consents)[:LOOKS_ON_OVERVIEW],
        "notes": ReviewNote.objects.owned_by(request.user).order_by("-at")[:NOTES_SHOWN],
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
