"""Two places with a database: the suite's own, and an empty one on another host."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings as live_settings
from django.db import connection

from tests.plugins.postgresql import as_role

ROOT = live_settings.BASE_DIR


class Place:
    """A database with a data folder of its own, worked on by `manage.py` as an operator does."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database

    def environment(self, path=None, role="cramp_owner", options=""):
        environment = {
            key: value for key, value in os.environ.items() if key not in {"SECRET_KEY", "DATA_DIR"}
        }
        environment |= {"DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "crampdiary.settings"}
        if connection.vendor == "postgresql":
            environment["DATABASE_URL"] = as_role("cramp_app", database=self.database)
            environment["DATABASE_OWNER_URL"] = as_role(role, database=self.database) + options
        else:
            environment["DATABASE_URL"] = f"sqlite:///{self.database}"
        if path is not None:
            environment["PATH"] = path
        return environment

    def run(self, *arguments, **surroundings):
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *map(str, arguments)],
            env=self.environment(**surroundings), cwd=ROOT, capture_output=True, text=True, timeout=200,
        )  # fmt: skip

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, ROOT / "manage.py", *map(str, arguments)],
            env=self.environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def backup(self, path, role="cramp_owner"):
        done = self.run("backup", path, role=role)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads((path / "manifest.json").read_text())


@pytest.fixture
def here(tmp_path, settings):
    """The suite's own database, with people writing in it."""
    folder = tmp_path / "here"
    folder.mkdir()
    settings.ERASURE_LEDGER = str(folder / "erasures.jsonl")
    return Place(folder, connection.settings_dict["NAME"])


@pytest.fixture
def elsewhere(tmp_path):
    """An empty place on another host."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if connection.vendor == "sqlite":
        yield Place(folder, folder / "crampdiary.sqlite3")
        return
    name = f"empty_{os.getpid()}"
    with psycopg.connect(as_role("cramp_owner", database="postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield Place(folder, name)
    with psycopg.connect(as_role("cramp_owner", database="postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
