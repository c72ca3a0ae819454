"""The page for a failure: 503 where the database cannot be reached, 500 where the fault is ours.

Django asks its `handler500` in each layer of middleware, so this also answers for what happens before a view,
such as a session that cannot be read. Neither page asks the database for anything.
"""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from episodes.web.bearer import PREFIX, RETRY_SECONDS, unreachable


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 503 with Retry-After while the database is away, full, locked or too slow, else 500."""
    if not isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return defaults.server_error(request)
    if request.path_info.startswith(PREFIX):
        return unreachable()
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store, private"
    return response
