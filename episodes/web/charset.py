"""Which letters a request is written in: UTF-8, or it is not read.

Django decodes addresses and forms in the charset that the request names, whatever Python knows under that name: even
one that is no text ("hex") or that raises, and it does so before any middleware could catch it.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

UNREADABLE = "application/x-unreadable"
"""Stands in the place of a content type that cannot be read: a form of this type is refused like any unknown one."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def in_utf8(application: Application) -> Application:
    """Return the WSGI application that sees no other charset than UTF-8."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not _is_readable(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = UNREADABLE
        return application(environ, start_response)

    return answer


def _is_readable(content_type: str) -> bool:
    try:
        charset = parse_header_parameters(content_type)[1].get("charset")
        return charset is None or codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False
