"""What people agree to, and who runs the site."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from episodes.article.consent_texts import STORING_TEXTS, storing_text
from episodes.models import DataConsent
from episodes.web.audience import SignedInRequest, audience


@audience("signed_in")
@require_safe
def agreement(request: SignedInRequest) -> HttpResponse:
    """Return the text that this person agreed to last, when, and what they agreed to before."""
    given = list(DataConsent.objects.filter(user=request.user).order_by("-at"))
    text = storing_text(given[0].text_version) if given else storing_text()
    context = {"nav": "account", "given": given[0] if given else None, "earlier": given[1:], "text": text}
    return render(request, "account/agreement.html", context)


@audience("public")
@require_safe
def agreement_text(request: HttpRequest, version: str) -> HttpResponse:
    """Return a text about storing health data, the one of today or an earlier one."""
    if version not in STORING_TEXTS:
        raise Http404
    versions = sorted(STORING_TEXTS, reverse=True)
    context = {"nav": "account", "text": storing_text(version), "versions": versions}
    return render(request, "account/agreement_text.html", context)


@audience("public")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"privacy": settings.PRIVACY, "years": settings.MINIMUM_AGE_YEARS, "text": storing_text()}
    return render(request, "privacy/privacy.html", context)
