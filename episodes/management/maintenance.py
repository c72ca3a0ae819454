"""Commands that work on the tables themselves, not for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


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
