"""Everything a request does, it does as the person who is logged in."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from episodes.models import acting_as


def actor_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        with acting_as(request.user):
            if not request.user.is_authenticated:
                return get_response(request)
            language = request.user.language  # the view may log out
            with timezone.override(request.user.zone), translation.override(language):
                response = _in_one_transaction(get_response, request)
                response.headers.setdefault("Content-Language", language)
                return response

    return middleware


def _in_one_transaction(get_response: Callable[..., HttpResponse], request: HttpRequest) -> HttpResponse:
    """Return the rendered response, made on PostgreSQL in one transaction that knows the actor.

    A view's own transaction would end before its template is rendered. SQLite needs none: there every
    transaction is a writer's.
    """
    if connection.vendor != "postgresql":
        return get_response(request)
    with transaction.atomic():
        response = get_response(request)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response
