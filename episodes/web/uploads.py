"""Turns away what is too large, or is no form, before any of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from episodes.web.bearer import PREFIX

MOST_BYTES = 4 * 1024 * 1024
MOST_BYTES_OF_IMPORT = 33 * 1024 * 1024  # the file and what the form adds
IMPORT = "/account/import/"
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
JSON = ("/account/reminders/browser/",)  # what a script of ours sends; the API has rules of its own


def upload_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 413 to a body that is larger than anything this address takes, and 415 to one that is no form.

    Needs the log-in before it. A body of another kind would read like a form in which nothing was filled in.
    A body without a length is read as empty by the server interface itself.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_import = request.path.startswith(IMPORT) and request.user.is_authenticated
        most = MOST_BYTES_OF_IMPORT if is_import else MOST_BYTES
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 12 or int(length) > most:
            return render(request, "413.html", {"megabytes": most // 1024 // 1024}, status=413)
        if request.method == "POST" and int(length) and not _is_taken(request):
            return render(request, "415.html", status=415)
        return get_response(request)

    return middleware


def _is_taken(request: HttpRequest) -> bool:
    if request.path.startswith(PREFIX) or request.content_type in FORMS:
        return True
    return request.content_type == "application/json" and request.path.startswith(JSON)
