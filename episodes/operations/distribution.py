"""What turns one PostgreSQL into a distributed one (Citus), read from the catalogue, statement by statement.

`plan()` looks at the database and returns only what is still to be done: a run that stopped half-way goes on where it
stopped. Everything about one patient lies on one node, found by `patient_id`; people lie on every node.

Citus copies a policy to its nodes only without a sub-select. The array form says whose rows may be read in settings
that `crampdiary/postgresql/` gives to every transaction; it knows the form by the policies that it finds.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from episodes.models import User
from episodes.models.database.ddl import ChildOfSamePatient
from episodes.models.database.row_security import WEB_ROLE

FIRST = "episodes_night"  # all other tables lie beside the nights of the same patient
KEY = "patient_id"
# Functions read these as their owner, whom a forced policy would bind; see episodes/models/database/row_security.py.
UNFORCED = frozenset({"episodes_consent", "episodes_auditevent"})
ROLE_SETTINGS = {
    # Without it `SET LOCAL` stays on the coordinator, and every node answers with no row at all.
    "citus.propagate_set_commands": "local",
    # A clinician's consents are looked for on all nodes. Read side by side, they would forbid the same transaction
    # to write to a table that lies on every node, such as the people.
    "citus.multi_shard_modify_mode": "sequential",
}

# Sub-selects as PostgreSQL writes them back.
ACTOR = re.compile(r"\( ?SELECT cramp_actor\(\) AS cramp_actor\)")
READABLE = re.compile(r"IN \( ?SELECT unnest\(cramp_readable\('(\w+)'::text\)\) AS unnest\)")


class Step(NamedTuple):
    title: str
    sql: str


def in_array_form(condition: str) -> str:
    """Return a policy's condition with settings in place of its sub-selects; one that has them is unchanged."""
    condition = ACTOR.sub("NULLIF(current_setting('cramp.actor', true), '')::uuid", condition)
    return READABLE.sub(r"= ANY (NULLIF(current_setting('cramp.readable_\1', true), '')::uuid[])", condition)


def health_tables() -> list[str]:
    """Return the tables of every model that carries a patient, nights first."""
    tables = {
        model._meta.db_table
        for model in apps.get_app_config("episodes").get_models()
        if any(field.column == KEY for field in model._meta.fields)
    }
    return [FIRST, *sorted(tables - {FIRST})]


def ties() -> list[ChildOfSamePatient]:
    """Return the foreign keys from child to parent that migrations promise, also while they are taken off."""
    migrations = MigrationLoader(None).disk_migrations
    return [
        operation
        for (app, _name), migration in sorted(migrations.items())
        if app == "episodes"
        for operation in migration.operations
        if isinstance(operation, ChildOfSamePatient)
    ]


def has_citus(cursor: Any) -> bool:
    return bool(_rows(cursor, "SELECT 1 FROM pg_extension WHERE extname = 'citus'"))


def policy_steps(cursor: Any) -> list[Step]:
    """Return what gives every policy the array form."""
    policies = _rows(
        cursor,
        "SELECT polrelid::regclass::text, polname, pg_get_expr(polqual, polrelid), "
        "pg_get_expr(polwithcheck, polrelid) FROM pg_policy "
        "WHERE polrelid = ANY (%s::regclass[]) ORDER BY 1, 2",
        [health_tables()],
    )
    steps = []
    for table, name, using, check in policies:
        parts = [
            f"{word} ({in_array_form(condition)})"
            for word, condition in (("USING", using), ("WITH CHECK", check))
            if condition
        ]
        if any(condition and in_array_form(condition) != condition for condition in (using, check)):
            steps.append(
                Step("row security in the array form", f"ALTER POLICY {name} ON {table} {' '.join(parts)}")
            )
    return steps


def plan(cursor: Any) -> list[Step]:
    """Return the statements that are still to be sent, in order; none when everything is distributed.

    Runs on a plain PostgreSQL too: there it returns the whole sequence.
    """
    tables = health_tables()
    done = _distributed(cursor)
    left = [table for table in tables if done.get(table) != "h"]
    is_referenced = done.get(User._meta.db_table) == "n"
    constraints = _constraints(cursor, tables)
    steps = _role_steps(
        cursor
    )  # first: what only a superuser may do stops the run before anything is changed
    if left:
        steps += [
            Step("children untied from their parents", f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for table, name in sorted(constraints)
            if name in {_name(tie) for tie in ties()} and (table in left or not is_referenced)
        ]
    steps += _key_steps(constraints, left)
    steps += _trigger_steps(cursor, tables)
    steps += policy_steps(cursor)
    if left:
        # The owner copies the rows to the nodes, and a forced policy would bind the owner. The web role stays bound.
        steps += [
            Step("the owner may copy every row", f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            for table in left
            if table not in UNFORCED
        ]
    if not is_referenced:
        steps.append(Step("people on every node", f"SELECT create_reference_table('{User._meta.db_table}')"))
    if left:
        steps += _sequence_steps(cursor)
    for table in left:
        beside = "" if table == FIRST else f", colocate_with => '{FIRST}'"
        steps.append(
            Step(
                "rows beside their patient's nights",
                f"SELECT create_distributed_table('{table}', '{KEY}'{beside})",
            )
        )
    steps += _tie_steps(constraints, dropped={step.sql for step in steps})
    unforced = {name for (name,) in _rows(cursor, UNFORCED_NOW, [tables])} | set(left)
    steps += [
        Step("row security binds the owner again", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for table in tables
        if table in unforced - UNFORCED
    ]
    if steps:
        steps += [Step("statistics for the planner", f"ANALYZE {table}") for table in tables]
    return steps


UNFORCED_NOW = (
    "SELECT oid::regclass::text FROM pg_class WHERE oid = ANY (%s::regclass[]) AND NOT relforcerowsecurity"
)


def _rows(cursor: Any, sql: str, values: list[Any] | None = None) -> list[Any]:
    cursor.execute(sql, values)
    found: list[Any] = cursor.fetchall()
    return found


def _name(tie: ChildOfSamePatient) -> str:
    return f"{tie.child}_{tie.column}_same_patient"


def _distributed(cursor: Any) -> dict[str, str]:
    """Return each table that Citus knows with its way: h by a column, n on every node or on the coordinator."""
    if not has_citus(cursor):
        return {}
    return dict(
        _rows(
            cursor,
            "SELECT logicalrelid::text, CASE WHEN partmethod = 'n' AND repmodel <> 't' THEN 'local' "
            "ELSE partmethod::text END FROM pg_dist_partition",
        )
    )


def _constraints(cursor: Any, tables: list[str]) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Return kind (p, u, f, x) and columns of every key, by table and name."""
    found = _rows(
        cursor,
        "SELECT conrelid::regclass::text, conname, contype::text, ARRAY(SELECT attname::text FROM pg_attribute "
        "WHERE attrelid = conrelid AND attnum = ANY (conkey)) FROM pg_constraint "
        "WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('p', 'u', 'f', 'x')",
        [tables],
    )
    return {(table, name): (kind, columns) for table, name, kind, columns in found}


def _key_steps(constraints: dict[tuple[str, str], tuple[str, list[str]]], left: list[str]) -> list[Step]:
    """Drop and add in one statement: no row is ever without its key. Afterwards Citus would refuse that."""
    return [
        Step(
            "keys that name the patient",
            f"ALTER TABLE {table} DROP CONSTRAINT {name}, "
            f"ADD CONSTRAINT {name} PRIMARY KEY ({', '.join([KEY, *columns])})",
        )
        for (table, name), (kind, columns) in sorted(constraints.items())
        if kind == "p" and KEY not in columns and table in left
    ]


def _trigger_steps(cursor: Any, tables: list[str]) -> list[Step]:
    """Citus refuses triggers. Those of ours make a table append-only: rights do it instead, the owner's too."""
    found = _rows(
        cursor,
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgrelid = ANY (%s::regclass[]) ORDER BY 1, 2",
        [tables],
    )
    steps = []
    for table, name in found:
        steps.append(
            Step("append-only by rights", f"REVOKE UPDATE, DELETE ON {table} FROM CURRENT_USER, {WEB_ROLE}")
        )
        steps.append(Step("append-only by rights", f"DROP TRIGGER {name} ON {table}"))
    return steps


def _sequence_steps(cursor: Any) -> list[Step]:
    """Citus sets the numbers of the tables that it takes along back to 1: the next row would be a duplicate."""
    numbered = _rows(
        cursor,
        "SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attidentity <> '' ORDER BY 1",
    )
    return [
        Step(
            "numbers go on where they were",
            f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 1), "  # noqa: S608
            f"max({column}) IS NOT NULL) FROM {table}",
        )
        for table, column in numbered
    ]


def _tie_steps(constraints: dict[tuple[str, str], tuple[str, list[str]]], dropped: set[str]) -> list[Step]:
    return [
        Step(
            "children tied to their parents",
            f"ALTER TABLE {tie.child} ADD CONSTRAINT {_name(tie)} FOREIGN KEY ({KEY}, {tie.column}) "
            f"REFERENCES {tie.parent} ({KEY}, id) DEFERRABLE INITIALLY DEFERRED",
        )
        for tie in ties()
        if (tie.child, _name(tie)) not in constraints
        or f"ALTER TABLE {tie.child} DROP CONSTRAINT {_name(tie)}" in dropped
    ]


def _role_steps(cursor: Any) -> list[Step]:
    """The nodes are reached by connections of their own: what a role always has reaches them too."""
    found = _rows(
        cursor,
        "SELECT rolname || ' ' || unnest(setconfig) FROM pg_db_role_setting JOIN pg_roles ON oid = setrole",
    )
    ((owner,),) = _rows(cursor, "SELECT current_user::text")
    wanted = [(WEB_ROLE, name, value) for name, value in ROLE_SETTINGS.items()]
    wanted += [(owner, name, value) for name, value in ROLE_SETTINGS.items()]
    wanted.append((owner, "cramp.maintenance", "on"))
    return [
        Step("what the roles tell the nodes", f"ALTER ROLE {role} SET {name} = '{value}'")
        for role, name, value in wanted
        if (f"{role} {name}={value}",) not in found
    ]
