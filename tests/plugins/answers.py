"""Looks at every answer of the product, whoever asked for it: headers, cookies, and words that must not get out.

Headers: no page is sniffed, framed, kept or given powers it does not need, and what somebody sees who is logged in is
stored nowhere. Cookies: known names, never to other sites, out of reach of scripts.
Words: what a test writes as a note, a question, a medicine or the name of a habit stands afterwards in no log line, no
mail, no metric and no address that the product leads to. The test that let one out fails.
"""

from __future__ import annotations

import functools
import logging
import re
from collections import Counter

import pytest
from django.utils.functional import SimpleLazyObject

WANTED = {
    "X-Content-Type-Options": r"nosniff",
    "X-Frame-Options": r"DENY",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Referrer-Policy": r"same-origin|no-referrer",
    "Permissions-Policy": r"camera=\(\), geolocation=\(\), microphone=\(\).*",
    "Content-Security-Policy": r"(?!.*unsafe-)(?=.*default-src 'none')(?=.*frame-ancestors 'none').*",
    "X-Request-ID": r"[0-9a-f]{16}",
}
COOKIES = re.compile(r"(__Host-)?(demo_)?(session|csrf|language)|messages")
READ_BY_SCRIPTS = {
    "csrf"
}  # sent back in a header by the pages' own scripts; worth nothing without the session
TABLES_OF_WORDS = re.compile(
    r'\s*(?:INSERT INTO|UPDATE)\s+"episodes_(?:privatenote|sharednote|privatenoterevision|medicine|visitquestion|reviewnote|customhabit)"',
    re.IGNORECASE,
)
MARK = re.compile(r"canary-\w+-(?:private|shared|medicine|question|note|habit|earlier|answer)")
SHORTEST = 8

_problems: list[str] = []
_words: set[str] = set()
_said: list[tuple[str, str]] = []
looked_at: Counter[str] = Counter()


def headers_missing(request, response) -> list[str]:
    """Return one sentence for each header or cookie of an answer that is not as it should be."""
    found = [
        f"{name} is {response.get(name)!r}"
        for name, pattern in WANTED.items()
        if not re.fullmatch(pattern, response.get(name, ""))
    ]
    if _is_of_somebody(request) and "no-store" not in response.get("Cache-Control", ""):
        found.append(f"somebody's page with Cache-Control {response.get('Cache-Control')!r}")
    for name, cookie in response.cookies.items():
        if cookie["max-age"] == 0:
            continue  # taken away
        if not COOKIES.fullmatch(name):
            found.append(f"a cookie called {name}")
        elif cookie["samesite"] != "Lax":
            found.append(f"the cookie {name} goes to other sites")
        elif (
            not cookie["httponly"]
            and not any(name.endswith(each) for each in READ_BY_SCRIPTS)
            and name != "messages"
        ):
            found.append(f"the cookie {name} is open to scripts")
    return found


def _is_of_somebody(request) -> bool:
    """Return whether this answer was made for somebody who is logged in; asks the database nothing."""
    user = request.__dict__.get("user")
    if type(user) is SimpleLazyObject:
        user = request.__dict__.get("_cached_user")
    return bool(user is not None and user.is_authenticated)


def words_out(text: str) -> list[str]:
    """Return the words of this test's diaries that stand in a text."""
    return [*MARK.findall(text), *(word for word in _words if word in text)]


def _look(request, response) -> None:
    looked_at["answers"] += 1
    where = f"{request.method} {request.path[:100]} ({response.status_code})"
    _problems.extend(f"{where}: {each}" for each in headers_missing(request, response))
    if location := response.get("Location", ""):
        looked_at["addresses"] += 1
        # What the visitor's own address said may be said again.
        if not words_out(request.get_full_path()):
            _said.append(("an address", location))
    if request.path == "/metrics":
        looked_at["metrics"] += 1
        _said.append(("the metrics", response.content.decode(errors="replace")))


class _Listener(logging.Handler):
    """Hears what the handlers of a running server would write."""

    def emit(self, record: logging.LogRecord) -> None:
        looked_at["log lines"] += 1
        _said.append((f"the log {record.name}", self.format(record)))


def _collect_words(execute, sql, params, many, context):
    if TABLES_OF_WORDS.match(str(sql)):
        for row in params if many else [params or ()]:
            values = row.values() if isinstance(row, dict) else row
            _words.update(v for v in values if isinstance(v, str) and len(v) >= SHORTEST and " " in v)
    return execute(sql, params, many, context)


_listener = _Listener()


@pytest.hookimpl(trylast=True)
def pytest_configure():
    from django.core.handlers.base import BaseHandler
    from django.db.backends.signals import connection_created

    get_response = BaseHandler.get_response
    if not hasattr(get_response, "__wrapped__"):

        @functools.wraps(get_response)
        def looked_at_response(handler, request):
            response = get_response(handler, request)
            _look(request, response)
            return response

        BaseHandler.get_response = looked_at_response
    connection_created.connect(_read_new_connection, dispatch_uid="tests.plugins.answers")


def _read_new_connection(connection, **_signal):
    if _collect_words not in connection.execute_wrappers:
        connection.execute_wrappers.append(_collect_words)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    from django.core import mail

    for kept in (_problems, _words, _said):
        kept.clear()
    if _listener not in logging.getLogger().handlers:  # a test that sets Django up again takes it away
        logging.getLogger().addHandler(_listener)
    result = yield
    for message in getattr(mail, "outbox", []):
        looked_at["mails"] += 1
        _said.append(("a mail", f"{message.subject}\n{message.body}\n{getattr(message, 'alternatives', '')}"))
    found = dict.fromkeys(_problems)
    for where, text in _said:
        found |= {f"{where} says {word!r}: {text[:200]}": None for word in words_out(text)}
    if found:
        pytest.fail("\n".join(found), pytrace=False)
    return result


def pytest_terminal_summary(terminalreporter):
    if looked_at:
        counts = ", ".join(f"{count:,} {what}" for what, count in sorted(looked_at.items()))
        terminalreporter.write_line(
            f"Looked at {counts}: headers, cookies, and no word of a diary outside it."
        )
