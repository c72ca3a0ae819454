"""A wrong setting stops the start with one sentence that names it; a right one does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from episodes.management.maintenance import NO_DATABASE

ROOT = Path(__file__).resolve().parent.parent
WRONG = {
    "SECRET_KEY": ["short"],
    "SECRET_KEY_FILE": ["/no/such/file"],
    "DEBUG": ["maybe"],
    "DEMO": ["2"],
    "BASE_URL": ["ftp://example.org", "example.org", "http://example.org", "https://"],
    "TRUSTED_PROXIES": ["two", "-1", "1.5"],
    "DATABASE_URL": ["nonsense", "mysql://user@host/name", "postgres://", "://", "sqlite"],
    "EMAIL_URL": ["gopher://example.org", "nonsense"],
    "LOG_FORMAT": ["xml"],
    "METRICS_TOKEN": ["short"],
    "LEAST_FREE_MIB": ["some"],
    "API_REQUESTS_A_MINUTE": ["-1", "many"],
    "MINIMUM_AGE_YEARS": ["x", "99999999"],
    "PUSH_EXTRA_ORIGINS": ["http://example.org", "https://example.org/path", "nonsense"],
}
CASES = [(name, value) for name, values in WRONG.items() for value in values]
# One process for all: each is a fresh look at the settings.
LOOK = """
import json, os, sys, importlib
from django.core.exceptions import ImproperlyConfigured
told = []
for name, value in json.loads(sys.argv[1]):
    before = os.environ.get(name)
    os.environ[name] = value
    sys.modules.pop("crampdiary.settings", None)
    try:
        importlib.import_module("crampdiary.settings")
        told.append(None)
    except ImproperlyConfigured as wrong:
        told.append(str(wrong))
    os.environ.pop(name) if before is None else os.environ.update({name: before})
print(json.dumps(told))
"""


def run(folder, *command, **settings):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )  # fmt: skip


def test_every_wrong_setting_is_refused_with_a_sentence_that_names_it(tmp_path):
    looked = run(tmp_path, "-c", LOOK, json.dumps(CASES))
    assert looked.returncode == 0, looked.stderr
    for (name, value), sentence in zip(CASES, json.loads(looked.stdout), strict=True):
        assert sentence, f"{name}={value} was taken"
        assert name in sentence
        assert sentence.endswith(".")
        assert "\n" not in sentence


@pytest.mark.parametrize(("name", "value"), [("MINIMUM_AGE_YEARS", "x"), ("DATABASE_URL", "nonsense")])
def test_a_command_ends_with_the_sentence_alone(tmp_path, name, value):
    """The last setting of the file too: nothing may read the settings while they are made."""
    done = run(tmp_path, "manage.py", "check", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"Crampdiary does not start: {name}")
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_shipped_settings_of_a_site_on_the_network_have_no_finding(tmp_path):
    done = run(
        tmp_path,
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "INFO",
        BASE_URL="https://diary.example.org",
    )
    assert done.returncode == 0, done.stderr


COMMANDS = [
    ("make_clinician", "x"), ("make_operator", "x"), ("reset_link", "x"), ("verify_audit",), ("anchor_audit",),
    ("send_consent_notices",), ("reported_looks",), ("send_reminders",), ("erase_patient", "x"),
    ("export_diary", "x", "--format", "csv", "--out", "y"), ("remove_second_factor", "x"),
]  # fmt: skip
CALL = """
import json, sys, django
django.setup()
from django.core.management import CommandError, call_command
told = []
for command in json.loads(sys.argv[1]):
    try:
        call_command(*command)
        told.append(None)
    except CommandError as error:
        told.append(str(error))
print(json.dumps(told))
"""


def test_a_command_on_a_database_that_was_never_migrated_says_so(tmp_path):
    settings = {"DJANGO_SETTINGS_MODULE": "crampdiary.settings"}
    called = run(tmp_path, "-c", CALL, json.dumps(COMMANDS), **settings)
    assert called.returncode == 0, called.stderr
    for command, sentence in zip(COMMANDS, json.loads(called.stdout), strict=True):
        assert sentence == NO_DATABASE, command
