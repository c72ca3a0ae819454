"""The page that explains: cramp or restless legs, what studies say, when to get help."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from episodes.article.claims import claims_by_kind
from episodes.article.contrasts import CONTRASTS
from episodes.article.red_flags import HELP_NUMBERS, INTENDED_USE, help_for
from episodes.article.sources import ARTICLE
from episodes.web.audience import audience


@audience("public")
@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """Return the page. It reads no diary: pregnancy counts as not known, so every sign is shown."""
    country = request.user.country if request.user.is_authenticated else ""
    return render(
        request,
        "learn/learn.html",
        {
            "nav": "learn",
            "article": ARTICLE,
            "contrasts": CONTRASTS,
            "groups": claims_by_kind(),
            "help": help_for(country),
            "all_numbers": tuple(HELP_NUMBERS.values()),
            "intended_use": INTENDED_USE,
        },
    )
