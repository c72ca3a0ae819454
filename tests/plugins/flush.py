"""Lets the flush between tests empty append-only tables on SQLite.

Their triggers refuse DELETE, which is what the flush sends there. They are dropped for the length
of the flush and made again from their own text; nothing else in the suite may do this.
"""

from __future__ import annotations

import functools

import pytest

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
