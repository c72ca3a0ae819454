"""Proof 4, bad input: no malformed request breaks anything, and none changes what is stored.

The suite sends a fixed sample: every input somewhere, every field, every address. `make fuzz` sends all of it.
"""

import datetime as dt
import os
import random

import pytest
import time_machine
from django.db import connection

from tests.corpus.bodies import URLENCODED, Body
from tests.corpus.cases import (
    Request,
    addresses,
    input_names,
    part_of,
    product,
    right_request,
    role_of,
    sample,
)
from tests.corpus.routes import FORMS
from tests.corpus.sender import Sender, reason_of

EVENING = dt.datetime(2026, 11, 20, 19, 30, tzinfo=dt.UTC)
# How much of the whole product is sent instead of the sample: 1 is all of it, 0.1 every tenth request.
SHARE = float(os.environ.get("FUZZ_SHARE", "0"))
# Nothing in this world makes these bodies right; what they refuse is still seen.
NEVER_RIGHT = {
    "POST diary:night-length", "POST experiments:start", "POST experiments:experiment-followed", "POST account:reminder-subscribe",
    "POST account_confirm_email", "POST api:unknown", "POST api:api-root",
}  # fmt: skip
# A right body of these leads to the log-in.
TO_LOG_IN = {
    "POST admin:login",
    "POST account_logout",
    "POST mfa_authenticate",
    "POST mfa_login_webauthn",
    "POST mfa_reauthenticate_webauthn",
}


@pytest.fixture
def sender(db, settings):
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(settings.ACCOUNT_RATE_LIMITS, "1000000/m/ip")
    settings.MFA_RATE_LIMITS = {"webauthn_login": "1000000/m/ip"}
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    with time_machine.travel(
        EVENING, tick=False
    ):  # else a long run outlives what somebody proved of themselves
        made = Sender()
        made.remember()
        yield made


def test_there_are_at_least_600_inputs_and_each_is_another():
    names = input_names()
    assert len(names) == len(set(names))
    assert len(names) >= 600


def test_every_route_that_takes_something_in_is_in_the_table(sender):
    """The URLconf is asked, not a list: what answers a POST, PUT or DELETE must have its row."""
    known = {form.name for form in FORMS}
    missing = []
    for place in addresses():
        name = place.partition(" ")[2]
        url, _parameter = sender.address_of(place)
        is_api = name.startswith("api:")
        for method in ("POST", "PUT", "DELETE", "PATCH") if is_api else ("POST",):
            body = Body(b"{}", "application/json") if is_api else Body(b"x=1", URLENCODED)
            status = sender.send(Request(method, url, "", body, False), role_of(place))[0].status_code
            # 403: the description of the API, which knows no form token.
            if status not in (403, 404, 405) and f"{method} {name}" not in known:
                missing.append(f"{method} {name}: {status}")
    assert not missing, "\n".join(missing)


def test_a_right_body_is_taken(sender):
    """Otherwise a refusal of a spoilt one would say nothing."""
    wrong = []
    for form in FORMS:
        url, _parameter = sender.address_of(form.name)
        request = right_request(form, url, sender.facts)
        response, _body, _changed, others = sender.send(request, form.role, form.prepare)
        is_taken = response.status_code in (200, 201, 204, 302)
        if (
            others
            or is_taken == (form.name in NEVER_RIGHT)
            or ("/login/" in response.get("Location", "") and form.name not in TO_LOG_IN)
        ):
            wrong.append(
                f"{form.name}: {response.status_code} {response.get('Location', '')} {sorted(others)}"
            )
            wrong[-1] += f" {reason_of(response)}"
    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(12 * 3600)
def test_no_malformed_request_breaks_or_changes_anything(sender, capsys):
    # Each database gets its two thirds, both together all of the sample.
    chosen = part_of(sample(), ("sqlite", "postgresql").index(connection.vendor))
    assert len({case.input for case in chosen}) >= 600
    if SHARE:
        chance = random.Random(1)
        chosen = (case for case in product() if SHARE >= 1 or chance.random() < SHARE)
    problems = []
    for case in chosen:
        if problem := sender.try_case(case):
            problems.append(problem)
            if SHARE:  # hours may be left
                with capsys.disabled():
                    print(problem, flush=True)
    with capsys.disabled():
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(sender.answers.items()))
        print(
            f"\nmalformed corpus: {len(input_names())} inputs, {sender.count} requests, {len(sender.hit)} places ({answers})"
        )
    assert not problems, "\n".join(problems)
    assert sender.hit == {form.name for form in FORMS} | set(addresses())
