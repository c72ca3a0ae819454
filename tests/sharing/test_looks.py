"""Who has looked, in plain words, and saying that an entry looks wrong."""

import io

import pytest
from django.core import mail
from django.core.management import call_command

from episodes.models import AuditEvent
from tests.conftest import looking_as


def rows(patient, **fields):
    with looking_as(patient):
        return list(AuditEvent.objects.owned_by(patient).filter(**fields).order_by("sequence"))


def listed():
    out = io.StringIO()
    call_command("reported_looks", stdout=out)
    return out.getvalue()


@pytest.fixture
def look(clients, ada, ben):
    """The entry of Ben's look at Ada's diary."""
    clients.ben.get(f"/admin/patients/{ada.pk}/")
    (entry,) = rows(ada, action="read")
    return entry


def report(client, sequence):
    return client.post(f"/sharing/looks/{sequence}/report/")


def test_an_entry_that_looks_wrong_is_reported_with_one_press(
    clients, ada, odd, look, django_capture_on_commit_callbacks
):
    assert "This looks wrong" in clients.ada.get("/sharing/looks/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = report(clients.ada, look.sequence)

    assert answer["Location"] == "/sharing/looks/"
    (kept,) = rows(ada, action="report")
    assert (kept.resource, kept.actor_role) == (f"look {look.sequence}", "patient")
    body = clients.ada.get("/sharing/looks/").content.decode()
    assert "You reported this." in body
    assert "You reported an entry of this list." in body
    (letter,) = mail.outbox
    assert letter.to == ["odd@example.org"]
    for word in ("ada", "Ada", "Ben", str(ada.pk)):
        assert word not in letter.subject + letter.body


@pytest.mark.django_db(transaction=True)  # the command reads as the owner of the tables
def test_the_operator_finds_the_report_and_who_had_looked(clients, ada, ben, look):
    assert listed() == "Nobody has reported anything.\n"
    report(clients.ada, look.sequence)

    (line,) = listed().splitlines()
    assert f"ada reported entry {look.sequence}: read (done) by Ben, clinician" in line
    assert look.request_id in line


def test_a_second_press_adds_nothing(clients, ada, odd, look, django_capture_on_commit_callbacks):
    report(clients.ada, look.sequence)
    with django_capture_on_commit_callbacks(execute=True):
        assert report(clients.ada, look.sequence).status_code == 302

    assert len(rows(ada, action="report")) == 1
    assert mail.outbox == []


@pytest.mark.parametrize("sequence", [0, 99, 2**31, 10**30])
def test_an_entry_that_is_not_there_is_not_found(clients, ada, look, sequence):
    assert report(clients.ada, sequence).status_code == 404
    assert rows(ada, action="report") == []


def test_a_report_cannot_be_reported_and_other_lists_are_out_of_reach(clients, ada, cleo, look):
    report(clients.ada, look.sequence)
    (kept,) = rows(ada, action="report")

    assert report(clients.ada, kept.sequence).status_code == 404
    assert report(clients.cleo, look.sequence).status_code == 404
    assert clients.ben.get(f"/sharing/looks/{look.sequence}/report/").status_code == 405
    assert rows(cleo) == []


def test_the_overview_stays_short(clients, ada, look):
    assert "This looks wrong" not in clients.ada.get("/sharing/").content.decode()
