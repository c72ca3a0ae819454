"""No audit row, no data: the database itself is made to refuse the row."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from episodes.models import AuditEvent, ReviewMark, ReviewNote
from tests.conftest import grant, looking_as, write_night
from tests.plugins.flush import owner_connection

BREAK = {
    "sqlite": [
        "CREATE TRIGGER refuse_audit BEFORE INSERT ON episodes_auditevent "
        "BEGIN SELECT RAISE(ABORT, 'the audit table is broken'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit table is broken'; END $$",
        "CREATE TRIGGER refuse_audit BEFORE INSERT ON episodes_auditevent "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit()",
    ],
}
MEND = "DROP TRIGGER IF EXISTS refuse_audit" + (
    " ON episodes_auditevent" if connection.vendor == "postgresql" else ""
)


pytestmark = pytest.mark.django_db(transaction=True)  # the owner of the tables works on another connection


def run(*statements):
    if connection.vendor == "postgresql":
        with owner_connection(connection) as owner:
            for statement in statements:
                owner.execute(statement)
        return
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows(model, patient):
    with looking_as(patient):
        return list(model.objects.owned_by(patient))


@pytest.fixture
def broken(clients, ada, ben):
    """A shared diary, and from now on no audit row can be written."""
    date = timezone.localdate() - dt.timedelta(days=1)
    write_night(ada, date, "cramps", shared_note="word-of-shared", episodes=[{"pain_0_10": 9}])
    assert clients.ben.get("/admin/").status_code == 200
    run(*BREAK[connection.vendor])
    yield ada
    run(MEND)
    if connection.vendor == "postgresql":
        run("DROP FUNCTION refuse_audit()")


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

    run(MEND)
    assert "Ada" in clients.ben.get(url).content.decode()


@pytest.mark.parametrize("part", ["notes/", "reviewed/"])
def test_what_cannot_be_written_down_is_not_kept(clients, broken, part):
    answer = clients.ben.post(f"/admin/patients/{broken.pk}/{part}", {"text": "lost"})

    assert answer.status_code == 503
    assert rows(ReviewNote, broken) == rows(ReviewMark, broken) == []


def test_a_refusal_stays_the_same_answer_and_is_said_in_the_log(clients, broken, dora, caplog):
    answer = clients.dora.get(f"/admin/patients/{broken.pk}/")

    assert answer.status_code == 404
    (said,) = [record.getMessage() for record in caplog.records if record.name == "episodes.actions.audit"]
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
