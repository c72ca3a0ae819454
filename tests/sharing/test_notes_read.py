"""A clinician's note reaches the patient, and its author sees whether it was read."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from episodes.audit.notices import send_consent_notices
from episodes.models import ReviewNote, acting_as
from tests.conftest import grant, looking_as
from tests.sharing.test_notices import deaf_mail_server, notices_of  # noqa: F401

TOLD = "Dr Ben wrote to you."


@pytest.fixture
def note(clients, ada, ben, django_capture_on_commit_callbacks):
    """Return a function: Ben writes a note, and what waits for the commit runs."""

    def write(text="word-of-note", part="notes/"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = clients.ben.post(f"/admin/patients/{ada.pk}/{part}", {"text": text})
        assert answer.status_code == 302

    return write


@pytest.fixture
def reachable(ada):
    EmailAddress.objects.create(user=ada, email="ada@example.org", verified=True, primary=True)
    return ada


def review(clients, patient):
    return re.sub(r"\s+", " ", clients.ben.get(f"/admin/patients/{patient.pk}/").content.decode())


def read_at(patient):
    with looking_as(patient):
        return [note.read_at for note in ReviewNote.objects.owned_by(patient).order_by("at")]


@pytest.mark.parametrize("part", ["notes/", "reviewed/"])
def test_a_note_stands_on_top_of_today_until_it_is_read(clients, ada, note, part):
    assert TOLD not in clients.ada.get("/").content.decode()
    note(part=part)

    body = clients.ada.get("/").content.decode()
    assert TOLD in body
    assert body.index(TOLD) < body.index("Your last 7 nights")
    assert "word-of-note" not in body
    (link,) = re.findall(r'href="(/sharing/#notes)">\s*Read', body)
    assert "word-of-note" in clients.ada.get(link.partition("#")[0]).content.decode()

    assert TOLD not in clients.ada.get("/").content.decode()


def test_the_author_sees_whether_it_was_read(clients, ada, note):
    note()
    assert "not read yet" in review(clients, ada)
    assert read_at(ada) == [None]

    clients.ada.get("/sharing/")

    (moment,) = read_at(ada)
    assert abs(timezone.now() - moment) < dt.timedelta(minutes=1)
    said = review(clients, ada)
    assert "not read yet" not in said
    assert re.search(r"· read \d+ \w{3}", said)
    clients.ada.get("/sharing/")
    assert read_at(ada) == [moment]


def test_asking_for_the_headers_or_a_refused_form_reads_nothing(clients, ada, note):
    note()
    clients.ada.head("/sharing/")
    assert clients.ada.post("/sharing/questions/add/", {"text": ""}).status_code == 422

    assert read_at(ada) == [None]


def test_a_new_note_is_marked_where_it_stands(clients, ada, note):
    note()

    assert 'tag">new' in re.sub(r">\s+", ">", clients.ada.get("/sharing/").content.decode())
    assert 'tag">new' not in re.sub(r">\s+", ">", clients.ada.get("/sharing/").content.decode())


def test_a_colleague_is_not_told_whether_a_note_was_read(clients, ada, note, dora):
    note()
    grant(ada, dora)

    body = clients.dora.get(f"/admin/patients/{ada.pk}/").content.decode()
    assert "word-of-note" in body
    assert "not read yet" not in body


def test_more_notes_are_one_line_with_the_name_of_the_newest_author(clients, ada, note, dora):
    note("one")
    note("two")
    grant(ada, dora)
    clients.dora.post(f"/admin/patients/{ada.pk}/notes/", {"text": "three"})

    assert clients.ada.get("/").content.decode().count("wrote to you.") == 1
    assert "Dr Dora wrote to you." in clients.ada.get("/").content.decode()
    assert {"one", "two", "three"} <= set(
        re.findall(r"<p>(\w+)</p>", clients.ada.get("/sharing/").content.decode())
    )
    assert "wrote to you." not in clients.ada.get("/").content.decode()


def test_an_unread_note_is_never_hidden_behind_newer_ones(clients, ada, ben, note):
    note("the oldest")
    now = timezone.now()
    with acting_as(ben):
        for number in range(25):
            ReviewNote(
                patient=ada, author=ben, author_name="Dr Ben", text=f"n{number}", at=now, read_at=now
            ).save(force_insert=True)

    assert "the oldest" in clients.ada.get("/sharing/").content.decode()


def test_nobody_else_is_told_and_nobody_else_reads_for_the_patient(clients, ada, ben, cleo, note):
    note()
    clients.cleo.get("/sharing/")
    clients.ben.get("/sharing/")

    assert TOLD not in clients.cleo.get("/").content.decode()
    assert read_at(ada) == [None]


def test_the_database_keeps_a_note_from_being_read_before_it_was_written(ada, ben):
    now = timezone.now()
    early = ReviewNote(patient=ada, author=ben, text="x", at=now, read_at=now - dt.timedelta(days=1))
    with acting_as(ben), pytest.raises(IntegrityError), transaction.atomic():
        early.save(force_insert=True)


# --- The mail -------------------------------------------------------------------------------------


def test_a_note_is_mailed_in_neutral_words(reachable, note):
    note("word-of-note about the calf cramp")

    (letter,) = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert "/sharing/" in letter.body
    text = f"{letter.subject}\n{letter.body}".replace("about your health", "").lower()
    for word in ("word-of-note", "ben", "ada,", "cramp", "night", "leg", "doctor", "clinician", "health"):
        assert word not in text.replace("crampdiary", ""), word


def test_one_mail_until_the_notes_are_read(clients, reachable, note):
    note()
    note()
    assert len(mail.outbox) == 1

    clients.ada.get("/sharing/")
    note()

    assert len(mail.outbox) == 2
    assert [(row.kind, row.is_due) for row in notices_of(reachable)] == [("note", False)]


def test_who_wants_no_such_mail_gets_none_and_sees_the_line_all_the_same(clients, reachable, note):
    clients.ada.post("/sharing/mails/", {})
    note()

    assert mail.outbox == []
    assert TOLD in clients.ada.get("/").content.decode()
    body = clients.ada.get("/sharing/").content.decode()
    assert "writes to me" in body


def test_a_mail_that_could_not_go_out_goes_with_the_next_run(reachable, note, request, settings):
    backend = settings.EMAIL_BACKEND
    request.getfixturevalue("deaf_mail_server")
    note()
    assert [row.is_due for row in notices_of(reachable)] == [True]

    settings.EMAIL_BACKEND = backend
    call_command("send_consent_notices", verbosity=0)

    assert len(mail.outbox) == 1
    assert send_consent_notices(now=timezone.now()).sent == 0


def test_what_was_read_meanwhile_is_not_mailed(clients, reachable, note, request, settings):
    backend = settings.EMAIL_BACKEND
    request.getfixturevalue("deaf_mail_server")
    note()
    clients.ada.get("/sharing/")

    settings.EMAIL_BACKEND = backend

    assert send_consent_notices(now=timezone.now()).sent == 0
    assert mail.outbox == []


def test_the_consent_says_that_reading_is_told(clients, ada, ben):
    clients.ada.post("/sharing/clinician/", {"code": ben.card.code})
    words = "They see whether you have opened a note."
    assert words in clients.ada.get("/sharing/new/").content.decode()
    assert "sees that you have read it" in re.sub(r"\s+", " ", clients.ada.get("/sharing/").content.decode())
