"""`manage.py doctor` names what is amiss, each in a sentence, and nothing that is well."""

import datetime as dt
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from episodes.operations import doctor

BASE_DIR = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings, tmp_path):
    """An installation in which nothing is wrong."""
    tmp_path.chmod(0o700)
    settings.BASE_DIR = settings.DATA_DIR = settings.STATIC_ROOT = tmp_path
    settings.ERASURE_LEDGER, settings.AUDIT_ANCHOR = str(tmp_path / "erased"), str(tmp_path / "heads")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = (
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example.org",
    )
    settings.IS_LOOPBACK = True
    for name in ("staticfiles.json", "secret_key"):
        (tmp_path / name).write_text("k" * 60)
        (tmp_path / name).chmod(0o600)
    return tmp_path


def told():
    """Return (everything that doctor says, whether something is wrong)."""
    said = io.StringIO()
    try:
        call_command("doctor", stdout=said)
    except CommandError:
        return said.getvalue(), True
    return said.getvalue(), False


def test_a_sound_installation_has_nothing_wrong(well):
    said, is_wrong = told()
    assert not is_wrong, said
    assert "Nothing is wrong." in said
    expected = "SQLite" if connection.vendor == "sqlite" else "Every table with diaries has it."
    assert expected in said


def open_key(settings, folder):
    (folder / "secret_key").chmod(0o644)


def open_settings(settings, folder):
    (folder / ".env").write_text("SECRET_KEY=...")
    (folder / ".env").chmod(0o644)


def no_static_files(settings, folder):
    (folder / "staticfiles.json").unlink()


def debug_for_strangers(settings, folder):
    settings.DEBUG, settings.IS_LOOPBACK, settings.IS_HTTPS = True, False, True


def plain_http(settings, folder):
    settings.IS_LOOPBACK = settings.IS_HTTPS = False


def no_mail(settings, folder):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.IS_LOOPBACK = False


def full_disk(settings, folder):
    settings.LEAST_FREE_MIB = 10**9


def no_languages(settings, folder):
    settings.LOCALE_PATHS = [folder]


def anchor_in_no_folder(settings, folder):
    settings.AUDIT_ANCHOR = str(folder / "none" / "heads")


def ledger_that_is_a_folder(settings, folder):
    settings.ERASURE_LEDGER = str(folder)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (open_key, "Others on this machine can read"),
        (open_settings, ".env: run chmod go-rwx"),
        (no_static_files, "collectstatic"),
        (debug_for_strangers, "DEBUG=1 shows source code"),
        (plain_http, "use https in BASE_URL"),
        (no_mail, "nobody can reset a password"),
        (full_disk, "make room"),
        (no_languages, "are not compiled"),
        (anchor_in_no_folder, "make the folder"),
        (ledger_that_is_a_folder, "is no file"),
    ],
)
def test_what_is_wrong_is_named(well, settings, spoil, sentence):
    spoil(settings, well)
    said, is_wrong = told()
    assert is_wrong
    lines = [line for line in said.splitlines() if sentence in line]
    assert len(lines) == 1, said
    assert lines[0].startswith("WRONG")


def doctor_of(database, folder):
    """Return the finished command, on a database of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{database}",
    }
    return subprocess.run(
        [sys.executable, "manage.py", "doctor"], cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=60
    )  # fmt: skip


@pytest.mark.parametrize("name", ["crampdiary.sqlite3", "crampdiary.sqlite3-wal"])
def test_a_database_that_others_can_read_is_named_with_the_log_beside_it(well, name):
    (well / name).touch()
    (well / name).chmod(0o640)
    done = doctor_of(well / "crampdiary.sqlite3", well)
    assert f"/{name}: run chmod go-rwx" in done.stdout


def test_settings_that_only_the_site_reads_are_well_although_it_cannot_write_them(well):
    (well / ".env").write_text("DEMO=0")
    (well / ".env").chmod(0o400)
    said, is_wrong = told()
    assert not is_wrong, said
    assert ".env is for this account alone" in said


def test_a_database_that_was_never_migrated_is_named(well):
    done = doctor_of(well / "new.sqlite3", well)
    assert done.returncode == 1
    assert "are not applied: run manage.py migrate." in done.stdout
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_named_and_the_rest_is_looked_at(well):
    (well / "no").write_text("a file where a folder is needed")
    done = doctor_of(well / "no" / "x.sqlite3", well)
    assert done.returncode == 1
    assert "WRONG database: It does not answer" in done.stdout
    assert "ok    secret key" in done.stdout
    assert "Traceback" not in done.stderr


if connection.vendor == "postgresql":

    def test_clocks_that_differ_are_named(well, monkeypatch):
        class Later(dt.datetime):
            @classmethod
            def now(cls, tz=None):
                return super().now(tz) + dt.timedelta(minutes=5)

        monkeypatch.setattr(doctor.dt, "datetime", Later)
        said, is_wrong = told()
        assert is_wrong
        assert "set both by NTP" in said
