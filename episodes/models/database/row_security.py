"""PostgreSQL's own wall under `visible_to`: rights, functions and policies as migration operations.

A forgotten filter then shows nothing, because the database knows for whom it works
(`cramp.actor`, set at the beginning of every transaction) and which patients have let that person in.
SQLite has no such thing; there the operations do nothing.

The list of permitted patients is made once per statement by a function that runs as the owner of
the tables. Tables that such a function reads are not FORCEd, so that their owner passes; on all
others even the owner sees rows only in maintenance. Roles: ops/postgresql-roles.sql.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations.base import Operation

from episodes.models.access import OWN

WEB_ROLE = "cramp_app"
BACKUP_ROLE = "cramp_backup"

# A list looked up row by row. As an array (`= ANY`) it would be a condition of the index, sorted anew for every patient
# of a clinician's list: 18 s for 10,000 of them.
READABLE = "patient_id IN (SELECT unnest(cramp_readable('{section}')))"
ACTOR = "(SELECT cramp_actor())"  # a sub-select is computed once per statement, a bare call once per row

FUNCTIONS = (
    # The setting is missing on a new connection and empty after a rolled-back transaction.
    """
    CREATE OR REPLACE FUNCTION cramp_actor() RETURNS uuid LANGUAGE sql STABLE
    SET search_path = pg_catalog AS $$
        SELECT NULLIF(current_setting('cramp.actor', true), '')::uuid
    $$
    """,
    # The same rule as `readable_by`, by the clock of the database. plpgsql keeps its plan for the connection;
    # a function in SQL is planned anew at every call, and every table of a statement calls this one.
    """
    CREATE OR REPLACE FUNCTION cramp_readable(section text) RETURNS uuid[] LANGUAGE plpgsql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        actor uuid := cramp_actor();
    BEGIN
        IF NOT EXISTS (
            SELECT FROM episodes_user AS reader
            WHERE reader.id = actor AND reader.is_active AND reader.is_clinician
        ) THEN
            RETURN ARRAY[actor];
        END IF;
        RETURN (
            SELECT array_agg(permitted.id) FROM (
                SELECT actor AS id
                UNION
                SELECT consent.patient_id
                FROM episodes_consent AS consent
                JOIN episodes_user AS patient ON patient.id = consent.patient_id
                WHERE consent.clinician_id = actor AND patient.is_active
                AND consent.withdrawn_at IS NULL
                AND consent.valid_from <= clock_timestamp() AND consent.valid_until > clock_timestamp()
                AND (to_jsonb(consent) ->> ('shares_' || section))::boolean
            ) AS permitted
        );
    END
    $$
    """,
    # A refused reader's row continues the patient's chain too: sequence and hash, no content.
    """
    CREATE OR REPLACE FUNCTION cramp_audit_heads(patients uuid[])
    RETURNS TABLE (patient_id uuid, sequence integer, hash varchar) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT DISTINCT ON (event.patient_id) event.patient_id, event.sequence, event.hash
        FROM episodes_auditevent AS event
        WHERE event.patient_id = ANY (patients)
        ORDER BY event.patient_id, event.sequence DESC
    $$
    """,
)
SIGNATURES = ("cramp_actor()", "cramp_readable(text)", "cramp_audit_heads(uuid[])")


def unprotected_tables() -> list[str]:
    """Return the tables of health models that lack row security; none on SQLite, which has no such thing."""
    if connection.vendor != "postgresql":
        return []
    tables = [
        model._meta.db_table
        for model in apps.get_app_config("episodes").get_models()
        if any(field.column == "patient_id" for field in model._meta.fields)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name LEFT JOIN pg_class ON oid = to_regclass(name) "
            "WHERE relrowsecurity IS NOT TRUE ORDER BY name",
            [tables],
        )
        return [name for (name,) in cursor.fetchall()]


class PostgresqlOperation(Operation):
    """A change that only PostgreSQL knows and Django's picture of the models does not."""

    reduces_to_sql = True
    reversible = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    @abstractmethod
    def statements(self) -> list[str]:
        """Return the SQL, in order."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for statement in self.statements():
                schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        raise IrreversibleError("Row security is not taken off again.")


class WebRights(PostgresqlOperation):
    """Give the web role rows and no shapes, the backup role reading; make the functions of the policies.

    Also for tables made later. Fails with PostgreSQL's own sentence where a role is missing.
    """

    def statements(self) -> list[str]:
        return [
            f"GRANT USAGE ON SCHEMA public TO {WEB_ROLE}, {BACKUP_ROLE}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {WEB_ROLE}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP_ROLE}",
            f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP_ROLE}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WEB_ROLE}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {WEB_ROLE}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {BACKUP_ROLE}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO {BACKUP_ROLE}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {WEB_ROLE}",
            *FUNCTIONS,
            *(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC" for signature in SIGNATURES),
            *(f"GRANT EXECUTE ON FUNCTION {signature} TO {WEB_ROLE}" for signature in SIGNATURES),
        ]

    def describe(self) -> str:
        return "Give the web role its rights"


class LetClinician(PostgresqlOperation):
    """Let the clinician named in a column reach their own rows about a patient whose section they may read.

    table: protected before. commands: of "read", "update" and "delete"; the patient reaches all of them anyway.
    """

    def __init__(self, table: str, section: str, column: str, commands: tuple[str, ...]) -> None:
        self.table, self.section, self.column, self.commands = table, section, column, commands

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table, self.section, self.column, self.commands], {}

    def statements(self) -> list[str]:
        permitted = READABLE.format(section=self.section)
        reach = f"patient_id = {ACTOR} OR ({self.column} = {ACTOR} AND {permitted})"
        checks = {"update": f" WITH CHECK ({reach})"}
        return [
            f"ALTER POLICY web_{command} ON {self.table} USING ({reach}){checks.get(command, '')}"
            for command in self.commands
        ]

    def describe(self) -> str:
        return f"Let clinicians reach their own rows of {self.table}"


class ProtectRows(PostgresqlOperation):
    """Let the web role reach only permitted rows of one health table.

    section: who may read (`OWN`: the patient alone). also_read_by: a column that names another reader.
    inserted_by: the column that names the clinician who adds such rows about a patient they may read;
    otherwise the patient alone writes. forced: see the module. append_only: no UPDATE, no DELETE.
    """

    def __init__(
        self,
        table: str,
        section: str = OWN,
        *,
        also_read_by: str = "",
        inserted_by: str = "",
        forced: bool = True,
        append_only: bool = False,
    ) -> None:
        self.table, self.section = table, section
        self.also_read_by, self.inserted_by = also_read_by, inserted_by
        self.forced, self.append_only = forced, append_only

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options: dict[str, Any] = {
            "also_read_by": self.also_read_by,
            "inserted_by": self.inserted_by,
            "forced": self.forced,
            "append_only": self.append_only,
        }
        return self.__class__.__name__, [self.table, self.section], options

    def statements(self) -> list[str]:
        own = f"patient_id = {ACTOR}"
        permitted = READABLE.format(section=self.section)
        read = own if self.section == OWN else permitted
        if self.also_read_by:
            read = f"{own} OR {self.also_read_by} = {ACTOR}"
        insert = own
        if self.inserted_by:
            # Nobody writes in another person's name. An audit row may be about anybody, a note may not.
            signed = f"{self.inserted_by} IS NOT DISTINCT FROM {ACTOR}"
            insert = signed if self.section == OWN else f"{signed} AND {permitted}"
        maintenance = "current_setting('cramp.maintenance', true) = 'on'"
        statements = [
            f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY web_read ON {self.table} FOR SELECT TO {WEB_ROLE} USING ({read})",
            f"CREATE POLICY web_insert ON {self.table} FOR INSERT TO {WEB_ROLE} WITH CHECK ({insert})",
            f"CREATE POLICY maintenance ON {self.table} TO CURRENT_USER "
            f"USING ({maintenance}) WITH CHECK ({maintenance})",
        ]
        if self.forced:
            statements.append(f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY")
        if self.append_only:
            return [*statements, f"REVOKE UPDATE, DELETE ON {self.table} FROM {WEB_ROLE}"]
        return [
            *statements,
            f"CREATE POLICY web_update ON {self.table} FOR UPDATE TO {WEB_ROLE} USING ({own}) WITH CHECK ({own})",
            f"CREATE POLICY web_delete ON {self.table} FOR DELETE TO {WEB_ROLE} USING ({own})",
        ]

    def describe(self) -> str:
        return f"Let the web role reach only permitted rows of {self.table}"
