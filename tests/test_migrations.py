"""Models, migrations and the live database say the same."""

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_check_of_the_project_passes():
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_migrations_are_applied_in_tests():
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_every_promised_trigger_and_constraint_is_live():
    from episodes.models.database.ddl import AppendOnly, AppendOnlyForOwners, ChildOfSamePatient

    promised = [
        operation
        for migration in _migrations()
        for operation in migration.operations
        if isinstance(operation, AppendOnly | AppendOnlyForOwners | ChildOfSamePatient)
    ]
    live = _names_in_catalogue()

    assert promised
    assert [name for operation in promised for name in _names_of(operation) if name not in live] == []


def _migrations():
    from django.db.migrations.loader import MigrationLoader

    return [m for (app, _name), m in MigrationLoader(connection).disk_migrations.items() if app == "episodes"]


def _names_of(operation):
    """Return the names that an operation leaves in the catalogue of this database."""
    if hasattr(operation, "child"):
        name = f"{operation.child}_{operation.column}_same_patient"
        return [name] if connection.vendor == "postgresql" else [f"{name}_insert", f"{name}_update"]
    from episodes.models.database.ddl import AppendOnly

    if isinstance(operation, AppendOnly) is (connection.vendor == "postgresql"):
        return []  # the other database's half
    if connection.vendor == "postgresql":
        return [f"{operation.table}_append_only"]
    return [f"{operation.table}_no_update", f"{operation.table}_no_delete"]


def _names_in_catalogue():
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT conname FROM pg_constraint UNION SELECT tgname FROM pg_trigger",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        return {row[0] for row in cursor.fetchall()}
