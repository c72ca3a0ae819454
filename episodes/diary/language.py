"""In which language a page is printed that is kept for everybody."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation


def asked_language(request: HttpRequest) -> str:
    """Return the language asked for by `?lang=`, else the one of the request."""
    asked = request.GET.get("lang", "")
    return (
        asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
    )
