"""Whatever writes a mail or an audit row or starts a process on a click can be clicked only so often."""

import re
import sys

import pytest
from django.core import mail
from django.db import transaction

from episodes.models import AuditEvent, acting_as
from tests.corpus.bodies import Body
from tests.corpus.cases import Request, addresses, right_request, role_of
from tests.corpus.routes import FORMS
from tests.corpus.test_corpus import sender  # noqa: F401  a fixture
from tests.matrix.people import PATIENTS

# Every route that leaves such a trace in this world. A new one is missing here and fails the test until it has a limit.
TRACES = {
    "POST admin:patient-number",
    "GET admin:index", "GET admin:patient-detail", "GET report:patient-report", "GET report:patient-pdf", "GET report:visit-pdf",
    "GET exchange:nights-csv", "GET exchange:episodes-csv", "GET exchange:own-habits-csv", "GET exchange:diary-json",
    "GET exchange:fhir-json", "GET exchange:code-book-csv", "GET export-archive", "GET api:export",
    "POST sharing:consent-add", "POST sharing:consent-change", "POST sharing:consent-withdraw", "POST sharing:look-report",
    "POST report:link-add", "POST report:link-end", "POST report:shared-report", "POST exchange:import-preview",
    "POST account:erase", "POST account:token-make", "POST account:token-end",
    "POST admin:patient-note", "POST admin:patient-reviewed", "POST admin:code-replace",
    "POST account_signup", "POST account_email", "POST account_reset_password",
}  # fmt: skip
processes = []


def note_process(event, _arguments):
    if event == "subprocess.Popen":
        processes.append(event)


sys.addaudithook(note_process)


def traces(world):
    """Return how many audit rows, mails and processes there have been."""
    rows = 0
    for name in PATIENTS:
        with acting_as(world.people[name]):
            rows += AuditEvent.objects.owned_by(world.people[name]).count()
    return rows, len(mail.outbox), len(processes)


@pytest.mark.timeout(600)
def test_what_writes_a_mail_or_an_audit_row_or_starts_a_process_stops_at_its_limit(
    sender, settings, django_capture_on_commit_callbacks  # noqa: F811
):  # fmt: skip
    from crampdiary import settings as real

    settings.ACCOUNT_RATE_LIMITS = {
        action: re.sub(r"\d+/\w+/", "1/d/", rates) for action, rates in real.ACCOUNT_RATE_LIMITS.items()
    }
    places = [(form.name, form) for form in FORMS] + [(place, None) for place in addresses()]
    found, without_limit = set(), []
    for place, form in places:
        url, _parameter = sender.address_of(place)
        request = (
            right_request(form, url, sender.facts) if form else Request("GET", url, "", Body(b"", ""), False)
        )
        with transaction.atomic():
            seen = [traces(sender.world)]
            for _click in range(2):
                with django_capture_on_commit_callbacks(execute=True):
                    response = sender.send(
                        request, form.role if form else role_of(place), form and form.prepare, is_kept=True
                    )[0]
                seen.append(traces(sender.world))
            transaction.set_rollback(True)
        if seen[1] != seen[0]:
            found.add(place)
        if seen[2] != seen[1]:
            without_limit.append(f"{place}: {response.status_code} {seen}")
    assert not without_limit, "\n".join(without_limit)
    assert (TRACES - found, found - TRACES) == (set(), set())
