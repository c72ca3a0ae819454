"""Who is logged in says once more who they are, before something that cannot be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def proved_lately(request: HttpRequest) -> bool:
    """Return whether this session logged in or said again who it is within the last ten minutes."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def step_up(view: View) -> View:
    """Return the view behind the question "is it you?", for sharing, export, erasure and changes of log-in.

    Who proved it lately goes straight on. What was posted is kept and carried out after the answer.
    Stands below `@audience`, so that the answer to strangers stays the common 404.
    """
    guarded: View = reauthentication_required(app="episodes")(view)
    return guarded
