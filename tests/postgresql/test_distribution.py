"""One PostgreSQL can become several: keys, policies and the sequence of `manage.py distribute`."""

import datetime as dt
import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from episodes.models import Consent, Medicine, Night, acting_as
from episodes.operations.distribution import UNFORCED, health_tables, in_array_form, plan, ties
from tests.conftest import log_in
from tests.matrix.people import PATIENTS, build
from tests.plugins.flush import owner_connection
from tests.postgresql.conftest import POLICIES
from tests.postgresql.test_row_security import (
    ROLES,
    health_models,
    permitted_patients,
    query,
)

HAS_CITUS = "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'"


def constraints(kinds):
    return query(
        "SELECT conrelid::regclass::text, conname, contype::text, confrelid::regclass::text, confdeltype::text, "
        "ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k(n, place) JOIN pg_attribute "
        "ON attrelid = conrelid AND attnum = n ORDER BY place), "
        "ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k(n, place) JOIN pg_attribute "
        "ON attrelid = confrelid AND attnum = n ORDER BY place) "
        "FROM pg_constraint WHERE contype = ANY (%s) AND connamespace = 'public'::regnamespace",
        list(kinds),
    )


# --- The catalogue allows it ----------------------------------------------------------------------


def test_every_unique_key_but_the_id_names_the_patient(db):
    found = query(
        "SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid), indisprimary FROM pg_index "
        "WHERE indisunique AND indrelid = ANY (%s::regclass[])",
        health_tables(),
    )
    assert {table for table, _sql, _primary in found} == set(health_tables())
    without = {table: sql for table, sql, primary in found if not primary and "patient_id" not in sql}
    assert without == {}
    assert [row for row in constraints("x") if row[0] in health_tables()] == []


def test_every_foreign_key_goes_to_people_or_to_a_row_of_the_same_patient(db):
    tables, tied = set(health_tables()), 0
    for table, name, _kind, parent, on_delete, columns, referenced in constraints("f"):
        if table not in tables:
            assert parent not in tables, f"{name}: a table that is not distributed points at one that is"
            continue
        assert on_delete in "ar", f"{name}: the rule on delete is refused"
        if parent == "episodes_user":
            continue
        assert (parent in tables, columns[0], referenced) == (True, "patient_id", ["patient_id", "id"]), name
        tied += 1
    assert tied == len(ties()) > 3


def test_the_patient_has_one_type_everywhere_and_is_never_missing(db):
    found = query(
        "SELECT atttypid::regtype::text, attnotnull, count(*)::int FROM pg_attribute "
        "WHERE attrelid = ANY (%s::regclass[]) AND attname = 'patient_id' GROUP BY 1, 2",
        health_tables(),
    )
    assert found == [("uuid", True, len(health_tables()))]


def test_no_policy_in_the_array_form_asks_another_table_or_a_function_of_ours(db):
    found = query(POLICIES, health_tables())
    assert len(found) > 4 * (len(health_tables()) - 1)
    for table, name, using, check in found:
        text = in_array_form(f"{using} {check}")
        assert not re.search(r"SELECT|cramp_\w+\(", text), f"{name} of {table}: {text}"


def test_the_unforced_tables_are_those_of_the_catalogue(db):
    found = query(
        "SELECT oid::regclass::text FROM pg_class WHERE oid = ANY (%s::regclass[]) AND NOT relforcerowsecurity",
        health_tables(),
    )
    assert {table for (table,) in found} == UNFORCED


# --- The sequence ---------------------------------------------------------------------------------


def is_of_citus(step):
    return "create_reference_table" in step.sql or "create_distributed_table" in step.sql


def is_of_superuser(step):
    """A setting that no extension has announced is given to a role by a superuser only."""
    return step.sql.startswith("ALTER ROLE")


def test_the_sequence_really_runs_as_far_as_a_plain_postgresql_goes(db):
    """Everything but Citus's own functions is sent, looked at, and taken back."""
    with owner_connection(connection) as owner, owner.cursor() as cursor:
        steps = plan(cursor)
        sent = [step for step in steps if not is_of_citus(step) and not is_of_superuser(step)]
        for step in sent:
            cursor.execute(step.sql)
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = ANY (%s::regclass[]) AND NOT tgisinternal",
                       [health_tables()])  # fmt: skip
        assert cursor.fetchone() == (0,)
        again = plan(cursor)
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = ANY (%s::regclass[]) "
            "AND array_length(conkey, 1) = 2", [health_tables()],
        )  # fmt: skip
        assert cursor.fetchone() == (len(health_tables()),)
        owner.rollback()
    assert [step.sql for step in steps if is_of_citus(step)] == [
        "SELECT create_reference_table('episodes_user')",
        "SELECT create_distributed_table('episodes_night', 'patient_id')",
        *(
            f"SELECT create_distributed_table('{table}', 'patient_id', colocate_with => 'episodes_night')"
            for table in health_tables()[1:]
        ),
    ]
    # A second run takes up what is left: no key, trigger or policy a second time.
    titles = {step.title for step in again}
    assert (
        titles & {"keys that name the patient", "row security in the array form", "append-only by rights"}
        == set()
    )
    order = [step.title for step in steps]
    for earlier, later in (
        ("children untied from their parents", "people on every node"),
        ("keys that name the patient", "people on every node"),
        ("row security in the array form", "people on every node"),
        ("people on every node", "numbers go on where they were"),
        ("numbers go on where they were", "rows beside their patient's nights"),
        ("rows beside their patient's nights", "children tied to their parents"),
        ("children tied to their parents", "row security binds the owner again"),
    ):
        assert order.index(earlier) < order.index(later)


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_prints_every_statement_and_changes_nothing():
    before = query(POLICIES, health_tables())
    printed = io.StringIO()
    call_command("distribute", "--dry-run", stdout=printed)
    assert query(POLICIES, health_tables()) == before
    text = printed.getvalue()
    for sql in (
        "ALTER ROLE cramp_app SET citus.propagate_set_commands = 'local';",
        "SELECT create_distributed_table('episodes_night', 'patient_id');",
        "ADD CONSTRAINT episodes_episode_night_id_same_patient FOREIGN KEY (patient_id, night_id)",
        "SELECT setval(pg_get_serial_sequence('episodes_user_groups', 'id')",
        "(patient_id = ANY (NULLIF(current_setting('cramp.readable_nights', true), '')::uuid[]))",
        "ANALYZE episodes_night;",
    ):
        assert sql in text
    assert "SELECT cramp_" not in text


@pytest.mark.django_db(transaction=True)
def test_without_citus_it_refuses_in_one_sentence_and_with_it_it_is_run():
    if query(HAS_CITUS) != [(0,)]:
        print("Citus is available here: run `manage.py distribute` on a cluster, see docs/operations.md.")
    with pytest.raises(CommandError, match=r"^Citus is not installed in this database: [^.]+\.$"):
        call_command("distribute")
    print("not run: distribution itself, because no PostgreSQL of this suite has Citus")


# --- The array form, at work ----------------------------------------------------------------------


@pytest.fixture
def world(array_form, db):
    return build()


def test_in_the_array_form_unfiltered_rows_are_the_permitted_rows(world):
    seen = dict.fromkeys(ROLES, 0)
    for role in ROLES:
        person = world.people.get(role)
        with acting_as(person):
            for model in health_models():
                found = set(model.rows.values_list("patient_id", flat=True))
                if model is Consent and role in ("ben", "dora"):
                    assert set(Consent.rows.values_list("clinician_id", flat=True)) <= {person.pk}
                    continue
                assert found <= permitted_patients(world, role, model.section), model.__name__
                seen[role] += len(found)
    assert {role for role, number in seen.items() if number} == {*PATIENTS, "ben"}


@pytest.mark.parametrize(
    "change", ["withdrawn", "ended", "not begun", "scope", "clinician off", "patient off"]
)
def test_in_the_array_form_only_a_consent_in_force_opens_a_diary(world, change):
    ada, ben, now = world.people["ada"], world.people["ben"], timezone.now()
    day = dt.timedelta(days=1)
    with acting_as(ben):
        assert Night.rows.filter(patient_id=ada.pk).count() == 1
        assert Medicine.rows.filter(patient_id=ada.pk).count() == 1
    changes = {
        "withdrawn": {"withdrawn_at": now, "withdrawn_by": ada.pk},
        "ended": {"valid_from": now - 2 * day, "valid_until": now - day},
        "not begun": {"valid_from": now + day, "valid_until": now + 2 * day},
        "scope": {"shares_health": False},
    }
    with acting_as(ada):
        if change in changes:
            Consent.rows.filter(patient=ada).update(**changes[change])
    for name, person in (("clinician off", ben), ("patient off", ada)):
        if change == name:
            type(person).objects.filter(pk=person.pk).update(is_active=False)
    with acting_as(ben):
        assert Medicine.rows.filter(patient_id=ada.pk).count() == 0
        assert Night.rows.filter(patient_id=ada.pk).count() == (change == "scope")


@pytest.mark.parametrize("role", ["cleo", "ben", "nobody"])
def test_in_the_array_form_nobody_writes_in_another_patients_diary(world, role):
    ada, person = world.people["ada"], world.people.get(role)
    with acting_as(person):
        assert Night.rows.filter(patient=ada).update(outcome="no_cramps") == 0
        assert Night.rows.filter(patient=ada)._raw_delete("default") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Night(patient=ada, date="2026-03-20", time_zone="UTC").save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_in_the_array_form_pages_show_a_shared_diary_until_it_is_withdrawn(array_form, client):
    world = build()
    log_in(client, world.people["ben"])
    assert "canary-ada-name" in client.get(reverse("admin:index")).content.decode()
    with owner_connection(connection) as owner:
        owner.execute("UPDATE episodes_consent SET withdrawn_at = now(), withdrawn_by = patient_id")
    assert "canary-ada-name" not in client.get(reverse("admin:index")).content.decode()
    with acting_as(world.people["ben"]), transaction.atomic():
        assert Night.rows.count() == 0
    with connection.cursor() as cursor:  # nothing stays set after a transaction
        cursor.execute("SELECT count(*) FROM episodes_night")
        assert cursor.fetchone() == (0,)
