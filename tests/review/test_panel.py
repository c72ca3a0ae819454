"""The list of shared diaries: who is on it, in which order, and at what price."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, Consent, ReviewMark, acting_as
from episodes.review.panel import PanelChoice, panel_page
from episodes.stats.nights import last_night
from tests.conftest import grant, log_in, make_user, write_night

OURS = (
    "episodes_consent",
    "episodes_night",
    "episodes_episode",
    "episodes_review",
    "episodes_audit",
    "episodes_clin",
)


def evening(user, back=0):
    """Return the evening of last night, or of so many nights before."""
    return last_night(timezone.now(), user.zone) - dt.timedelta(days=back)


def page_for(clinician, **choice):
    with acting_as(clinician):
        return panel_page(
            choice=PanelChoice(**choice), last=evening(clinician), now=timezone.now(), by=clinician
        )


def names(clinician, **choice):
    return [row.patient.username for row in page_for(clinician, **choice)]


def row_of(clinician):
    (row,) = page_for(clinician)
    return row


def share(username, clinician, **fields):
    """Return a new patient who shares with the clinician, with what `write_night` takes for last night."""
    patient = make_user(username)
    scopes = fields.pop("scopes", None)
    grant(patient, clinician, scopes=scopes)
    if fields:
        back = fields.pop("back", 0)
        write_night(patient, evening(patient, back), **fields)
    return patient


def test_only_people_who_share_are_listed(clients, ben, cleo, dora):
    body = clients.ben.get("/admin/").content.decode()

    assert "Ada" in body
    assert "Cleo" not in body
    assert "Ada" not in clients.dora.get("/admin/").content.decode()


@pytest.mark.parametrize("change", ["withdrawn", "over", "not begun"])
def test_a_consent_that_does_not_hold_lists_nobody(ada, ben, change):
    now = timezone.now()
    values = {
        "withdrawn": {"withdrawn_at": now, "withdrawn_by": ada.pk},
        "over": {"valid_from": now - dt.timedelta(days=9), "valid_until": now - dt.timedelta(days=1)},
        "not begun": {"valid_from": now + dt.timedelta(days=1)},
    }[change]
    with acting_as(ada):
        Consent.objects.owned_by(ada).update(**values)

    assert names(ben) == []


def test_the_numbers_have_their_denominators(ada, ben):
    write_night(ada, evening(ada), "cramps", episodes=[{"pain_0_10": 7, "duration_seconds": 700}])
    write_night(ada, evening(ada, 1), "no_cramps")
    write_night(ada, evening(ada, 2), "unsure")
    write_night(ada, evening(ada, 27), "cramps")
    write_night(ada, evening(ada, 28), "cramps")
    write_night(ada, evening(ada, 55), "no_cramps")
    write_night(ada, evening(ada, 56), "cramps")

    row = row_of(ben)

    assert (row.written, row.cramp_nights, row.counted) == (4, 2, 3)
    assert (row.cramp_nights_before, row.counted_before) == (1, 2)
    assert (row.worst_pain, row.longest_minutes, row.last_written) == (7, 12, evening(ada))


def test_an_unanswered_length_is_no_zero_and_a_band_stays_a_band(ada, ben):
    write_night(ada, evening(ada), "cramps", episodes=[{"pain_0_10": None}])
    row = row_of(ben)
    assert (row.worst_pain, row.longest_minutes, row.longest_band) == (None, None, None)

    write_night(
        ada, evening(ada, 1), "cramps", episodes=[{"duration_band": "10_30"}, {"duration_seconds": 65}]
    )
    row = row_of(ben)
    assert (row.longest_minutes, row.longest_band) == (None, "10_30")


def test_new_warning_answers_stand_first_then_the_longest_unreviewed(ada, ben):
    quiet, warned, fresh = share("quinn", ben), share("walt", ben), share("fay", ben)
    for patient, days in ((ada, 20), (quiet, 30), (warned, 5)):
        mark(patient, ben, timezone.now() - dt.timedelta(days=days))
    write_night(warned, evening(warned), "cramps", leg_warning_sign="left")

    assert names(ben) == ["walt", "fay", "quinn", "ada"]
    assert names(ben, show="warnings") == ["walt"]

    mark(warned, ben, timezone.now())
    assert names(ben) == ["fay", "quinn", "ada", "walt"]
    assert fresh.username in names(ben)


def mark(patient, clinician, at):
    with acting_as(clinician):
        ReviewMark(patient=patient, clinician=clinician, at=at).save(force_insert=True)


@pytest.mark.parametrize(
    ("answers", "is_warning"),
    [
        ({"leg_warning_sign": "left"}, True),
        ({"leg_warning_sign": "none"}, False),
        ({"weakness_after": True}, True),
        ({"weakness_after": False}, False),
        ({"numbness": True}, True),
        ({}, False),
    ],
)
def test_only_a_ticked_sign_is_a_warning_answer(ada, ben, answers, is_warning):
    write_night(ada, evening(ada), "cramps", **answers)

    assert row_of(ben).has_new_warning is is_warning
    assert row_of(ben).warnings == is_warning


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["ada", "bo", "cy"]),
        ("-name", ["cy", "bo", "ada"]),
        ("pain", ["cy", "bo", "ada"]),
        ("-pain", ["bo", "cy", "ada"]),
        ("longest", ["bo", "cy", "ada"]),
        ("cramps", ["cy", "bo", "ada"]),
        ("written", ["bo", "cy", "ada"]),
        ("last", ["cy", "bo", "ada"]),
        ("warnings", ["bo", "ada", "cy"]),
    ],
)
def test_columns_sort_in_the_database_and_no_answer_comes_last(ada, ben, sort, order):
    bo = share(
        "bo",
        ben,
        outcome="cramps",
        back=1,
        episodes=[{"pain_0_10": 3, "duration_band": "30_60"}],
        numbness=True,
    )
    write_night(bo, evening(bo, 2), "no_cramps")
    share("cy", ben, outcome="cramps", episodes=[{"pain_0_10": 8, "duration_seconds": 90}])

    assert names(ben, sort=sort) == order


def test_a_section_that_is_not_shared_is_neither_shown_nor_sorted_by(ada, ben):
    hidden = share(
        "hal", ben, outcome="cramps", episodes=[{"pain_0_10": 9}], weakness_after=True, scopes=["habits"]
    )
    write_night(ada, evening(ada), "cramps", episodes=[{"pain_0_10": 2}])

    for sort in ("pain", "cramps", "written", "last", "warnings", "longest"):
        assert names(ben, sort=sort) == ["ada", "hal"]
    row = page_for(ben, words="hal").object_list[0]
    assert row.patient == hidden
    assert not row.has_new_warning
    assert (row.written, row.worst_pain, row.last_written, row.is_quiet) == (0, None, None, False)


def test_people_who_stopped_writing_can_be_picked(ada, ben):
    share("bo", ben, outcome="no_cramps", back=6)
    share("cy", ben, outcome="no_cramps", back=7)

    assert sorted(names(ben, show="quiet")) == ["ada", "cy"]


def test_a_name_is_found_among_those_who_share_only(ada, ben, cleo):
    assert names(ben, words="AD") == ["ada"]
    assert names(ben, words="cleo") == []


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "page=99999999999999999999999",
        "page=-1",
        "sort=patient__password",
        "sort=--pain",
        "show=x",
        "q=" + "a" * 5000,
    ],
)
def test_what_makes_no_sense_is_not_chosen(clients, ben, query):
    assert clients.ben.get(f"/admin/?{query}").status_code == 200


def queries_of(client, url="/admin/"):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [each["sql"] for each in captured if any(table in each["sql"] for table in OURS)]


@pytest.mark.parametrize("sort", ["", "cramps", "longest"])
def test_sixty_patients_cost_as_many_statements_as_three(clients, ben, sort):
    for number in range(2):
        share(f"p{number}", ben, outcome="cramps", episodes=[{"pain_0_10": 5}])
    few = queries_of(clients.ben, f"/admin/?sort={sort}")
    for number in range(2, 59):
        share(f"p{number}", ben)
    many = queries_of(clients.ben, f"/admin/?sort={sort}")

    assert len(few) == len(many) <= 8


def test_every_patient_on_the_page_shown_and_nobody_else_is_told(ada, ben):
    for number in range(55):
        share(f"p{number:02}", ben)
    client = log_in(Client(), ben)
    client.get(reverse("admin:index") + "?sort=name&page=2")

    with acting_as(ben):
        shown = {row.patient.pk for row in page_for(ben, sort="name", page=2)}
    told = {patient_id for patient_id in everybody(ben) if events(patient_id, "list")}
    assert told == shown
    assert len(shown) == 6


def everybody(clinician):
    with acting_as(clinician):
        return set(Consent.objects.visible_to(clinician).values_list("patient_id", flat=True))


def events(patient_id, action):
    from episodes.models import User

    patient = User.objects.get(pk=patient_id)
    with acting_as(patient):
        return list(AuditEvent.objects.owned_by(patient).filter(action=action))


def test_a_list_row_names_the_clinician_and_the_consent(clients, ada, ben):
    clients.ben.get("/admin/")

    (event,) = events(ada.pk, "list")
    with acting_as(ada):
        consent = Consent.objects.owned_by(ada).get()
    assert (event.actor_id, event.actor_role, event.consent_id) == (ben.pk, "clinician", consent.pk)
    assert event.request_id
    assert event.hash == event.computed_hash()


def test_marking_takes_a_warning_off_the_top(clients, ada, ben):
    write_night(ada, evening(ada), "cramps", leg_warning_sign="both")
    assert row_of(ben).has_new_warning
    clients.ben.post(f"/admin/patients/{ada.pk}/reviewed/")

    assert not row_of(ben).has_new_warning
    assert row_of(ben).warnings == 1


def test_a_clinician_who_writes_a_diary_too_is_not_their_own_patient(ada, ben):
    write_night(ben, evening(ben), "cramps", episodes=[{"pain_0_10": 10}])

    assert names(ben) == ["ada"]
    assert row_of(ben).worst_pain is None


def test_the_code_is_shown_and_can_be_replaced(clients, ben):
    before = clients.ben.get("/admin/").context["card"].code
    answer = clients.ben.post("/admin/code/", follow=True)

    after = answer.context["card"]
    assert after.code != before
    assert after.code in answer.content.decode()
    assert after.name == "Dr Ben"


def test_the_page_says_that_nobody_watches(clients, ben):
    body = clients.ben.get("/admin/").content.decode()

    assert "Nobody watches entries between visits" in body
    assert "warning answers you have not reviewed first" in body
    assert str(uuid.UUID(int=0)) not in body


def test_a_patient_with_two_consents_is_listed_and_told_once(clients, ada, ben):
    with acting_as(ada):
        first = Consent.objects.owned_by(ada).get()
        Consent(
            patient=ada, clinician=ben, valid_until=first.valid_until, text_version=first.text_version
        ).save(force_insert=True)

    assert clients.ben.get("/admin/").status_code == 200
    assert names(ben) == ["ada"]
    assert len(events(ada.pk, "list")) == 1


def test_a_clinician_who_shares_with_a_colleague_is_not_on_their_own_list(ada, ben, dora):
    grant(ben, dora)

    assert names(ben) == ["ada"]
    assert names(dora) == ["ben"]
