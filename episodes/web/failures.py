"""What the log may hold of a failure of the database: never its message, which can hold a whole row."""

from __future__ import annotations

import logging

logger = logging.getLogger(__name__)


def code_of(error: BaseException | None) -> str:
    """Return the SQLSTATE of PostgreSQL, the name of SQLite's error, or "" where there is neither."""
    return getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or ""


def log_database_failure() -> None:
    """Leave the exception that is being handled in the log: its class, place in the code, code and broken rule."""
    logger.error("The database failed.", exc_info=True)
