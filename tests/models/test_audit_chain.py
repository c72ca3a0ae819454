"""The audit chains: append-only, and every change made behind the product's back is found."""

import io
import json

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from episodes.audit.anchor import heads_in
from episodes.audit.events import append_audit
from episodes.models import AuditEvent, acting_as
from episodes.models.database.ddl import append_only_triggers
from episodes.web.roles import end_clinician, replace_code
from tests.conftest import grant, looking_as
from tests.plugins.flush import owner_connection

TABLE = "episodes_auditevent"
DROP_TRIGGERS = {
    "sqlite": [f"DROP TRIGGER {TABLE}_no_update", f"DROP TRIGGER {TABLE}_no_delete"],
    "postgresql": [f"DROP TRIGGER {TABLE}_append_only ON {TABLE}"],
}
MAKE_TRIGGER = (
    f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse_change()"
)

pytestmark = pytest.mark.django_db(transaction=True)  # the owner of the tables works on another connection


def run(sql, *values):
    """Change rows as somebody who owns the database."""
    if connection.vendor == "postgresql":
        with owner_connection(connection) as owner:
            owner.execute(sql, values)
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def plain(patient):
    """Return the patient's id as this database stores it."""
    return patient.pk.hex if connection.vendor == "sqlite" else patient.pk


def rows_of(patient):
    with looking_as(patient):
        return list(AuditEvent.objects.owned_by(patient).order_by("sequence"))


@pytest.fixture
def place(settings, tmp_path):
    settings.AUDIT_ANCHOR = str(tmp_path / "heads.jsonl")
    return tmp_path / "heads.jsonl"


@pytest.fixture
def chain(ada, ben, cleo, place):
    """Ada's chain of six rows and Cleo's of two, anchored as they were written."""
    with acting_as(ben):
        for _look in range(5):
            append_audit(patient_ids=[ada.pk], action="read", resource="review", now=timezone.now(), by=ben)
        for _look in range(2):
            append_audit(patient_ids=[cleo.pk], action="read", resource="review", now=timezone.now(), by=ben)
    assert [row.sequence for row in rows_of(ada)] == [1, 2, 3, 4, 5, 6]
    return ada


@pytest.fixture
def unlocked(chain):
    """The chain with the triggers gone, as for somebody who owns the database."""
    triggers = [MAKE_TRIGGER] if connection.vendor == "postgresql" else append_only_triggers(TABLE)
    for statement in DROP_TRIGGERS[connection.vendor]:
        run(statement)
    yield chain
    for statement in triggers:
        run(statement)


def verify(*arguments):
    """Return (exit status, what was printed)."""
    out = io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except CommandError as error:
        return error.returncode, out.getvalue() + str(error)
    return 0, out.getvalue()


def seal(event, previous):
    """Give a row the hashes that fit it, as somebody would who knows how they are made."""
    event.previous_hash = previous
    event.hash = event.computed_hash()
    run(
        f"UPDATE {TABLE} SET previous_hash = %s, hash = %s WHERE patient_id = %s AND sequence = %s",
        event.previous_hash,
        event.hash,
        plain_id(event.patient_id),
        event.sequence,
    )


def plain_id(pk):
    return pk.hex if connection.vendor == "sqlite" else pk


@pytest.mark.parametrize("statement", [f"UPDATE {TABLE} SET actor_name = 'nobody'", f"DELETE FROM {TABLE}"])
def test_the_database_refuses_to_change_a_row(chain, statement):
    with pytest.raises((DatabaseError, psycopg.DatabaseError), match="append-only"):
        run(statement)

    assert len(rows_of(chain)) == 6


def test_whole_chains_are_said_to_be_whole(chain):
    status, said = verify()

    assert status == 0
    assert "8 rows in 2 chains are whole; 7 anchored heads agree." in said


def test_an_edited_row_is_found_in_one_sentence(unlocked):
    run(f"UPDATE {TABLE} SET actor_name = 'nobody' WHERE patient_id = %s AND sequence = 3", plain(unlocked))

    status, said = verify()

    assert status == 1
    assert f"Patient {unlocked.pk}: row 3 was changed." in said
    assert "1 of 2 chains are broken." in said
    assert said.count("Patient ") == 1


@pytest.mark.parametrize("column", ["at", "actor_id", "action", "count", "purpose", "outcome", "request_id"])
def test_no_column_can_be_edited_unseen(unlocked, column):
    value = {"at": "2020-01-01 00:00:00+00", "actor_id": None, "count": 9}.get(column, "other")
    run(f"UPDATE {TABLE} SET {column} = %s WHERE patient_id = %s AND sequence = 2", value, plain(unlocked))

    assert verify()[0] == 1


def test_a_deleted_row_is_found(unlocked):
    run(f"DELETE FROM {TABLE} WHERE patient_id = %s AND sequence = 3", plain(unlocked))

    status, said = verify()

    assert (status, f"Patient {unlocked.pk}: row 3 is missing." in said) == (1, True)


def test_a_deleted_row_is_found_where_the_later_ones_were_numbered_anew(unlocked):
    run(f"DELETE FROM {TABLE} WHERE patient_id = %s AND sequence = 3", plain(unlocked))
    for sequence in (4, 5, 6):
        run(
            f"UPDATE {TABLE} SET sequence = %s WHERE patient_id = %s AND sequence = %s",
            sequence - 1,
            plain(unlocked),
            sequence,
        )

    assert "row 3 was changed." in verify()[1]


def test_rows_that_changed_places_are_found_even_with_hashes_made_to_fit(unlocked):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        run(
            f"UPDATE {TABLE} SET sequence = %s WHERE patient_id = %s AND sequence = %s",
            new,
            plain(unlocked),
            old,
        )
    assert "row 3 was changed." in verify()[1]

    moved = rows_of(unlocked)[2]
    seal(moved, moved.previous_hash)
    assert "row 3 does not follow the row before it." in verify()[1]


@pytest.mark.parametrize("left", [5, 1, 0])
def test_a_cut_off_end_is_found_by_the_anchor(unlocked, left):
    run(f"DELETE FROM {TABLE} WHERE patient_id = %s AND sequence > %s", plain(unlocked), left)

    status, said = verify()

    assert status == 1
    assert f"Patient {unlocked.pk}: rows after row {left} are missing; the anchor knows them." in said


def test_a_chain_that_was_written_anew_is_found_by_the_anchor(unlocked):
    run(f"UPDATE {TABLE} SET actor_name = 'nobody' WHERE patient_id = %s AND sequence = 4", plain(unlocked))
    previous = rows_of(unlocked)[2].hash
    for event in rows_of(unlocked)[3:]:
        seal(event, previous)
        previous = event.hash

    assert verify("--anchor", "/dev/null")[0] == 0
    status, said = verify()
    assert status == 1
    assert f"Patient {unlocked.pk}: row 4 is another one than the anchor knows." in said


def test_without_an_anchor_the_end_is_said_to_be_unknown(unlocked, settings):
    settings.AUDIT_ANCHOR = "off"
    run(f"DELETE FROM {TABLE} WHERE patient_id = %s AND sequence > 4", plain(unlocked))

    status, said = verify()

    assert (status, "No anchor was read" in said) == (0, True)


def test_every_broken_chain_has_its_sentence(unlocked, cleo):
    run(f"UPDATE {TABLE} SET actor_name = 'nobody' WHERE sequence = 1")

    said = verify()[1]

    assert f"Patient {unlocked.pk}: row 1" in said
    assert f"Patient {cleo.pk}: row 1" in said
    assert "2 of 2 chains are broken." in said


def test_an_anchor_holds_numbers_and_hashes_and_nothing_else(chain, place):
    lines = place.read_text().splitlines()

    assert [set(json.loads(line)) for line in lines] == [{"at", "patient", "sequence", "hash"}] * 7
    assert place.stat().st_mode & 0o777 == 0o600


def test_lines_of_a_log_host_are_read_past_what_stands_before_them(chain, place, tmp_path):
    noisy = "".join(
        f"Nov 22 23:00:00 host app: crampdiary-audit {line}\n" for line in place.read_text().splitlines()
    )
    saved = tmp_path / "saved.log"
    saved.write_text("Nov 22 host kernel: something else\n" + noisy + "Nov 22 app: {broken\n")

    heads, unreadable = heads_in(saved.read_text().splitlines())

    assert (len(heads), unreadable) == (7, 1)
    status, said = verify("--anchor", str(saved))
    assert (status, "1 lines" in said) == (0, True)


def test_the_heads_can_be_anchored_by_hand(chain, place):
    place.unlink()
    out = io.StringIO()
    call_command("anchor_audit", stdout=out)

    assert "2 chains" in out.getvalue()
    assert {json.loads(line)["sequence"] for line in place.read_text().splitlines()} == {6, 2}


@pytest.mark.parametrize("where", ["off", "/no/such/folder/heads.jsonl"])
def test_anchoring_that_is_not_possible_is_said(chain, settings, where):
    settings.AUDIT_ANCHOR = where
    with pytest.raises(CommandError):
        call_command("anchor_audit")


def test_an_anchor_out_of_reach_stops_no_reading(
    clients, ada, ben, settings, django_capture_on_commit_callbacks, caplog
):
    settings.AUDIT_ANCHOR = "/no/such/folder/heads.jsonl"
    with django_capture_on_commit_callbacks(execute=True):
        assert clients.ben.get(f"/admin/patients/{ada.pk}/").status_code == 200

    assert "could not be written to AUDIT_ANCHOR" in caplog.text


def test_a_head_is_anchored_only_when_its_row_is_stored(ada, ben, place):
    place.unlink(missing_ok=True)
    with acting_as(ben):
        try:
            with transaction.atomic():
                append_audit(
                    patient_ids=[ada.pk], action="read", resource="review", now=timezone.now(), by=ben
                )
                raise InterruptedError
        except InterruptedError:
            pass

    assert not place.exists()


def test_a_new_code_and_the_end_of_a_clinician_are_told_to_who_shares(clients, ada, ben, cleo, odd, dora):
    grant(cleo, dora)
    with acting_as(ben):
        replace_code(by=ben)
    with acting_as(odd):
        end_clinician(account=ben, by=odd)

    acts = [(event.action, event.actor_role, event.actor_id) for event in rows_of(ada)]
    assert acts[-2:] == [("new_code", "clinician", ben.pk), ("end_clinician", "operator", odd.pk)]
    assert [event.action for event in rows_of(cleo)] == ["grant"]
    body = clients.ada.get("/sharing/looks/").content.decode()
    assert "Ben has a new code" in body
    assert "ended the access of" in body


def test_the_command_line_can_end_a_clinician_too(ada, ben):
    end_clinician(account=ben, by=None)

    last = rows_of(ada)[-1]
    assert (last.action, last.actor_role, last.actor_id, last.actor_name) == (
        "end_clinician",
        "operator",
        None,
        "",
    )


def test_a_row_names_the_request_that_wrote_it_and_none_where_there_was_none(clients, ada, ben):
    with acting_as(ben):
        replace_code(by=ben)
    answer = clients.ada.post("/sharing/looks/1/report/")

    assert answer.status_code == 302
    told = {event.action: event.request_id for event in rows_of(ada)}
    assert (told["new_code"], told["report"]) == ("", answer["X-Request-ID"])
