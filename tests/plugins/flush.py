"""Lets the flush between tests empty tables that the product may not empty; nothing else may do this.

SQLite: the triggers of append-only tables refuse DELETE, which is what the flush sends there. They are
dropped for the length of the flush and made again from their own text. PostgreSQL: the web role may not
TRUNCATE, so the owner of the tables does.
"""

from __future__ import annotations

import functools

import psycopg
import pytest

from tests.plugins.postgresql import as_role

APPEND_ONLY = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%is append-only%'"


@pytest.hookimpl(trylast=True)
def pytest_configure():
    from django.db.backends.sqlite3.base import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    @functools.wraps(flush)
    def flush_append_only_too(operations, statements):
        with operations.connection.cursor() as cursor:
            triggers = cursor.execute(APPEND_ONLY).fetchall()
            for name, _text in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            try:
                flush(operations, statements)
            finally:
                for _name, text in triggers:
                    cursor.execute(text)

    if not hasattr(flush, "__wrapped__"):
        DatabaseOperations.execute_sql_flush = flush_append_only_too

    from django.db import connection

    if connection.vendor == "postgresql":
        type(connection.ops).execute_sql_flush = flush_as_owner


def flush_as_owner(operations, statements):
    with owner_connection(operations.connection) as owner:
        for statement in statements:
            owner.execute(statement)


def owner_connection(connection):
    """Return an own connection to the test database as the owner of the tables, seeing every row."""
    url = as_role("cramp_owner", database=connection.settings_dict["NAME"])
    return psycopg.connect(url, options="-c cramp.maintenance=on", autocommit=False)
