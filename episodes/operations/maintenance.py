"""Commands that work on the tables themselves, not for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from episodes.models import User
from episodes.operations.unfinished import unfinished_restore

NO_DATABASE = "The database is not there or not up to date: run `manage.py migrate`, then try again."


@contextmanager
def in_maintenance() -> Iterator[None]:
    """Run the block as the owner of the tables on PostgreSQL; SQLite has one owner, the file's."""
    if connection.vendor != "postgresql" or connection.in_maintenance:  # type: ignore[attr-defined]
        yield
        return
    connection.begin_maintenance()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.end_maintenance()  # type: ignore[attr-defined]


def need_database() -> None:
    """Raise CommandError where the database does not answer, has no tables of ours or is half restored."""
    if reason := unfinished_restore():
        raise CommandError(f"Nothing was done: {reason}")
    try:
        is_there = User._meta.db_table in connection.introspection.table_names()
    except DatabaseError:
        is_there = False
    if not is_there:
        raise CommandError(NO_DATABASE)


def need_version_0_1() -> None:
    """Raise CommandError where a database has some of the migrations of version 0.1, but not all."""
    disk = MigrationLoader(None).disk_migrations
    replaced = {each for (app, _name), one in disk.items() if app == "episodes" for each in one.replaces}
    applied = replaced & MigrationRecorder(connection).applied_migrations().keys()
    if applied and applied != replaced:
        raise CommandError(
            "This database is older than version 0.1: run `manage.py migrate` of version 0.1 first, then this one."
        )
