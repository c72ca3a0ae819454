"""A short id for every request, told in its answer, in logs and in audit rows."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from episodes.audit.request_id import new_request_id


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        with new_request_id() as request_id:
            response = get_response(request)
            response["X-Request-ID"] = request_id
            return response

    return middleware
