"""Schema operations that Django cannot express: children of one's own parents, append-only tables.

They are migration operations. On SQLite a later migration that remakes a table drops its triggers:
repeat the operation after it; a test compares the live catalogue with what is promised here.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


class ChildOfSamePatient(Operation):
    """Tie (patient_id, parent_id) of a child to (patient_id, id) of its parent."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, child: str, column: str, parent: str) -> None:
        self.child, self.column, self.parent = child, column, parent

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.child, self.column, self.parent], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        name = f"{self.child}_{self.column}_same_patient"
        if schema_editor.connection.vendor == "postgresql":
            # Deferred, because a cascade from the account deletes the tables in any order.
            schema_editor.execute(
                f"ALTER TABLE {self.child} ADD CONSTRAINT {name} FOREIGN KEY (patient_id, {self.column}) "
                f"REFERENCES {self.parent} (patient_id, id) DEFERRABLE INITIALLY DEFERRED"
            )
            return
        for event in ("INSERT", "UPDATE"):
            schema_editor.execute(
                f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {self.child} FOR EACH ROW "
                f"WHEN NOT EXISTS (SELECT 1 FROM {self.parent} "
                f"WHERE id = NEW.{self.column} AND patient_id = NEW.patient_id) "
                f"BEGIN SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed: {name}'); END"
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        name = f"{self.child}_{self.column}_same_patient"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {self.child} DROP CONSTRAINT IF EXISTS {name}")
            return
        for event in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")

    def describe(self) -> str:
        return f"Tie {self.child}.{self.column} to a parent of the same patient"


class RepeatOnSqlite(Operation):
    """Make the triggers of an earlier operation again, after a migration that remade their table on SQLite."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.operation], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            self.operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            self.operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"{self.operation.describe()} again"


class AppendOnly(Operation):
    """Refuse UPDATE and DELETE on a table by triggers on SQLite; AppendOnlyForOwners is PostgreSQL's half."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for statement in append_only_triggers(self.table):
                schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{event}")

    def describe(self) -> str:
        return f"Refuse changes to {self.table}"


class AppendOnlyForOwners(Operation):
    """Refuse UPDATE and DELETE on a table to everybody on PostgreSQL, its owner too, until the trigger goes.

    A right alone is not enough there: the owner has every right. TRUNCATE, which empties a test
    database, is no row's change and stays possible for the owner.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__name__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change nothing in Django's picture of the models."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute(
            f"CREATE FUNCTION {self.table}_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{self.table} is append-only'; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {self.table}_append_only BEFORE UPDATE OR DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.table}_refuse_change()"
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_append_only ON {self.table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.table}_refuse_change()")

    def describe(self) -> str:
        return f"Refuse changes to {self.table} by everybody"


def append_only_triggers(table: str) -> list[str]:
    """Return the SQLite statements that make `table` append-only."""
    return [
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for event in ("UPDATE", "DELETE")
    ]
