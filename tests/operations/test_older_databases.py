"""Databases of version 0.1 go on with this version; older ones are told the way."""

import sqlite3
from contextlib import closing

import psycopg
import pytest
from django.db import connection

from tests.plugins.postgresql import as_role

TABLES_AND_RULES = ["0001_tables", "0002_ties_and_append_only", "0003_row_security"]
OF_VERSION_0_1 = [
    "0001_initial", "0002_same_patient_and_append_only", "0003_own_habits_plans_experiments",
    "0004_consent_in_full", "0005_report_link", "0006_audit_and_changes", "0007_session_epoch",
    "0008_row_security", "0009_reminders", "0010_cramp_timing", "0011_imports", "0012_api_tokens",
    "0013_erasure", "0015_scale", "0016_readers_are_looked_up",
]  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_goes_on_from_version_0_1_and_an_older_one_is_told_to_go_through_it(elsewhere):
    assert elsewhere.run("migrate", "episodes", "0003").returncode == 0

    say_applied(elsewhere, OF_VERSION_0_1[:-1])
    refused = elsewhere.run("migrate")
    assert refused.returncode == 1
    assert "run `manage.py migrate` of version 0.1 first" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert applied(elsewhere) == set(OF_VERSION_0_1[:-1])

    say_applied(elsewhere, OF_VERSION_0_1)
    migrated = elsewhere.run("migrate")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert "episodes.000" not in migrated.stdout
    assert "Applying episodes.0017_safety_words_read... OK" in migrated.stdout
    assert elsewhere.run("migrate", "--check").returncode == 0
    assert applied(elsewhere) > {*OF_VERSION_0_1, *TABLES_AND_RULES}


def say_applied(place, names):
    """Let a database say that these of our migrations made it."""
    rows = ", ".join(f"('episodes', '{name}', CURRENT_TIMESTAMP)" for name in names)
    _in_database(place, "DELETE FROM django_migrations WHERE app = 'episodes'")
    _in_database(place, f"INSERT INTO django_migrations (app, name, applied) VALUES {rows}")


def applied(place):
    return {
        name for (name,) in _in_database(place, "SELECT name FROM django_migrations WHERE app = 'episodes'")
    }


def _in_database(place, sql):
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(place.database)) as file, file:
            return file.execute(sql).fetchall()
    with psycopg.connect(as_role("cramp_owner", database=place.database)) as owner:
        done = owner.execute(sql)
        return done.fetchall() if done.description else []
