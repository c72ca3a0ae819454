"""Strangers who open connections and send half of something, or read nothing: everybody else is answered all the same."""

import contextlib
import socket
import threading
import time
from urllib.parse import urlencode

import pytest

from tests.faults.site import CSRF, Person

STRANGERS = 200
MOST_SECONDS = 1.0
FORM = f"Host: localhost\r\nCookie: csrf={CSRF}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
LOG_IN = "POST /account/login/ HTTP/1.1\r\n"
BEGINNINGS = {
    "nothing": "",
    "headers": f"{LOG_IN}Host: localhost\r\nX-Word: ",
    "body": f"{LOG_IN}{FORM}Content-Length: 1000\r\n\r\nlogin=",
    "no body": f"{LOG_IN}{FORM}Content-Length: 1000\r\n\r\n",
    "chunks": f"{LOG_IN}{FORM}Transfer-Encoding: chunked\r\n\r\n6\r\nlogin=",
    "file": f"POST /account/import/ HTTP/1.1\r\n{FORM}Content-Length: 33000000\r\n\r\n{'x' * 50_000}",
    "reads nothing": "GET /static/css/site.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3,
}


@contextlib.contextmanager
def strangers(site, beginning, *, drop_every=None):
    """Hold STRANGERS connections that sent `beginning`, with one more byte each `drop_every` seconds."""
    with contextlib.ExitStack() as open_ones:
        sockets = []
        for _stranger in range(STRANGERS):
            each = open_ones.enter_context(socket.create_connection(("127.0.0.1", site.port), timeout=10))
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            each.sendall(beginning.encode())
            sockets.append(each)
        done = threading.Event()

        def drip():
            while not done.wait(drop_every):
                for each in sockets:
                    with contextlib.suppress(OSError):
                        each.sendall(b"x")

        dripping = threading.Thread(target=drip)
        if drop_every:
            dripping.start()
        try:
            yield
        finally:
            done.set()
            if drop_every:
                dripping.join()


def log_in(site, password=""):
    """Return the answer to a wrong log-in; without a password none is hashed, which alone may take a second."""
    typed = urlencode({"login": "nobody", "password": password})
    return site.ask("POST", "/account/login/", typed, person=Person("", f"csrf={CSRF}"), timeout=20)


def seconds_of_answers(site):
    """Return the most seconds that health and the log-in page took, in the best turn of three.

    Whoever is held up is so in every turn; on a busy machine one is late by chance.
    """
    turns = []
    for _turn in range(3):
        answers = [site.ask("GET", path, timeout=20) for path in ("/healthz", "/account/login/")]
        assert [each.status for each in answers] == [200, 200]
        turns.append(max(each.seconds for each in answers))
    return min(turns)


@pytest.fixture(scope="module")
def served(settled):
    """The site as `manage.py serve` runs it, without a proxy, for the tests of this file."""
    settled.serve()
    seconds_of_answers(settled)  # the first answers load what all later ones use
    yield settled
    settled.kill()


@pytest.mark.parametrize(
    ("kind", "drop_every"),
    [*((kind, None) for kind in BEGINNINGS), ("headers", 0.5), ("body", 0.5), ("file", 0.5)],
)
def test_strangers_who_send_half_of_something_hold_nobody_up(served, kind, drop_every):
    with strangers(served, BEGINNINGS[kind], drop_every=drop_every):
        time.sleep(1)  # what can be answered at once is
        assert seconds_of_answers(served) < MOST_SECONDS
        assert log_in(served).status == 200


def test_strangers_of_all_kinds_at_once_hold_nobody_up(served, figure):
    with contextlib.ExitStack() as all_of_them:
        for beginning in BEGINNINGS.values():
            all_of_them.enter_context(strangers(served, beginning))
        time.sleep(1)
        took = seconds_of_answers(served)
        answer = log_in(served, "a wrong password")

    assert took < MOST_SECONDS
    assert answer.status == 200
    assert "password" in answer.text
    figure(
        f"{STRANGERS} connections of each of {len(BEGINNINGS)} kinds of half-sent requests: health and log-in page "
        f"within {took:.2f} s, a log-in with its password hash within {answer.seconds:.2f} s"
    )
