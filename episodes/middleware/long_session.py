"""People who come back stay logged in: once a day the session begins its ninety days anew.

So nobody meets a log-in form at three in the morning.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

KEY = "last_day"


def long_session_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        today = timezone.now().date().isoformat()
        # Later, not other: a clock that is set back for a moment must not bring the end of sessions forward.
        if request.user.is_authenticated and request.session.get(KEY, "") < today:
            request.session[KEY] = (
                today  # what is changed is saved, with a new end, and its cookie sent again
            )
        return get_response(request)

    return middleware
