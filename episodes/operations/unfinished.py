"""A restore that was cut off leaves a database in which erased people may be back: no site and no job starts on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def _mark() -> Path:
    return Path(settings.DATA_DIR) / "restore-unfinished"


@contextmanager
def until_finished(is_empty: Callable[[], bool]) -> Iterator[None]:
    """Mark the data folder while the block runs.

    The mark stays where the block is killed, or fails and leaves a database of which `is_empty` is not true.
    """
    _mark().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _mark().touch(mode=0o600)
    try:
        yield
    except Exception:
        if is_empty():
            _mark().unlink()
        raise
    _mark().unlink()


def unfinished_restore() -> str:
    """Return why nothing may work on this database after a restore that did not come to its end; else ""."""
    if not _mark().exists():
        return ""
    return (
        "a restore was not finished, and erased accounts may be back: empty the database and run "
        f"manage.py restore again ({_mark()} says so)."
    )
