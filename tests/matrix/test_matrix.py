"""Proof 1: every URL x method x role x row. No leak, no 500, and a stranger learns nothing.

The list of URLs comes from the URLconf: a new one without an audience, or with a parameter that
this file cannot fill, is red.
"""

import re
import uuid

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from episodes.web.audience import STAFF, belongs_to, declared_audience, routes
from tests.conftest import log_in
from tests.matrix.people import METHODS, NIGHT, all_marks, build, readable

ROLES = ("nobody", "ada", "cleo", "ben", "dora", "odd", "hal", "olga", "gone")
WITHOUT_SECOND_FACTOR = ("hal", "olga")
# Which row the `pk` of a route names.
ROW_OF = {
    "sharing:consent": "consent",
    "sharing:invitation": "invitation",
    "sharing:question": "question",
    "account:condition": "condition",
    "account:medicine": "medicine",
    "admin:patient": "patient",
    "report:link-end": "link",
    "account:token-end": "token",
    "report:patient": "patient",
    "experiments:": "experiment",
    "exchange:import-": "import",
    "habits:habit": "habit",
    "admin:episodes_user": "account",
    "mfa_edit_webauthn": "passkey",
    "mfa_remove_webauthn": "passkey",
    "account:session-end": "session",
}
OTHER_PARAMETERS = {
    "api:episode": {"date": NIGHT, "pk": uuid.UUID(int=7)},
    "api:unknown": {"rest": "nothing"},
    "api:export": {"name": "nights.csv"},
    "trends:factor-detail": {"key": "sitting"},
    "sharing:text-detail": {"version": "2026-11"},
    "account:agreement-detail": {"version": "2026-11"},
    "sharing:look-report": {"sequence": 1},
    "report:shared-report": {"token": "x" * 54},
    "remedies:remedy-detail": {"key": "stretching"},
    "account:reminder-calendar": {"token": "x"},
    "account_confirm_email": {"key": "x:y:z"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
}


def row_kind(name):
    return next((kind for prefix, kind in ROW_OF.items() if name.startswith(prefix)), None)


def requests_for(world):
    """Yield (name, view, url, owner of the row) for every route and row; owner None where there is none."""
    for name, entry in routes():
        converters = entry.pattern.converters
        kind = row_kind(name)
        if kind and converters:
            parameter = next(iter(converters))
            for owner, rows in world.rows.items():
                if rows[kind] is not None:
                    yield name, entry.callback, reverse(name, kwargs={parameter: rows[kind].pk}), owner
            nothing = 7_000_000 if "int" in type(converters[parameter]).__name__.lower() else uuid.UUID(int=7)
            yield name, entry.callback, reverse(name, kwargs={parameter: nothing}), "missing"
        elif name in OTHER_PARAMETERS:
            yield name, entry.callback, reverse(name, kwargs=OTHER_PARAMETERS[name]), None
        elif "date" in converters:
            yield name, entry.callback, reverse(name, kwargs={"date": NIGHT}), None
        elif entry.pattern.regex.groups:
            yield name, entry.callback, None, None
        else:
            yield name, entry.callback, reverse(name), None


@pytest.fixture
def world(db):
    return build()


class Browser:
    """One person's logged-in session, fresh for every request and rolled back after it."""

    def __init__(self, world, role):
        self.cookies = None
        if role != "nobody":
            self.cookies = log_in(Client(), world.people[role]).cookies

    def send(self, method, url):
        client = Client(raise_request_exception=False)
        if self.cookies is not None:
            client.cookies = self.cookies.copy()
        with transaction.atomic():
            response = client.generic(method, url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        return response, body.decode(errors="replace")


def masked(body):
    """Return a body without what differs between any two answers."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "", body)


def may_open(role, world, audience, name, owner):
    """Return whether this role has any business at this URL."""
    if "public" in audience:
        return True
    if role in ("nobody", "gone"):
        return False
    person = world.people[role]
    fits = {
        "bearer": False,  # a session is no token: tests/api has the same people with tokens
        "signed_in": True,
        "patient": True,
        "clinician": person.is_clinician,
        "operator": person.is_superuser,
        "staff": person.is_staff,
    }
    if role in WITHOUT_SECOND_FACTOR:
        fits |= {"clinician": False, "operator": False, "staff": False}
    if not any(fits[each] for each in audience):
        return False
    if owner is None:
        return True
    if row_kind(name) == "patient":
        return role == "ben" and owner == "ada"
    if row_kind(name) == "account":
        return role == "odd" and owner != "missing"
    return owner == role


def belongs(role, world, audience):
    """Return whether only the second factor is missing."""
    return role in WITHOUT_SECOND_FACTOR and belongs_to(world.people[role], tuple(set(audience) & STAFF))


def test_every_route_says_whom_it_is_for():
    undeclared = [name for name, entry in routes() if not declared_audience(entry.callback, name)]
    assert undeclared == []


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_no_url_leaks_or_breaks(world, role):
    """One role over all of it; every refusal has a twin success among the other roles."""
    browser = Browser(world, role)
    forbidden = all_marks() - readable(role)
    problems, missing_answers, opened = [], {}, 0
    for name, view, url, owner in sorted(requests_for(world), key=lambda each: each[3] != "missing"):
        if url is None:
            problems.append(f"{name}: no way to fill its parameters in this test")
            continue
        audience = declared_audience(view, name)
        for method in METHODS:
            response, body = browser.send(method, url)
            where = f"{role} {method} {url} ({owner or 'no row'})"
            if response.status_code >= 500 and response.status_code != 501:
                problems.append(f"{where}: {response.status_code}")
            found = [mark for mark in forbidden if mark in body or mark in str(response.headers)]
            if found:
                problems.append(f"{where}: leaks {found}")
            if may_open(role, world, audience, name, owner):
                opened += response.status_code in (200, 302)
                continue
            if "bearer" in audience:
                if response.status_code != 401:
                    problems.append(f"{where}: {response.status_code} instead of 401")
            elif role in ("nobody", "gone"):
                if response.status_code != 302 or "/account/login/" not in response["Location"]:
                    problems.append(f"{where}: {response.status_code} instead of the log-in")
            elif belongs(role, world, audience):
                if response.status_code != 302 or response["Location"] != reverse("mfa_index"):
                    problems.append(f"{where}: {response.status_code} instead of the set-up")
            elif response.status_code not in (404, 405):
                problems.append(f"{where}: {response.status_code} instead of 404")
            elif owner == "missing":
                missing_answers[name, method] = (response.status_code, masked(body))
            elif (name, method) in missing_answers and missing_answers[name, method] != (
                response.status_code, masked(body),
            ):  # fmt: skip
                problems.append(f"{where}: answers differently from a row that does not exist")
    assert problems == []
    assert opened > 5


def test_every_row_that_is_refused_to_a_stranger_opens_for_its_owner(world):
    opened, wanted = set(), set()
    for name, _view, url, owner in requests_for(world):
        if owner in (None, "missing") or owner in ("eva", "finn", "cleo"):
            continue
        wanted.add(name)
        role = {"patient": "ben", "account": "odd"}.get(row_kind(name), owner)
        browser = Browser(world, role)
        statuses = {browser.send(method, url)[0].status_code for method in ("GET", "POST")}
        if statuses & {200, 302, 422}:
            opened.add(name)
    assert wanted == opened
    assert wanted
