"""What base.html needs on every page; costs no query beyond the person who is logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return theme, is_patient, is_clinician, is_demo, and the languages as (code, own name)."""
    user = getattr(request, "user", None)  # an answer may be made before anybody is known
    is_known = user is not None and user.is_authenticated
    return {
        "theme": user.theme if user is not None and is_known else "auto",
        "is_patient": is_known,
        "is_clinician": user is not None and is_known and user.is_clinician,
        "is_demo": settings.DEMO,
        "languages": settings.LANGUAGES,
    }
