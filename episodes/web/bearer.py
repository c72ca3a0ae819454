"""The API's own log-in: a token in the Authorization header and nothing else.

Under /api/v1/ cookies do not count, so that no page of another site can use a browser that is logged in; no
answer there allows other sites to read it. Answers that are no success are `application/problem+json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from episodes.web.failures import log_database_failure
from episodes.web.tokens import Bearer, bearer_of

PREFIX = "/api/v1/"
LARGEST_BODY = 256 * 1024
RETRY_SECONDS = 5
TITLES = {
    400: "Bad request",
    401: "Token needed",
    403: "Not allowed for this token",
    404: "Not found",
    405: "Method not allowed",
    409: "Changed meanwhile",
    413: "Too large",
    415: "Not JSON",
    422: "Answers refused",
    429: "Too many requests",
    500: "Error of the diary",
    503: "Not available now",
}


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Return a refusal as RFC 9457 describes it. detail: a sentence that says what to do."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": str(detail), **more}
    response = HttpResponse(
        json.dumps(body, default=str), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def unreachable() -> HttpResponse:
    """Return 503: the database does not answer, and nothing was changed."""
    return problem(503, _("The diary cannot be reached now. Try again in a moment."))


def bearer_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        try:
            response = _answer(get_response, request)
        except (OperationalError, InterfaceError):
            log_database_failure()
            response = unreachable()
        if response.status_code >= 400 and response["Content-Type"] != "application/problem+json":
            response = _as_problem(response)
        response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Return a refusal of the framework in the form of ours."""
    status = (
        response.status_code if response.status_code in TITLES else 400 if response.status_code < 500 else 500
    )
    told = problem(status, _("This request cannot be answered."))
    if "Allow" in response:
        told["Allow"] = response["Allow"]
    return told


def _answer(get_response: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    request.COOKIES.clear()
    request.session = SessionBase()  # empty, and saved by nobody
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    bearer = bearer_of(text=text.strip(), now=timezone.now()) if scheme.lower() == "bearer" else None
    request.user = bearer.patient if bearer else AnonymousUser()
    request.bearer = bearer  # type: ignore[attr-defined]
    try:
        return get_response(request)
    finally:
        del request.session  # so that nobody saves it or sends its cookie


def bearer_refusal(request: HttpRequest) -> HttpResponse | None:
    """Return why a route of the API does not answer this request at all, or None."""
    bearer: Bearer | None = getattr(request, "bearer", None)
    if bearer is None:
        return problem(
            401, _("Send a token that works, as “Authorization: Bearer …”. Make one on your account page.")
        )
    if bearer.is_over_limit:
        response = problem(429, _("Too many requests: wait a minute."))
        response["Retry-After"] = str(bearer.wait)
        return response
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return problem(413, _("A request may hold 256 KiB at most."))
    if int(length) and request.content_type != "application/json":
        return problem(415, _("Send JSON, with “Content-Type: application/json”."))
    return None
