"""Gives every test process an environment of its own before Django reads its settings.

Loaded with `-p` from pyproject.toml, so it runs before pytest-django imports the settings: started
from a conftest it would be too late, and a whole suite could run on the wrong database unnoticed.
Nothing of the machine's own `.env` or `data/` is used or touched.

LEG names what this process tests: sqlite (default), postgresql or browser.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

NEUTRAL = {
    "ALLOWED_HOSTS": "",
    "BASE_URL": "http://localhost:8000",
    "COOKIE_PREFIX": "",
    "DEBUG": "0",
    "EMAIL_URL": "memorymail://",
    "LOG_FORMAT": "text",
    "SECRET_KEY": "only-for-tests-" * 5,
    "TRUSTED_PROXIES": "0",
}


def _prepare() -> Path:
    """Return this process's own data folder, with every variable of the settings pointing at it."""
    folder = Path(tempfile.mkdtemp(prefix="crampdiary-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "static").mkdir()

    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        os.environ.setdefault("TEST_POSTGRESQL_URL", given)
        os.environ.setdefault("LEG", "postgresql")
    os.environ.setdefault("LEG", "sqlite")
    os.environ |= NEUTRAL
    os.environ["DATA_DIR"] = str(folder)
    os.environ["STATIC_ROOT"] = str(folder / "static")
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'crampdiary.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    return folder


DATA_DIR = _prepare()
