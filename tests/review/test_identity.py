"""Whose diary is it? A birth date that the patient may share, and a number that the clinician sets."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from episodes.models import AuditEvent, Consent, RecordNumber, acting_as
from episodes.sharing.actions import withdraw_consent
from tests.conftest import grant, write_night
from tests.review.test_panel import evening, names
from tests.review.test_review_page import rows, url
from tests.review.test_review_parts import text_of

NOT_SHARED = "birth date not shared"
SHARE = {"scopes": ["nights"], "period": "3", "agrees": "on"}
PLACES = ("list", "page", "text", "paper")


def agree(clients, clinician, **fields):
    """Ada shares with a clinician through the pages; return the answer."""
    clients.ada.post("/sharing/clinician/", {"code": clinician.card.code})
    return clients.ada.post("/sharing/new/", SHARE | fields)


def texts(client, patient):
    """Return what a clinician reads of a patient on each place, without tags."""
    page = client.get(url(patient))
    bodies = {
        "list": client.get("/admin/").content.decode(),
        "page": page.content.decode().split("<h1")[1].split("<pre")[0],
        "text": text_of(page).split("\n")[0],
        "paper": client.get(f"/report/patients/{patient.pk}/").content.decode(),
    }
    return {place: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)) for place, body in bodies.items()}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"birth_date": "1951-03-24"}, "born 24 March 1951"),
        ({"birth_year": "1951"}, "born 1951"),
        ({"birth_date": "1951-03-24", "birth_year": "1951"}, "born 24 March 1951"),
        ({}, NOT_SHARED),
    ],
)
def test_what_was_shared_of_the_birth_stands_wherever_the_name_does(clients, ada, ben, fields, words):
    assert agree(clients, ben, **fields).status_code == 302

    said = texts(clients.ben, ada)

    assert {place for place in PLACES if words in said[place]} == set(PLACES)
    if words != NOT_SHARED:
        assert [place for place in PLACES if NOT_SHARED in said[place]] == []


def test_only_the_clinician_who_was_told_reads_the_birth_date(clients, ada, ben, dora):
    agree(clients, ben, birth_date="1951-03-24")
    agree(clients, dora)

    assert "1951" in texts(clients.ben, ada)["page"]
    assert [place for place, said in texts(clients.dora, ada).items() if "1951" in said] == []


def test_with_the_consent_the_birth_date_goes(clients, ada, ben):
    agree(clients, ben, birth_date="1951-03-24")
    with acting_as(ada):
        withdraw_consent(consent=Consent.objects.owned_by(ada).in_force().get(), now=timezone.now(), by=ada)
    with acting_as(ben):
        assert not Consent.objects.visible_to(ben).filter(patient=ada).exists()

    assert "1951" not in clients.ben.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"birth_date": "24.3.1951"},
        {"birth_date": "1899-12-31"},
        {"birth_date": "2999-01-01"},
        {"birth_year": "1899"},
        {"birth_year": "2999"},
        {"birth_year": "x"},
        {"birth_year": "1951.5"},
        {"birth_date": "1951-03-24", "birth_year": "1952"},
    ],
)
def test_what_cannot_be_a_birth_is_refused_with_what_was_typed(clients, ada, ben, fields):
    before = rows(Consent, ada)
    answer = agree(clients, ben, **fields)

    assert answer.status_code == 422
    body = answer.content.decode()
    assert all(f'value="{value}"' in body for value in fields.values())
    assert rows(Consent, ada) == before


def test_a_change_of_the_consent_begins_with_what_was_shared(clients, ada, ben):
    agree(clients, ben, birth_date="1951-03-24")
    with acting_as(ada):
        consent = Consent.objects.owned_by(ada).in_force().get()
    assert 'value="1951-03-24"' in clients.ada.get(f"/sharing/consents/{consent.pk}/change/").content.decode()

    clients.ada.post(f"/sharing/consents/{consent.pk}/change/", SHARE | {"birth_date": ""})

    assert NOT_SHARED in texts(clients.ben, ada)["page"]
    said = clients.ada.get(f"/sharing/consents/{consent.pk}/").content.decode()
    assert "born 24 March 1951" in said


@pytest.mark.parametrize(
    "values",
    [
        {"birth_year": 1899},
        {"birth_year": 2101},
        {"birth_date": dt.date(1899, 12, 31)},
        {"birth_date": dt.date(2101, 1, 1)},
        {"birth_date": dt.date(1951, 3, 24), "birth_year": 1951},
    ],
)
def test_the_database_refuses_an_impossible_birth(ada, ben, values):
    with acting_as(ada), pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.owned_by(ada).update(**values)


# --- The record number ----------------------------------------------------------------------------


def set_number(client, patient, number):
    return client.post(url(patient, "number/"), {"number": number})


def test_a_record_number_stands_wherever_the_name_does(clients, ada, ben):
    answer = set_number(clients.ben, ada, " 12-345 A ")
    assert (answer.status_code, answer["Location"]) == (302, url(ada))

    assert {
        place for place, said in texts(clients.ben, ada).items() if "record number 12-345 A" in said
    } == set(PLACES)
    assert [event.action for event in rows(AuditEvent, ada)].count("number") == 1
    assert "Dr Ben noted a record number for you." in clients.ada.get("/sharing/looks/").content.decode()


def test_it_can_be_changed_and_taken_away(clients, ada, ben):
    set_number(clients.ben, ada, "1")
    set_number(clients.ben, ada, "2")
    assert [row.number for row in rows(RecordNumber, ada)] == ["2"]

    set_number(clients.ben, ada, "  ")
    assert rows(RecordNumber, ada) == []
    assert "record number" not in texts(clients.ben, ada)["text"]


def test_no_other_clinician_sees_it_and_the_patient_does(clients, ada, ben, dora):
    grant(ada, dora)
    set_number(clients.ben, ada, "zx-777")
    set_number(clients.dora, ada, "zx-888")

    assert [place for place, said in texts(clients.dora, ada).items() if "zx-777" in said] == []
    assert "zx-888" in texts(clients.dora, ada)["list"]
    with acting_as(dora):
        assert [row.number for row in RecordNumber.objects.visible_to(dora)] == ["zx-888"]
    with acting_as(ada):
        consent = Consent.objects.owned_by(ada).in_force().get(clinician=ben)
    said = clients.ada.get(f"/sharing/consents/{consent.pk}/").content.decode()
    assert "zx-777" in said
    assert "zx-888" not in said


def test_it_is_found_by_its_number(clients, ada, ben):
    set_number(clients.ben, ada, "zx-777")

    assert names(ben, words="X-77") == ["ada"]
    assert names(ben, words="X-78") == []


def test_a_number_outlives_the_consent_and_comes_back_with_the_next(clients, ada, ben):
    set_number(clients.ben, ada, "zx-777")
    with acting_as(ada):
        withdraw_consent(consent=Consent.objects.owned_by(ada).get(), now=timezone.now(), by=ada)
    with acting_as(ben):
        assert not RecordNumber.objects.visible_to(ben).exists()
    grant(ada, ben)

    assert "zx-777" in texts(clients.ben, ada)["page"]


@pytest.mark.parametrize("number", ["x" * 41, "a\nb", "a\x00", "12\u202e34", "1\u200b2"])
def test_a_number_that_cannot_be_kept_is_refused_and_stays_typed(clients, ada, ben, number):
    answer = set_number(clients.ben, ada, number)

    assert answer.status_code == 422
    assert rows(RecordNumber, ada) == []
    if len(number) > 40:
        assert number in answer.content.decode()


def test_it_is_part_of_the_nights(clients, ada, ben, cleo):
    grant(ada, ben, scopes=["health"])

    assert set_number(clients.ben, ada, "1").status_code == 404
    assert set_number(clients.ben, cleo, "1").status_code == 404
    assert rows(RecordNumber, ada) == rows(RecordNumber, cleo) == []


def test_own_paper_has_room_for_the_birth_date_and_a_link_says_that_it_is_not_shared(clients, ada, ben):
    agree(clients, ben, birth_date="1951-03-24")
    set_number(clients.ben, ada, "zx-777")
    write_night(ada, evening(ada))

    own = clients.ada.get("/report/?period=28&section=table&section=questions").content.decode()
    assert "Date of birth: ____" in own
    assert "1951" not in own
    assert "zx-777" not in own
