"""Who is logged in says once more who they are, before something that cannot be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SECRETS = {"password", "pin"}


def proved_lately(request: HttpRequest) -> bool:
    """Return whether this session logged in or said again who it is within the last ten minutes."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def step_up(view: View) -> View:
    """Return the view behind the question "is it you?", for sharing, export, erasure and changes of log-in.

    Who proved it lately goes straight on. What was posted is kept and carried out after the answer, but no
    password and no PIN: the form asks for them again. Stands below `@audience`, so that the answer to
    strangers stays the common 404.
    """
    guarded = reauthentication_required(app="episodes")(view)

    @wraps(view)
    def ask_first(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not proved_lately(request):
            forget_secrets(request)
        answer: HttpResponseBase = guarded(request, *args, **kwargs)
        return answer

    return cast(View, ask_first)


def forget_secrets(request: HttpRequest) -> None:
    """Take passwords and PINs out of what was posted, before it is kept."""
    kept = request.POST.copy()
    for name in request.POST:
        if name.rpartition("-")[2] in SECRETS:
            del kept[name]
    request.POST = kept  # type: ignore[assignment]  # immutable again in the request that is carried out
