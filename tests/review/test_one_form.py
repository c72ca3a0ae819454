"""A note and the mark are one form: nothing that was typed is thrown away, and the mark can be taken back."""

import re
import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from episodes.models import AuditEvent, Consent, ReviewMark, ReviewNote, acting_as
from episodes.sharing.actions import withdraw_consent
from tests.conftest import grant, write_night
from tests.review.test_panel import evening, row_of
from tests.review.test_review_page import refuse_audit_rows, rows, url

KEPT = "your note was not saved"


def actions(patient, clinician):
    return [event.action for event in rows(AuditEvent, patient) if event.actor_id == clinician.pk]


def undo_form(answer):
    """Return address and fields of the Undo that a message offers."""
    body = answer.content.decode()
    action = re.search(r'action="(/admin/patients/[^"]+/undo/)"', body)[1]
    return action, {"mark": re.search(r'name="mark" value="([^"]+)"', body)[1]}


def test_marking_with_a_note_typed_keeps_both(clients, ada, ben):
    answer = clients.ben.post(url(ada, "reviewed/"), {"text": "Bring the tablets."}, follow=True)

    assert [note.text for note in rows(ReviewNote, ada)] == ["Bring the tablets."]
    assert len(rows(ReviewMark, ada)) == 1
    assert "Saved your note and marked Ada as reviewed" in answer.content.decode()
    assert answer.redirect_chain[0][0] == "/admin/"


def test_one_form_is_one_entry_in_the_log(clients, ada, ben):
    clients.ben.post(url(ada, "reviewed/"), {"text": "Bring the tablets."})
    clients.ben.post(url(ada, "reviewed/"), {"text": " "})
    clients.ben.post(url(ada, "notes/"), {"text": "And the list."})

    assert actions(ada, ben) == ["note_review", "review", "note"]
    body = clients.ada.get("/sharing/looks/").content.decode()
    assert "Dr Ben wrote a note for you and marked your diary as reviewed." in body


def test_an_empty_field_only_marks(clients, ada, ben):
    answer = clients.ben.post(url(ada, "reviewed/"), {"text": "\r\n  "}, follow=True)

    assert rows(ReviewNote, ada) == []
    assert re.search(r"Marked Ada as reviewed, \d+ \w{3,4} \d\d:\d\d\.", answer.content.decode())


@pytest.mark.parametrize("text", ["x" * 2001, "a\x00b"])
def test_a_note_that_cannot_be_kept_keeps_the_mark_back_too(clients, ada, ben, text):
    answer = clients.ben.post(url(ada, "reviewed/"), {"text": text})

    assert answer.status_code == 422
    assert text.split("\x00")[0] in answer.content.decode()
    assert rows(ReviewMark, ada) == rows(ReviewNote, ada) == []


def test_the_page_has_one_form_for_both(clients, ada, ben):
    body = clients.ben.get(url(ada)).content.decode()

    assert body.count(f'action="{url(ada, "reviewed/")}"') == 1
    assert body.count(f'formaction="{url(ada, "notes/")}"') == 1
    for words in ("Mark as reviewed", "Save note and mark as reviewed", "Save note only"):
        assert words in body


def test_a_mark_is_taken_back_and_the_note_stays(clients, ada, ben):
    write_night(ada, evening(ada), "cramps", numbness=True)
    answer = clients.ben.post(url(ada, "reviewed/"), {"text": "Seen."}, follow=True)
    assert not row_of(ben).has_new_warning

    action, fields = undo_form(answer)
    answer = clients.ben.post(action, fields, follow=True)

    assert "Ada is no longer marked as reviewed." in answer.content.decode()
    assert row_of(ben).has_new_warning
    assert row_of(ben).last_review is None
    assert [note.text for note in rows(ReviewNote, ada)] == ["Seen."]
    assert actions(ada, ben)[-2:] == ["take_back_review", "list"]
    assert "Dr Ben took back the mark" in clients.ada.get("/sharing/looks/").content.decode()


def test_an_earlier_review_counts_again(clients, ada, ben):
    clients.ben.post(url(ada, "reviewed/"))
    clients.ben.get("/admin/")  # the first message is read
    (first,) = rows(ReviewMark, ada)
    answer = clients.ben.post(url(ada, "reviewed/"), follow=True)

    action, fields = undo_form(answer)
    clients.ben.post(action, fields)

    assert rows(ReviewMark, ada) == [first]


def test_undo_twice_writes_one_entry(clients, ada, ben):
    action, fields = undo_form(clients.ben.post(url(ada, "reviewed/"), follow=True))
    clients.ben.post(action, fields)
    answer = clients.ben.post(action, fields, follow=True)

    assert answer.status_code == 200
    assert "There is nothing to undo." in answer.content.decode()
    assert actions(ada, ben).count("take_back_review") == 1


@pytest.mark.parametrize("mark", ["", "x", str(uuid.UUID(int=7)), "\x00"])
def test_an_unknown_mark_takes_nothing_back(clients, ada, ben, mark):
    clients.ben.post(url(ada, "reviewed/"))

    assert clients.ben.post(url(ada, "reviewed/undo/"), {"mark": mark}).status_code == 302
    assert len(rows(ReviewMark, ada)) == 1


def test_nobody_takes_back_a_colleagues_mark(clients, ada, ben, dora):
    grant(ada, dora)
    clients.ben.post(url(ada, "reviewed/"))
    (mark,) = rows(ReviewMark, ada)

    clients.dora.post(url(ada, "reviewed/undo/"), {"mark": str(mark.pk)})

    assert rows(ReviewMark, ada) == [mark]


def test_without_an_audit_row_no_mark_is_taken_back_and_the_note_is_handed_back(clients, ada, ben):
    action, fields = undo_form(clients.ben.post(url(ada, "reviewed/"), follow=True))
    client = clients.ben
    with connection.execute_wrapper(refuse_audit_rows):
        assert client.post(action, fields).status_code == 503
        answer = client.post(url(ada, "reviewed/"), {"text": "typed at length"})

    assert answer.status_code == 503
    assert "typed at length" in answer.content.decode()
    assert len(rows(ReviewMark, ada)) == 1


# --- Withdrawn while a note was typed ----------------------------------------------------------------


def withdraw(patient):
    with acting_as(patient):
        consent = Consent.objects.owned_by(patient).in_force().get()
        withdraw_consent(consent=consent, now=timezone.now(), by=patient)


@pytest.mark.parametrize("part", ["notes/", "reviewed/"])
@pytest.mark.parametrize("text", ["typed for ten minutes", "x" * 2001])
def test_a_note_typed_while_the_consent_ended_is_handed_back(clients, ada, ben, part, text):
    clients.ben.get(url(ada))
    withdraw(ada)

    answer = clients.ben.post(url(ada, part), {"text": text, "seen": "1700000000"})
    body = answer.content.decode()

    assert answer.status_code == 404
    assert "not, or no longer, shared" in body
    assert KEPT in body
    assert text in body
    assert "mistyped" not in body
    assert rows(ReviewNote, ada) == rows(ReviewMark, ada) == []


@pytest.mark.parametrize("part", ["notes/", "reviewed/"])
def test_one_save_in_vain_is_one_refused_look(clients, ada, ben, part):
    withdraw(ada)
    clients.ben.post(url(ada, part), {"text": "typed"})

    assert [event.outcome for event in rows(AuditEvent, ada)].count("refused") == 1
    assert clients.ada.get("/sharing/looks/").content.decode().count("tried to look and was refused") == 1


@pytest.mark.parametrize("part", ["notes/", "reviewed/", "reviewed/undo/"])
@pytest.mark.parametrize("fields", [{"text": "typed"}, {"text": ""}, {}])
def test_the_answer_tells_nobody_who_exists(clients, ada, ben, cleo, part, fields):
    withdraw(ada)
    answers = [
        clients.ben.post(f"/admin/patients/{key}/{part}", fields) for key in (ada.pk, cleo.pk, uuid.uuid4())
    ]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", each.content.decode()) for each in answers
    }
    assert len(bodies) == 1


def test_where_the_nights_are_not_shared_a_note_is_handed_back_too(clients, ada, ben):
    grant(ada, ben, scopes=["health"])

    answer = clients.ben.post(url(ada, "notes/"), {"text": "x" * 2001})

    assert answer.status_code == 404
    assert "x" * 2001 in answer.content.decode()


def test_the_undo_has_an_address_of_its_own(ada):
    assert reverse("admin:patient-review-undo", args=[ada.pk]) == url(ada, "reviewed/undo/")
