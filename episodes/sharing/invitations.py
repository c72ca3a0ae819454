"""A clinician's invitations: codes that one patient can use once."""

from __future__ import annotations

import uuid

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from episodes.sharing.codes import (
    InvitationRefused,
    make_invitation,
    open_invitations,
    take_back_invitation,
)
from episodes.web.audience import SignedInRequest, audience


@audience("clinician")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    return _page(request)


@audience("clinician")
@require_POST
def add(request: SignedInRequest) -> HttpResponse:
    """Show a new code this once: only its hash is kept, so no later page can show it."""
    if not ratelimit.consume(request, action="invitation"):
        return _page(
            request, refused=_("You made many codes. Wait a few minutes, then try again."), status=429
        )
    try:
        code, _invitation = make_invitation(now=timezone.now(), by=request.user)
    except InvitationRefused as refused:
        return _page(request, refused=str(refused), status=422)
    return _page(request, code=code)


@audience("clinician")
@require_POST
def take_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    if not take_back_invitation(pk=pk, by=request.user):
        raise Http404
    messages.success(request, _("Taken back. The code no longer works."))
    return redirect("sharing:invitation-list")


def _page(request: SignedInRequest, *, code: str = "", refused: str = "", status: int = 200) -> HttpResponse:
    context = {
        "page": "clinician",
        "code": code,
        "refused": refused,
        "invitations": open_invitations(now=timezone.now(), by=request.user),
    }
    return render(request, "sharing/invitations.html", context, status=status)
