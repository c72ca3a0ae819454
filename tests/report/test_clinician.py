"""A clinician prints a shared diary: consented parts alone, noted, and nothing after a withdrawal."""

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, Consent, Medicine, VisitQuestion, acting_as
from episodes.sharing.actions import withdraw_consent
from episodes.stats.nights import last_night
from tests.conftest import grant, write_night
from tests.report.test_links import masked
from tests.report.test_page import text_of

MARKS = {
    "nights": "Cramp on 1 of 1 nights",
    "habits": "Sitting",
    "alcohol": "Alcohol",
    "health": "canary-medicine",
    "report": "canary-question",
}


@pytest.fixture
def diary(ada):
    last = last_night(timezone.now(), ada.zone)
    write_night(
        ada, last, "cramps", alcohol_drinks=3, sitting_hours=8, private_note="canary-private",
        shared_note="canary-shared", episodes=[{"side": "left", "location": "calf"}],
    )  # fmt: skip
    with acting_as(ada):
        VisitQuestion(patient=ada, text="canary-question", asked_on=last).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="canary-medicine").save(force_insert=True)
    return ada


def address(patient, name="report:patient-report"):
    return reverse(name, args=[patient.pk])


@pytest.mark.parametrize("scope", MARKS)
def test_a_part_stands_on_the_paper_only_under_its_consent(clients, diary, dora, scope):
    grant(diary, dora, scopes={"nights", scope})

    text = text_of(clients.dora.get(address(diary)).content.decode())

    assert {key for key, mark in MARKS.items() if mark in text} == {"nights", scope}
    assert "canary-private" not in text
    assert "canary-shared" not in text


def test_without_the_nights_there_is_no_report(clients, diary, dora):
    grant(diary, dora, scopes={"report", "health"})

    assert clients.dora.get(address(diary)).status_code == 404
    assert clients.dora.get(address(diary, "report:patient-pdf")).status_code == 404


def test_the_paper_says_who_printed_it_and_the_patient_can_read_that(clients, diary, ben):
    text = text_of(clients.ben.get(address(diary)).content.decode())

    assert "Printed by Ben: the parts that the patient shares, not looked through by the patient." in text
    with acting_as(diary):
        event = AuditEvent.objects.owned_by(diary).order_by("-sequence").first()
        consent = Consent.objects.owned_by(diary).get()
    assert (event.action, event.resource, event.actor_id, event.consent_id) == (
        "print", "report", ben.pk, consent.pk,
    )  # fmt: skip


def test_a_clinician_gets_the_pdf_too(clients, diary, ben):
    response = clients.ben.get(address(diary, "report:patient-pdf"))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["report:patient-report", "report:patient-pdf"])
def test_a_withdrawal_makes_the_next_click_a_404_that_is_noted(clients, diary, ben, cleo, name):
    assert clients.ben.get(address(diary, name)).status_code == 200
    with acting_as(diary):
        consent = Consent.objects.owned_by(diary).get()
        withdraw_consent(consent=consent, now=timezone.now(), by=diary)

    gone, never = clients.ben.get(address(diary, name)), clients.ben.get(address(cleo, name))

    assert gone.status_code == never.status_code == 404
    assert masked(gone) == masked(never)
    for patient in (diary, cleo):
        with acting_as(patient):
            event = AuditEvent.objects.owned_by(patient).order_by("-sequence").first()
        assert (event.action, event.outcome, event.actor_id) == ("print", "refused", ben.pk)


@pytest.mark.parametrize("name", ["report:patient-report", "report:patient-pdf", "report:visit-pdf"])
def test_what_cannot_be_noted_is_not_shown(clients, diary, ben, name):
    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "auditevent" in sql:
            raise DatabaseError("no room")
        return execute(sql, params, many, context)

    own = name == "report:visit-pdf"
    client, path = (clients.ada, reverse(name)) if own else (clients.ben, address(diary, name))
    client.get(path)  # the log-in's own rows are written before
    with connection.execute_wrapper(refuse):
        response = client.get(path)

    assert response.status_code == 503
    assert response["Retry-After"]
    assert "Cramp on" not in response.content.decode()
    assert not response.content.startswith(b"%PDF")
