"""One shared diary: what a clinician sees, may not see, and leaves behind."""

import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from episodes.models import (
    SCOPES,
    AuditEvent,
    Condition,
    Consent,
    Medicine,
    ReviewMark,
    ReviewNote,
    VisitQuestion,
    acting_as,
)
from episodes.stats.nights import last_night
from tests.conftest import grant, looking_as, write_night


def evening(user, back=0):
    return last_night(timezone.now(), user.zone) - dt.timedelta(days=back)


def url(patient, part=""):
    return f"/admin/patients/{patient.pk}/{part}"


def rows(model, patient):
    with acting_as(patient):
        return list(model.objects.owned_by(patient))


@pytest.fixture
def diary(ada):
    """Ada's diary with a word of its own in every section that can be shared."""
    write_night(
        ada,
        evening(ada),
        "cramps",
        shared_note="word-of-shared",
        private_note="word-of-private",
        alcohol_drinks=13.5,
        fluid_ml=4321,
        sitting_hours=6,
        episodes=[{"pain_0_10": 9, "location": "calf", "side": "left", "duration_seconds": 754}],
    )
    with acting_as(ada):
        Condition(patient=ada, key="kidney", started_on=dt.date(2020, 1, 1)).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="word-of-medicine").save(force_insert=True)
        VisitQuestion(patient=ada, text="word-of-question", asked_on=dt.date(2026, 1, 1)).save(
            force_insert=True
        )
    return ada


MARKS = {
    "nights": ["Left calf", "13 min"],
    "habits": ["4,321"],
    "alcohol": ["<td>13.5</td>", "Alcohol"],
    "health": ["Kidney disease", "word-of-medicine"],
    "notes": ["word-of-shared"],
    "report": ["word-of-question"],
}


def marks_in(body):
    text = body.replace("4321", "4,321")
    return {scope for scope, words in MARKS.items() if any(word in text for word in words)}


def open_with(clients, diary, ben, scopes, query="?period=28"):
    grant(diary, ben, scopes=scopes)
    answer = clients.ben.get(url(diary) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_section_that_is_shared_is_shown(clients, diary, ben):
    body = open_with(clients, diary, ben, list(MARKS))

    assert marks_in(body) == set(MARKS)
    assert "word-of-private" not in body


@pytest.mark.parametrize("left_out", ["habits", "alcohol", "health", "notes", "report"])
def test_a_section_that_is_not_shared_leaves_no_word(clients, diary, ben, left_out):
    body = open_with(clients, diary, ben, [scope for scope in MARKS if scope != left_out])

    assert marks_in(body) == set(MARKS) - {left_out}


def test_without_the_nights_nothing_of_them_is_left(clients, diary, ben):
    body = open_with(clients, diary, ben, ["health", "notes", "report"])

    assert marks_in(body) == {"health", "notes", "report"}
    assert "The patient chose what to share with you." in body
    assert "Mark as reviewed" not in body
    assert clients.ben.post(url(diary, "notes/"), {"text": "hello"}).status_code == 404
    assert rows(ReviewMark, diary) == []


def test_every_period_opens_and_an_unknown_one_is_the_usual(clients, diary, ben):
    for period in ("28", "56", "182", "all", "nonsense", "-1"):
        assert clients.ben.get(url(diary) + f"?period={period}").status_code == 200


def test_an_empty_diary_opens(clients, ada, ben):
    for period in ("28", "all"):
        answer = clients.ben.get(url(ada) + f"?period={period}")
        assert answer.status_code == 200
        assert answer.context["summary"].written == 0


def test_numbers_carry_denominators_and_the_time_before(clients, ada, ben):
    for back in range(3):
        write_night(ada, evening(ada, back), "cramps", episodes=[{"pain_0_10": 4 + back}])
    write_night(ada, evening(ada, 3), "no_cramps")
    write_night(ada, evening(ada, 28), "cramps")
    write_night(ada, evening(ada, 29), "no_cramps")

    answer = clients.ben.get(url(ada) + "?period=28")
    summary, body = answer.context["summary"], answer.content.decode()

    assert (summary.now.cramps, summary.now.counted) == (3, 4)
    assert (summary.before.cramps, summary.before.counted) == (1, 2)
    assert (summary.pain_middle, summary.pain_worst, summary.pain_answers) == (5, 6, 3)
    assert "3 of 4" in body
    assert "4 of 28" in body
    assert "1 of 2 in the same time before" in body


def test_the_drawings_are_made_from_the_same_nights(clients, diary, ben):
    cards = clients.ben.get(url(diary) + "?period=28").context["cards"]

    assert (cards.nights_in_range, cards.written) == (28, 1)
    assert cards.weekly.result.cramps == 1


def test_every_night_stands_in_the_table_the_unwritten_too(clients, diary, ben):
    lines = clients.ben.get(url(diary) + "?period=28").context["lines"]

    assert len(lines) == 28
    assert [line.record is None for line in lines] == [False] + [True] * 27


def test_half_a_year_of_nights_comes_in_pages(clients, diary, ben):
    answer = clients.ben.get(url(diary) + "?period=182&nights=4")

    assert len(answer.context["lines"]) == 182 - 3 * 56


def test_a_diary_that_is_not_shared_is_not_found(clients, ada, ben, cleo, dora):
    missing = clients.ben.get(f"/admin/patients/{uuid.uuid4()}/")
    foreign = clients.ben.get(url(cleo))

    assert missing.status_code == foreign.status_code == clients.dora.get(url(ada)).status_code == 404
    assert clients.ben.get(url(ada)).status_code == 200


@pytest.mark.parametrize("who", ["ada", "cleo", "odd", "nobody"])
def test_only_clinicians_open_a_review(clients, ada, ben, cleo, odd, who):
    for part, method in (("", "get"), ("notes/", "post"), ("reviewed/", "post")):
        answer = getattr(getattr(clients, who), method)(url(ada, part))
        assert answer.status_code == (302 if who == "nobody" else 404)


def test_withdrawing_closes_the_very_next_request(clients, ada, ben):
    assert clients.ben.get(url(ada)).status_code == 200
    with acting_as(ada):
        Consent.objects.owned_by(ada).update(withdrawn_at=timezone.now(), withdrawn_by=ada.pk)

    assert clients.ben.get(url(ada)).status_code == 404
    assert clients.ben.post(url(ada, "notes/"), {"text": "too late"}).status_code == 404
    assert clients.ben.post(url(ada, "reviewed/")).status_code == 404


def test_every_look_and_every_refusal_is_told_to_the_patient(clients, ada, ben, dora):
    write_night(ada, evening(ada), "no_cramps")
    clients.ben.get(url(ada))
    clients.dora.get(url(ada))

    looks = [event for event in rows(AuditEvent, ada) if event.action == "read"]
    assert [(event.actor_id, event.outcome, event.count) for event in looks] == [
        (ben.pk, "done", 1),
        (dora.pk, "refused", 0),
    ]
    body = clients.ada.get("/sharing/").content.decode()
    assert "tried to look and was refused" in body


def test_nobody_can_fill_the_chain_of_another_person(clients, ada, dora, cleo):
    for _try in range(25):
        assert clients.dora.get(f"/admin/patients/{ada.pk}/").status_code == 404
    for _try in range(3):
        assert clients.cleo.get(f"/report/patients/{ada.pk}/").status_code == 404

    with looking_as(ada):
        refused = (
            AuditEvent.objects.owned_by(ada).filter(outcome="refused").values_list("actor_id", flat=True)
        )
        assert Counter(refused) == {dora.pk: 20, cleo.pk: 3}


def refuse_audit_rows(execute, sql, params, many, context):
    if sql.startswith("INSERT") and "episodes_auditevent" in sql:
        raise DatabaseError("the disk is full")
    return execute(sql, params, many, context)


@pytest.mark.parametrize("path", ["/admin/", "patient"])
def test_without_an_audit_row_there_is_no_data(clients, diary, ben, path):
    client = clients.ben
    with connection.execute_wrapper(refuse_audit_rows):
        answer = client.get(url(diary) if path == "patient" else path)

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "Ada" not in answer.content.decode()
    assert not marks_in(answer.content.decode())


def test_a_note_without_an_audit_row_is_not_kept(clients, ada, ben):
    client = clients.ben
    with connection.execute_wrapper(refuse_audit_rows):
        assert client.post(url(ada, "notes/"), {"text": "zxlost"}).status_code == 503

    assert "zxlost" not in clients.ada.get("/sharing/").content.decode()


def test_the_patient_reads_what_a_clinician_notes(clients, ada, ben):
    answer = clients.ben.post(url(ada, "notes/"), {"text": "Bring the tablets along."})

    assert answer.status_code == 302
    assert "Bring the tablets along." in clients.ada.get("/sharing/").content.decode()
    assert "Bring the tablets along." in clients.ben.get(url(ada)).content.decode()
    assert [event.action for event in rows(AuditEvent, ada)].count("note") == 1


def test_another_clinician_reads_the_note_only_with_a_consent(clients, ada, ben, dora):
    clients.ben.post(url(ada, "notes/"), {"text": "word-of-note"})
    grant(ada, dora, scopes=["habits"])
    assert "word-of-note" not in clients.dora.get(url(ada)).content.decode()

    grant(ada, dora)
    assert "word-of-note" in clients.dora.get(url(ada)).content.decode()


def test_a_note_of_somebody_who_reads_more_stays_with_its_author_and_the_patient(clients, ada, ben, dora):
    clients.ben.post(url(ada, "notes/"), {"text": "word-of-note"})
    grant(ada, dora, scopes=[scope for scope in SCOPES if scope != "alcohol"])

    assert "word-of-note" not in clients.dora.get(url(ada)).content.decode()
    grant(ada, ben, scopes=["nights"])
    assert "word-of-note" in clients.ben.get(url(ada)).content.decode()
    assert "word-of-note" in clients.ada.get("/sharing/").content.decode()


def test_a_note_from_before_its_sections_were_kept_is_shown_to_no_colleague(clients, ada, ben, dora):
    with acting_as(ben):
        ReviewNote(patient=ada, author=ben, author_name="Dr Ben", text="word-of-old").save(force_insert=True)
    grant(ada, dora)

    assert "word-of-old" not in clients.dora.get(url(ada)).content.decode()
    assert "word-of-old" in clients.ben.get(url(ada)).content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\x00b"])
def test_a_note_that_cannot_be_kept_is_refused_and_stays_typed(clients, ada, ben, text):
    answer = clients.ben.post(url(ada, "notes/"), {"text": text})

    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    assert [event.action for event in rows(AuditEvent, ada)].count("note") == 0
    assert text[:50].strip("\x00 ").split("\x00")[0] in answer.content.decode()


def test_marking_as_reviewed_leads_back_to_the_list(clients, ada, ben):
    answer = clients.ben.post(url(ada, "reviewed/"))

    assert answer["Location"] == "/admin/"
    (mark,) = rows(ReviewMark, ada)
    assert mark.clinician_id == ben.pk
    assert [event.action for event in rows(AuditEvent, ada)].count("review") == 1


def test_nothing_on_the_page_changes_the_diary(clients, diary, ben):
    before = clients.ada.get("/calendar/").content
    clients.ben.get(url(diary))
    for part in ("", "notes/", "reviewed/"):
        clients.ben.post(url(diary, part), {"outcome": "no_cramps", "patient": str(ben.pk), "text": ""})

    assert clients.ada.get("/calendar/").status_code == 200
    assert b"word-of-private" not in before
    assert rows(Condition, diary)[0].key == "kidney"


def statements_of_a_look(client, address):
    """Return how many statements one look costs, without those that count looks for their limit."""
    with CaptureQueriesContext(connection) as sent:
        client.get(address)
    return len([each for each in sent if "crampdiary_cache" not in each["sql"]])


def test_a_look_costs_as_many_statements_for_a_year_as_for_a_week(clients, ada, ben):
    for back in range(7):
        write_night(ada, evening(ada, back), "cramps", episodes=[{"pain_0_10": 5}, {"pain_0_10": 3}])
    clients.ben.get(url(ada))
    week = statements_of_a_look(clients.ben, url(ada))
    for back in range(7, 60):
        write_night(ada, evening(ada, back), "cramps", episodes=[{"pain_0_10": 5}, {"pain_0_10": 3}])
    longer = statements_of_a_look(clients.ben, url(ada) + "?period=all")

    assert longer == week <= 30
