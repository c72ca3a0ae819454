"""Links that open a report without an account: short-lived, limited, noted, and dead at once."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, DataConsent, Medicine, ReportLink, VisitQuestion, acting_as
from episodes.models.report import MOST_PIN_FAILURES
from episodes.models.secrets import parts_of, token_of
from episodes.report.links import MOST_REFUSALS, LinkRefused, make_link, open_link
from episodes.stats.nights import last_night
from tests.conftest import write_night

CHOICE = {"period": "28", "section": ["nights", "questions"], "days": "7", "pin": ""}


@pytest.fixture
def last(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture
def diary(ada, last):
    write_night(
        ada, last, "cramps", alcohol_drinks=3, leg_warning_sign="left", shared_note="canary-shared",
        private_note="canary-private", episodes=[{"side": "left", "location": "calf"}],
    )  # fmt: skip
    with acting_as(ada):
        VisitQuestion(patient=ada, text="canary-question", asked_on=last).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="canary-medicine").save(force_insert=True)
    return ada


def make(client, **changes):
    """Make a link through the page and return its path."""
    response = client.post(reverse("report:link-add"), {**CHOICE, **changes})
    assert response.status_code == 200, response.content.decode()[:2000]
    return re.search(r'value="http://testserver(/report/open/[\w-]+/)"', response.content.decode()).group(1)


def events_of(patient):
    with acting_as(patient):
        return [
            (event.action, event.actor_role, event.outcome, event.actor_id, event.resource)
            for event in AuditEvent.objects.owned_by(patient).order_by("sequence")
        ]


def links_of(patient):
    with acting_as(patient):
        return list(ReportLink.objects.owned_by(patient).order_by("made_at"))


def masked(response):
    """Return status and body without the token that differs in any two answers."""
    return response.status_code, re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()
    )


def test_a_link_opens_without_an_account_and_shows_the_chosen_parts_alone(clients, diary):
    address = make(clients.ada)

    response = clients.nobody.get(address)

    page = response.content.decode()
    assert response.status_code == 200
    assert "Cramp on 1 of 1 nights" in page
    assert "canary-question" in page
    for foreign in ("canary-medicine", "canary-shared", "canary-private", "Alcohol", "swollen", "left calf"):
        assert foreign not in page, foreign
    assert "/account/" not in page


def test_the_address_is_kept_as_a_hash_and_shown_once(clients, diary):
    address = make(clients.ada, pin="4711")
    token = address.rstrip("/").rpartition("/")[2]

    [link] = links_of(diary)
    with acting_as(diary):
        stored = repr(list(ReportLink.objects.owned_by(diary).values_list()))
    assert link.secret_hash in stored
    patient_id, secret = parts_of(token)
    assert patient_id == diary.pk
    assert len(secret) == 24
    assert token not in stored
    assert secret.hex() not in stored
    assert "4711" not in stored
    assert check_password("4711", link.pin_hash)
    assert token not in clients.ada.get("/report/").content.decode()


def test_two_links_to_the_same_report_have_nothing_secret_in_common(clients, diary):
    one, two = make(clients.ada), make(clients.ada)

    assert one != two
    assert len({link.secret_hash for link in links_of(diary)}) == 2


def test_no_search_engine_no_cache_and_no_other_site_learns_of_it(clients, diary):
    for address in (make(clients.ada), make(clients.ada, pin="4711")):
        response = clients.nobody.get(address)
        assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert 'content="noindex, nofollow, noarchive"' in response.content.decode()
        assert response["Cache-Control"] == "no-store, private"
        assert response["Referrer-Policy"] in ("no-referrer", "same-origin")
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', response.content.decode())
    assert clients.nobody.get(make(clients.ada))["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_is_dead_when_its_days_are_over(clients, diary, days):
    address = make(clients.ada, days=str(days))

    with time_machine.travel(timezone.now() + dt.timedelta(days=days, seconds=-20)):
        assert clients.nobody.get(address).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=days, seconds=20)):
        assert clients.nobody.get(address).status_code == 404


def end(client, diary):
    [link] = links_of(diary)
    assert client.post(reverse("report:link-end", args=[link.pk])).status_code == 302


def take_agreement_back(diary):
    DataConsent.objects.filter(user=diary).update(withdrawn_at=timezone.now())


def switch_off(diary):
    diary.is_active = False
    diary.save(update_fields=["is_active"])


@pytest.mark.parametrize("way", ["ended", "agreement", "switched off", "erased"])
def test_a_link_is_dead_at_once(clients, diary, way):
    address = make(clients.ada)
    assert clients.nobody.get(address).status_code == 200

    if way == "ended":
        end(clients.ada, diary)
    elif way == "agreement":
        take_agreement_back(diary)
    elif way == "switched off":
        switch_off(diary)
    else:
        with acting_as(diary):
            ReportLink.objects.owned_by(diary).delete()

    assert clients.nobody.get(address).status_code == 404


def test_every_dead_link_gives_the_same_bytes(clients, diary, cleo):
    ended, locked = make(clients.ada), None
    end(clients.ada, diary)
    locked = make(clients.ada, pin="4711")
    for _attempt in range(MOST_PIN_FAILURES):
        clients.nobody.post(locked, {"pin": "0000"})
    patient_id, secret = parts_of(ended.rstrip("/").rpartition("/")[2])
    addresses = [
        ended,
        locked,
        reverse("report:shared-report", args=["x" * 54]),
        reverse("report:shared-report", args=["x"]),
        reverse("report:shared-report", args=[token_of(cleo.pk, secret)]),
        reverse("report:shared-report", args=[token_of(patient_id, bytes(24))]),
    ]
    living = make(clients.ada)

    answers = {masked(clients.nobody.get(address)) for address in addresses}
    answers |= {masked(clients.nobody.post(address, {"pin": "4711"})) for address in addresses}
    headers = {str(sorted(clients.nobody.get(address).headers)) for address in addresses}

    assert len(answers) == 1
    assert len(headers) == 1
    assert next(iter(answers))[0] == 404
    assert clients.nobody.get(living).status_code == 200


def test_another_patients_secret_does_not_open_it(clients, diary, cleo):
    token = make(clients.ada).rstrip("/").rpartition("/")[2]
    _patient_id, secret = parts_of(token)

    assert (
        clients.nobody.get(reverse("report:shared-report", args=[token_of(cleo.pk, secret)])).status_code
        == 404
    )
    assert clients.nobody.get(reverse("report:shared-report", args=[token])).status_code == 200


def test_the_last_letter_of_an_address_matters(clients, diary):
    address = make(clients.ada)
    token = address.rstrip("/").rpartition("/")[2]

    for letter in "ABCDwxyz0189-_":
        other = token[:-1] + letter
        expected = 200 if other == token else 404
        assert clients.nobody.get(reverse("report:shared-report", args=[other])).status_code == expected


def test_a_pin_is_asked_for_and_opens_the_report(clients, diary):
    address = make(clients.ada, pin="4711")

    asked = clients.nobody.get(address)
    wrong = clients.nobody.post(address, {"pin": "0000"})
    right = clients.nobody.post(address, {"pin": "4711"})

    assert "canary-question" not in asked.content.decode()
    assert diary.name not in asked.content.decode()
    assert wrong.status_code == 422
    assert "This is not the PIN." in wrong.content.decode()
    assert "canary-question" not in wrong.content.decode()
    assert right.status_code == 200
    assert "canary-question" in right.content.decode()
    assert clients.nobody.post(address, {"pin": ""}).status_code == 422


def test_five_wrong_pins_close_the_link_for_the_right_one_too(clients, diary):
    address = make(clients.ada, pin="4711")

    statuses = [clients.nobody.post(address, {"pin": "0000"}).status_code for _attempt in range(6)]

    assert statuses == [422] * 5 + [404]
    assert clients.nobody.post(address, {"pin": "4711"}).status_code == 404
    assert clients.nobody.get(address).status_code == 404
    assert "Closed after five wrong PINs" in clients.ada.get("/report/").content.decode()


def test_the_right_pin_forgives_the_wrong_ones(clients, diary):
    address = make(clients.ada, pin="4711")
    for _round in range(3):
        for _attempt in range(4):
            clients.nobody.post(address, {"pin": "0000"})
        assert clients.nobody.post(address, {"pin": "4711"}).status_code == 200


def test_the_pin_form_needs_the_tokens_of_its_own_page(clients, diary):
    address = make(clients.ada, pin="4711")

    assert Client(enforce_csrf_checks=True).post(address, {"pin": "4711"}).status_code == 403


def test_each_opening_stands_in_the_patients_chain(clients, diary, ben):
    address = make(clients.ada, pin="4711")
    clients.nobody.get(address)
    clients.nobody.post(address, {"pin": "0000"})
    clients.nobody.post(address, {"pin": "4711"})
    clients.ben.post(address, {"pin": "4711"})
    end(clients.ada, diary)
    clients.nobody.get(address)

    noted = [event for event in events_of(diary) if event[4] == "report_link"]

    assert noted == [
        ("link", "patient", "done", diary.pk, "report_link"),
        ("open", "link", "refused", None, "report_link"),
        ("open", "link", "done", None, "report_link"),
        ("open", "link", "done", None, "report_link"),
        ("unlink", "patient", "done", diary.pk, "report_link"),
        ("open", "link", "refused", None, "report_link"),
    ]
    assert "Opened 2 times:" in clients.ada.get("/report/").content.decode()
    looks = clients.ada.get(reverse("sharing:look-list")).content.decode()
    assert "You made a link to your report." in looks
    assert "You ended a link to your report." in looks
    assert looks.count("Somebody opened a link to your report.") == 2


def test_a_dead_link_cannot_fill_the_chain(clients, diary):
    address = make(clients.ada)
    end(clients.ada, diary)

    assert {clients.nobody.get(address).status_code for _attempt in range(MOST_REFUSALS + 5)} == {404}

    assert sum(event[2] == "refused" for event in events_of(diary)) == MOST_REFUSALS


def test_without_an_audit_row_there_is_no_report(clients, diary):
    address = make(clients.ada)

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "auditevent" in sql:
            raise DatabaseError("no room")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        response = clients.nobody.get(address)

    assert response.status_code == 503
    assert response["Retry-After"]
    assert "canary-question" not in response.content.decode()
    assert "Cramp on" not in response.content.decode()


def test_a_link_keeps_its_nights_and_shows_corrections(clients, diary, last):
    address = make(clients.ada)

    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        later = clients.nobody.get(address).content.decode()
    assert f"to {last.day} {last:%B} {last.year}" in later
    write_night(diary, last, "no_cramps")
    assert "Cramp on 0 of 1 nights" in clients.nobody.get(address).content.decode()


def test_a_stranger_cannot_end_a_link(clients, diary, cleo):
    address = make(clients.ada)
    [link] = links_of(diary)

    foreign = clients.cleo.post(reverse("report:link-end", args=[link.pk]))
    missing = clients.cleo.post(reverse("report:link-end", args=["00000000-0000-7000-8000-000000000007"]))

    assert masked(foreign) == masked(missing)
    assert foreign.status_code == 404
    assert clients.nobody.get(address).status_code == 200
    assert links_of(cleo) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days": "2"}, "days"),
        ({"days": ""}, "required"),
        ({"pin": "12"}, "A PIN has 4 to 12 digits"),
        ({"pin": "12a4"}, "A PIN has 4 to 12 digits"),
        ({"pin": "1" * 13}, "12"),
        ({"section": []}, ""),
        ({"period": "nothing"}, ""),
    ],
)
def test_a_wrong_link_is_not_made(clients, diary, changes, sentence):
    response = clients.ada.post(reverse("report:link-add"), {**CHOICE, **changes})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert links_of(diary) == []


def test_the_action_refuses_what_the_page_would_never_send(ada, last):
    about = {"first": last, "last": last, "sections": ["nights"], "days": 7, "now": timezone.now(), "by": ada}
    with acting_as(ada):
        for wrong in ({"days": 31}, {"sections": []}, {"sections": ["canary"]}, {"pin": "١٢٣٤"}):
            with pytest.raises(LinkRefused):
                make_link(**{**about, **wrong})
        for _number in range(20):
            make_link(**about)
        with pytest.raises(LinkRefused):
            make_link(**about)


def test_an_address_that_never_was_one_asks_no_question(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        for token in ("", "x", "é", "x" * 54 + "=", "x" * 5000, "a b", "\x00"):
            assert open_link(token=token, pin=None, now=timezone.now()).outcome == "dead"


def test_the_links_of_one_patient_are_not_on_the_page_of_another(clients, diary, cleo):
    make(clients.ada)

    assert "Your links" in clients.ada.get("/report/").content.decode()
    assert "Your links" not in clients.cleo.get("/report/").content.decode()
