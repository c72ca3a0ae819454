"""People who come back stay logged in: once a day the session begins its ninety days anew.

So nobody meets a log-in form at three in the morning.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from episodes.web.failures import log_database_failure

KEY = "last_day"


def long_session_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        today = timezone.now().date().isoformat()
        # Later, not other: a clock that is set back for a moment must not bring the end of sessions forward.
        if request.user.is_authenticated and request.session.get(KEY, "") < today:
            _begin_anew(request.session, today)
        return get_response(request)

    return middleware


def _begin_anew(session: SessionBase, today: str) -> None:
    """Give a session its new end, with a new cookie; where nothing can be written now, a later request does it."""
    before = session.get(KEY)
    session[KEY] = today  # what is changed is saved after the answer, and its cookie sent again
    if session.session_key is None:
        return  # a program's, which is never saved
    try:
        session.save()  # already here: a failure after the answer would take the page away
    except (OperationalError, UpdateError) as error:
        if isinstance(error, UpdateError) and not isinstance(error.__context__, OperationalError):
            return  # ended meanwhile: the session middleware says so
        log_database_failure()
        session[KEY] = before or ""
        session.modified = False
