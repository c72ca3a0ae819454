"""The wall under the application's filters: what the database itself lets each person reach."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from crampdiary.postgresql.base import DatabaseWrapper
from episodes.audit.events import append_audit
from episodes.models import AuditEvent, Consent, Episode, Night, RemedyUse, ReviewNote, User, acting_as
from episodes.models.access import HealthManager, HealthQuerySet
from tests.conftest import log_in, looking_as
from tests.diaries import write_nights
from tests.matrix.people import PATIENTS, all_marks, build, readable
from tests.matrix.test_matrix import Browser, requests_for
from tests.plugins.flush import owner_connection
from tests.plugins.postgresql import as_role

ROLES = ("nobody", "ada", "cleo", "eva", "finn", "ben", "dora", "odd")
NOT_FORCED = {"episodes_consent", "episodes_auditevent"}  # the policies' own functions read them
COMMANDS = {"r": "web_read", "a": "web_insert", "w": "web_update", "d": "web_delete", "*": "maintenance"}


def health_models():
    return [
        model
        for model in apps.get_app_config("episodes").get_models()
        if any(field.column == "patient_id" for field in model._meta.fields)
    ]


def query(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def permitted_patients(world, role, section):
    """Return whose rows of a section a role may read, as the matrix's world was built."""
    own = {world.people[role].pk} if role != "nobody" else set()
    shared = {world.people["ada"].pk} if role == "ben" and section != "own" else set()
    return own | shared


# --- The catalogue --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", health_models(), ids=lambda model: model.__name__)
def test_every_health_table_is_protected_for_every_command(db, model):
    table = model._meta.db_table
    ((enabled, forced),) = query(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = to_regclass(%s)", table
    )
    policies = dict(query("SELECT polcmd, polname FROM pg_policy WHERE polrelid = to_regclass(%s)", table))

    assert enabled
    assert forced == (table not in NOT_FORCED)
    expected = dict(COMMANDS)
    if model is AuditEvent:
        expected = {command: name for command, name in expected.items() if command not in "wd"}
    assert policies == expected


def test_the_suite_runs_as_the_restricted_role_and_it_may_change_no_shape(db):
    ((role, is_super, bypasses),) = query(
        "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert (role, is_super, bypasses) == ("cramp_app", False, False)
    for sql in (
        "CREATE TABLE mine (id integer)",
        "TRUNCATE episodes_operation",
        "ALTER TABLE episodes_night DISABLE ROW LEVEL SECURITY",
        "DROP POLICY web_read ON episodes_night",
        "DELETE FROM django_migrations",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            query(sql)


def test_an_audit_row_is_never_changed_or_removed(world):
    for sql in ("UPDATE episodes_auditevent SET action = 'nothing'", "DELETE FROM episodes_auditevent"):
        with pytest.raises(ProgrammingError, match="permission denied"), looking_as(world.people["ada"]):
            query(sql)


@pytest.mark.django_db(transaction=True)
def test_the_site_is_not_ready_while_a_table_is_unprotected(client):
    assert client.get(reverse("readyz")).status_code == 200
    with owner_connection(connection) as owner:
        owner.execute("ALTER TABLE episodes_medicine DISABLE ROW LEVEL SECURITY")
    try:
        assert client.get(reverse("readyz")).status_code == 503
    finally:
        with owner_connection(connection) as owner:
            owner.execute("ALTER TABLE episodes_medicine ENABLE ROW LEVEL SECURITY")


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_unfiltered_rows_are_the_permitted_rows(world, role):
    person = world.people.get(role)
    seen = 0
    with acting_as(person):
        for model in health_models():
            found = set(model.rows.values_list("patient_id", flat=True))
            if model is Consent and role in ("ben", "dora"):
                assert set(Consent.rows.values_list("clinician_id", flat=True)) <= {person.pk}
                continue
            assert found <= permitted_patients(world, role, model.section), model.__name__
            seen += len(found)
    assert bool(seen) == (role in PATIENTS or role == "ben")


@pytest.mark.parametrize("role", ["cleo", "ben", "dora", "odd", "nobody"])
def test_nobody_writes_in_another_patients_diary(world, role):
    ada, person = world.people["ada"], world.people.get(role)
    with acting_as(ada):
        night = Night.rows.get(patient=ada)
    with acting_as(person):
        assert Night.rows.filter(patient=ada).update(outcome="no_cramps") == 0
        assert Night.rows.filter(patient=ada)._raw_delete("default") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Night(patient=ada, date="2026-03-20", time_zone="UTC").save(force_insert=True)
    if person is not None:
        with acting_as(person), pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
            Consent(
                patient=ada, clinician=world.people["dora"], text_version="1",
                valid_until=timezone.now() + dt.timedelta(days=9),
            ).save(force_insert=True)  # fmt: skip
    with acting_as(ada):
        assert Night.rows.get(pk=night.pk).outcome == "cramps"


def test_a_patient_cannot_push_a_row_into_another_diary(world):
    ada, cleo = world.people["ada"], world.people["cleo"]
    with acting_as(cleo), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        query("UPDATE episodes_night SET patient_id = %s WHERE patient_id = %s RETURNING id", ada.pk, cleo.pk)


def test_a_clinician_signs_notes_with_their_own_name_on_permitted_diaries_only(world):
    ada, eva, ben, dora = (world.people[name] for name in ("ada", "eva", "ben", "dora"))

    def note(patient, author, by):
        with acting_as(by), transaction.atomic():
            ReviewNote(patient=patient, author=author, author_name="Dr", text="x").save(force_insert=True)

    note(ada, ben, by=ben)
    for patient, author, by in ((ada, dora, ben), (eva, ben, ben), (ada, dora, dora), (ada, ben, ada)):
        with pytest.raises(ProgrammingError, match="row-level security"):
            note(patient, author, by=by)


def test_no_audit_row_is_written_in_another_persons_name(world):
    ada, ben, dora = (world.people[name] for name in ("ada", "ben", "dora"))
    refused = {"patient_ids": [ada.pk], "action": "read", "resource": "patient", "now": timezone.now()}
    with acting_as(dora):
        (event,) = append_audit(**refused, by=dora, outcome="refused")
        assert event.sequence > 1  # the chain went on without Dora seeing a row of it
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            append_audit(**refused, by=ben)


def test_a_scope_that_is_not_shared_is_closed_in_the_database_too(world):
    ada, ben = world.people["ada"], world.people["ben"]
    with acting_as(ada):
        Consent.rows.filter(patient=ada).update(shares_health=False)
    with acting_as(ben):
        assert query("SELECT count(*) FROM episodes_medicine") == [(0,)]
        assert query("SELECT count(*) FROM episodes_night") == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_closes_the_diary_between_two_statements_of_one_request():
    world = build()
    ada, ben = world.people["ada"], world.people["ben"]
    with acting_as(ben), transaction.atomic():
        assert Night.rows.count() == 1
        with owner_connection(connection) as owner:
            owner.execute(
                "UPDATE episodes_consent SET withdrawn_at = now(), withdrawn_by = patient_id WHERE patient_id = %s",
                [ada.pk],
            )
        assert Night.rows.count() == 0


# --- Broken on purpose ----------------------------------------------------------------------------


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ["cleo", "ben", "dora", "odd"])
def test_a_policy_layer_that_lets_everything_through_still_leaks_nothing(world, role, monkeypatch):
    """`visible_to` and `owned_by` give all rows, as if somebody had forgotten the filter everywhere."""
    everything = lambda self, *_people, **_moment: self.model.rows.all()  # noqa: E731
    monkeypatch.setattr(HealthManager, "visible_to", everything)
    monkeypatch.setattr(HealthManager, "owned_by", everything)
    monkeypatch.setattr(HealthQuerySet, "of", lambda self, patient: self)
    monkeypatch.setattr("tests.plugins.statements._is_watching", False)
    browser = Browser(world, role)
    forbidden = all_marks() - readable(role)
    leaks, answered = [], 0
    for name, _view, url, _owner in requests_for(world):
        response, body = browser.send("GET", url)
        answered += response.status_code == 200
        leaks += [f"{name} {url}: {mark}" for mark in forbidden if mark in body]
    assert leaks == []
    assert answered > 3


# --- The connection -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_connection_shared_by_a_thousand_changing_people_never_shows_a_foreign_row():
    world = build()
    people = [world.people[name] for name in ("ada", "cleo", "eva", "finn")]
    connection.close()
    connection.close_pool()
    pool = dict(connection.settings_dict["OPTIONS"]["pool"])
    connection.settings_dict["OPTIONS"]["pool"] = {**pool, "min_size": 1, "max_size": 1}
    backends, foreign, own = set(), 0, 0
    try:
        for turn in range(1000):
            person = people[turn % len(people)]
            try:
                with acting_as(person), transaction.atomic():
                    owners = set(Night.rows.values_list("patient_id", flat=True))
                    own += owners == {person.pk}
                    foreign += bool(owners - {person.pk})
                    backends.update(query("SELECT pg_backend_pid()"))
                    if turn % 7 == 0:
                        raise ZeroDivisionError
                    if turn % 11 == 0:  # a cancelled statement
                        query("SET LOCAL statement_timeout = 1")
                        query("SELECT pg_sleep(1)")
            except (ZeroDivisionError, DatabaseError):
                pass
            foreign += Night.rows.count()  # autocommit, nobody acts
            if turn % 5 == 0:
                connection.close()  # back into the pool, and out again
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["OPTIONS"]["pool"] = pool
    assert (foreign, own, len(backends)) == (0, 1000, 1)


@pytest.mark.parametrize("role", ["cramp_owner", "postgres"])
def test_the_site_refuses_to_work_as_a_mighty_role(db, role):
    without_pool = {**connection.settings_dict["OPTIONS"], "pool": False}
    mighty = DatabaseWrapper(
        {**connection.settings_dict, "USER": role, "OPTIONS": without_pool}, alias="mighty"
    )
    with pytest.raises(ImproperlyConfigured, match="use the role cramp_app"):
        mighty.ensure_connection()
    mighty.close()


def test_the_server_stops_with_one_sentence_as_a_mighty_role(db):
    url = as_role("cramp_owner", database=connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", "import crampdiary.wsgi"],
        env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "row security does not bind" in done.stderr


def test_the_whole_response_is_made_in_one_transaction_that_knows_the_actor(world, client):
    """The admin renders its templates after the view has returned."""
    log_in(client, world.people["ben"])
    page = client.get(reverse("admin:index"))
    assert "canary-ada-name" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_hot_queries_use_the_index_of_the_patient():
    patients = [User.objects.create_user(f"patient{number}") for number in range(20)]
    for patient in patients:
        write_nights(patient, 300)
    with owner_connection(connection) as owner:
        for model in health_models():
            owner.execute(f"ANALYZE {model._meta.db_table}")
    with looking_as(patients[0]):
        for rows in (
            Night.objects.owned_by(patients[0]).order_by("-date")[:28],
            Episode.objects.owned_by(patients[0]),
            RemedyUse.objects.owned_by(patients[0]),
        ):
            plan = rows.explain()
            assert "Index Cond: (patient_id" in plan.replace("((", "("), plan
            assert "Seq Scan on episodes" not in plan, plan
