"""Everything a request does, it does as the person who is logged in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from episodes.models import acting_as


def actor_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        with acting_as(request.user):
            if not request.user.is_authenticated:
                return get_response(request)
            with timezone.override(request.user.zone), translation.override(request.user.language):
                return get_response(request)

    return middleware
