"""No audit row, no data: the database itself is made to refuse the row."""

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from episodes.models import AuditEvent, ReviewMark, ReviewNote
from tests.broken_audit import broken_audit
from tests.conftest import grant, looking_as, write_night

pytestmark = pytest.mark.django_db(transaction=True)  # the owner of the tables works on another connection


def rows(model, patient):
    with looking_as(patient):
        return list(model.objects.owned_by(patient))


@pytest.fixture
def broken(clients, ada, ben):
    """A shared diary, and from now on no audit row can be written."""
    date = timezone.localdate() - dt.timedelta(days=1)
    write_night(ada, date, "cramps", shared_note="word-of-shared", episodes=[{"pain_0_10": 9}])
    assert clients.ben.get("/admin/").status_code == 200
    with broken_audit() as mend:
        ada.mend_audit = mend
        yield ada


@pytest.mark.parametrize("path", ["/admin/", "/admin/?q=ada", "{}", "{}?period=all"])
def test_a_page_that_cannot_be_written_down_is_not_shown(clients, broken, path):
    url = path.format(f"/admin/patients/{broken.pk}/")
    answer = clients.ben.get(url)

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    body = answer.content.decode()
    assert "Nothing can be shown right now" in body
    for word in ("Ada", "word-of-shared", str(broken.pk)):
        assert word not in body

    broken.mend_audit()
    assert "Ada" in clients.ben.get(url).content.decode()


@pytest.mark.parametrize("part", ["notes/", "reviewed/"])
def test_what_cannot_be_written_down_is_not_kept(clients, broken, part):
    answer = clients.ben.post(f"/admin/patients/{broken.pk}/{part}", {"text": "lost"})

    assert answer.status_code == 503
    assert rows(ReviewNote, broken) == rows(ReviewMark, broken) == []


def test_a_refusal_stays_the_same_answer_and_is_said_in_the_log(clients, broken, dora, caplog):
    answer = clients.dora.get(f"/admin/patients/{broken.pk}/")

    assert answer.status_code == 404
    (said,) = [record.getMessage() for record in caplog.records if record.name == "episodes.audit.events"]
    assert "A refused reading could not be written down" in said
    assert str(broken.pk) not in said


def test_a_patient_writes_on_while_the_audit_table_is_broken(clients, broken):
    assert clients.ada.get("/calendar/").status_code == 200
    assert clients.ada.get("/sharing/looks/").status_code == 200


def test_a_consent_that_cannot_be_written_down_is_not_given(clients, broken, dora):
    before = len(rows(AuditEvent, broken))
    with pytest.raises(DatabaseError, match="broken"), transaction.atomic():
        grant(broken, dora)

    assert len(rows(AuditEvent, broken)) == before
    assert clients.dora.get(f"/admin/patients/{broken.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["cleo", "odd", "dora"])
def test_whoever_tries_without_a_consent_is_written_down(clients, ada, cleo, odd, dora, who):
    for part, method in (("", "get"), ("notes/", "post"), ("reviewed/", "post")):
        url = f"/admin/patients/{ada.pk}/{part}"
        assert getattr(getattr(clients, who), method)(url, {"text": "x"}).status_code == 404

    refusals = rows(AuditEvent, ada)
    person = {"cleo": cleo, "odd": odd, "dora": dora}[who]
    assert [(row.outcome, row.count, row.actor_id) for row in refusals] == [("refused", 0, person.pk)] * 3
    body = clients.ada.get("/sharing/looks/").content.decode()
    assert body.count("tried to look and was refused.") == 3
    assert "Cleo" not in body
