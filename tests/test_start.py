"""A wrong setting stops the start with exit status 1 and one sentence, and so does a database that is not there."""

import ast
import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from episodes.operations.maintenance import NO_DATABASE
from tests.plugins.legs import DATABASE_OF_LEG

BEGINNING = "Crampdiary does not start: "
POSTGRES = "postgres://cramp_app@127.0.0.1:1/crampdiary"  # nobody listens there

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1

# Each: the environment, and what the sentence must name. DIR is an empty folder, FILE a file, LOCKED a folder with a
# file that nobody may write.
WRONG = [
    ({"DATA_DIR": "FILE"}, "which is no folder"),
    ({"DATA_DIR": "FILE/data"}, "which is no folder"),
    ({"SECRET_KEY": "short"}, "shorter than 50"),
    ({"SECRET_KEY_FILE": "FILE"}, "shorter than 50"),
    ({"SECRET_KEY_FILE": "DIR"}, "Is a directory"),
    ({"SECRET_KEY_FILE": "DIR/none"}, "does not exist"),
    ({"DEBUG": "maybe"}, "DEBUG"),
    ({"DEBUG": "1", "BASE_URL": "https://diary.example.org"}, "DEBUG=1 shows"),
    ({"DEMO": "2"}, "DEMO"),
    ({"ALLOW_PLAIN_HTTP": "perhaps"}, "ALLOW_PLAIN_HTTP is 'perhaps'"),
    ({"PORT": "http"}, "PORT"),
    ({"PORT": "70000"}, "BASE_URL"),
    ({"BASE_URL": "diary.example.org"}, "full address"),
    ({"BASE_URL": "ftp://diary.example.org"}, "full address"),
    ({"BASE_URL": "https://"}, "full address"),
    ({"BASE_URL": "https://[::1"}, "full address"),
    ({"BASE_URL": "https://example.org:x"}, "full address"),
    ({"BASE_URL": "https://example.org/diary"}, "without a path"),
    ({"BASE_URL": "https://me:PASSWORD@example.org"}, "full address"),
    ({"BASE_URL": "http://192.0.2.7:8000"}, "ALLOW_PLAIN_HTTP=1"),
    ({"ALLOWED_HOSTS": "https://diary.example.org"}, "ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": "localhost:8000"}, "names alone"),
    ({"THREADS": "0"}, "THREADS"),
    ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
    ({"TRUSTED_PROXIES": "1.5"}, "TRUSTED_PROXIES"),
    ({"DATABASE_URL": "rubbish"}, "DATABASE_URL cannot be read"),
    ({"DATABASE_URL": "://"}, "DATABASE_URL cannot be read"),
    ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL cannot be read"),
    ({"DATABASE_URL": "postgres://me:PASSWORD@host"}, "DATABASE_URL cannot be read"),
    ({"DATABASE_URL": "postgres://me:PASSWORD@host:port/name"}, "DATABASE_URL cannot be read"),
    ({"DATABASE_URL": "carrier://me:PASSWORD@host/name"}, "no other database"),
    ({"DATABASE_URL": "mysql://me:PASSWORD@host/name"}, "no other database"),
    ({"DATABASE_URL": POSTGRES, "DATABASE_OWNER_URL": "rubbish"}, "DATABASE_OWNER_URL cannot"),
    ({"DATABASE_URL": POSTGRES, "DATABASE_OWNER_URL": "sqlite:////tmp/name"}, "must be postgres"),
    ({"DATABASE_URL": POSTGRES, "DATABASE_REPLICA_URL": "sqlite:////tmp/name"}, "streaming copy"),
    ({"DATABASE_URL": POSTGRES, "DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE"),
    ({"DATABASE_URL": POSTGRES, "DATABASE_POOL_SIZE": "0"}, "use 1 or more"),
    ({"API_REQUESTS_A_MINUTE": "0"}, "API_REQUESTS_A_MINUTE"),
    ({"COOKIE_PREFIX": "my diary;"}, "COOKIE_PREFIX"),
    ({"EMAIL_URL": "pigeon://coop"}, "EMAIL_URL"),
    ({"EMAIL_URL": "smtp+tls://"}, "EMAIL_URL"),
    ({"EMAIL_URL": "smtp+tls://me:PASSWORD@host:port"}, "EMAIL_URL"),
    ({"DEFAULT_FROM_EMAIL": "me"}, "DEFAULT_FROM_EMAIL"),
    ({"PUSH_EXTRA_ORIGINS": "push.example.org"}, "scheme and host"),
    ({"PUSH_EXTRA_ORIGINS": "https://push.example.org/path"}, "scheme and host"),
    ({"PUSH_EXTRA_ORIGINS": "http://push.example.org"}, "this machine alone"),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
    ({"LEAST_FREE_MIB": "enough"}, "LEAST_FREE_MIB"),
    ({"AUDIT_ANCHOR": "DIR/none/heads"}, "AUDIT_ANCHOR"),
    ({"ERASURE_LEDGER": "DIR"}, "ERASURE_LEDGER"),
    ({"AUDIT_ANCHOR": "LOCKED/heads"}, "for this account to write"),
    ({"AUDIT_ANCHOR": "LOCKED/file"}, "for this account to write"),
    ({"ERASURE_LEDGER": "LOCKED/file"}, "for this account to write"),
    ({"DATA_DIR": "LOCKED/data", "SECRET_KEY": "k" * 60}, "which is no folder"),
    (
        {"MINIMUM_AGE_YEARS": "old"},
        "MINIMUM_AGE_YEARS",
    ),  # the last one read: nothing before may keep the settings
]


def manage(folder, *arguments, **variables):
    """Run manage.py as a person does, with these variables and no others."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def only_sentence(done):
    """Return the one line that a command left behind when it stopped with status 1."""
    said = done.stderr.strip().splitlines()
    assert done.returncode == 1, done.stdout + done.stderr
    assert len(said) == 1, done.stderr
    return said[0]


def place(value, folder):
    return re.sub("^(DIR|FILE|LOCKED)", lambda word: str(folder / word[0].lower()), value)


# Forks a process that has imported Django once: 50 starts cost what three cost one by one.
EACH = """
import json, os, runpy, sys, tempfile
import csp.constants, django.core.management, environ
answers = []
for variables in json.load(sys.stdin):
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(said.fileno(), 2)
            os.environ.update(variables)
            sys.argv = ["manage.py", "check"]
            runpy.run_path("manage.py", run_name="__main__")
            sys.exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        answers.append([status, said.read()])
json.dump(answers, sys.stdout)
"""


def without_privilege():
    """Let also root, in the program that follows, write only what its modes permit."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)


@cache
def answers_to_wrong_settings():
    """Return (exit status, standard error) of a start with each row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "dir").mkdir()
        (folder / "file").write_text("a file")
        (folder / "locked").mkdir()
        (folder / "locked" / "file").touch(mode=0o400)
        (folder / "locked").chmod(0o500)
        rows = [{name: place(value, folder) for name, value in row.items()} for row, _words in WRONG]
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": name}
        done = subprocess.run(
            [sys.executable, "-c", EACH], input=json.dumps(rows),
            cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=True,
            preexec_fn=without_privilege,
        )  # fmt: skip
    return json.loads(done.stdout)


FROM_ELSEWHERE = """
from wsgiref.util import setup_testing_defaults
from crampdiary.wsgi import application
for peer in ("192.0.2.7", "127.0.0.1", "::ffff:127.0.0.1", ""):
    environ = {"PATH_INFO": "/healthz", "REMOTE_ADDR": peer}
    setup_testing_defaults(environ)
    application(environ, lambda status, headers: print(status))
"""

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


@cache
def refusals():
    """Return (line, pattern) of every sentence that the settings can refuse with."""
    found = []
    for node in ast.walk(ast.parse((settings.BASE_DIR / "crampdiary" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_refuse":
            (sentence,) = node.args
            parts = sentence.values if isinstance(sentence, ast.JoinedStr) else [sentence]
            words = [re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts]
            found.append((node.lineno, "".join(words)))
    return found


if DATABASE_OF_LEG[os.environ["LEG"]] == "sqlite":

    @pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: ",".join(WRONG[number][0]))
    def test_a_wrong_setting_stops_the_start_with_one_sentence(number):
        status, said = answers_to_wrong_settings()[number]
        assert status == 1, said
        assert said.startswith(BEGINNING)
        assert said.endswith(".\n")
        assert said.count("\n") == 1, said
        assert WRONG[number][1] in said
        assert "PASSWORD@" not in said

    def test_every_refusal_of_the_settings_is_tried():
        said = [said for _status, said in answers_to_wrong_settings()]
        assert refusals()
        assert [line for line, words in refusals() if not any(re.search(words, one) for one in said)] == []

    def test_a_command_on_a_database_that_was_never_migrated_says_so(tmp_path):
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
        environment["DJANGO_SETTINGS_MODULE"] = "crampdiary.settings"
        called = subprocess.run(
            [sys.executable, "-c", CALL, json.dumps(COMMANDS)],
            cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        for command, sentence in zip(COMMANDS, json.loads(called.stdout), strict=True):
            assert sentence == NO_DATABASE, command

    @pytest.mark.parametrize(
        ("host", "variables", "words"),
        [
            ("0.0.0.0", {"DEBUG": "1"}, ["DEBUG=1 shows", "unset DEBUG", "HOST=127.0.0.1"]),
            ("0.0.0.0", {"DEBUG": "1", "ALLOW_PLAIN_HTTP": "1"}, ["DEBUG=1 shows"]),
            ("0.0.0.0", {}, ["plain http", "ALLOW_PLAIN_HTTP=1", "BASE_URL", "HOST=127.0.0.1"]),
            ("::", {}, ["plain http"]),
            ("0.0.0.0", {"BASE_URL": "http://127.0.0.1:18765"}, ["plain http"]),
        ],
    )
    @pytest.mark.parametrize("way", ["variable", "argument"])
    def test_an_address_that_others_reach_stops_the_server(tmp_path, host, variables, words, way):
        given = (["--host", host], {}) if way == "argument" else ([], {"HOST": host})
        done = manage(tmp_path, "serve", *given[0], PORT="18765", **given[1], **variables)
        sentence = only_sentence(done)
        assert [word for word in [f"HOST={host}", *words] if word not in sentence] == []
        assert list(tmp_path.glob("*.sqlite3")) == []

    def test_a_doctor_sees_an_address_that_others_reach(tmp_path):
        done = manage(tmp_path, "doctor", HOST="0.0.0.0")
        assert "ALLOW_PLAIN_HTTP=1" in done.stdout
        assert "ALLOW_PLAIN_HTTP=1" not in manage(tmp_path, "doctor", HOST="127.0.0.1").stdout

    @pytest.mark.parametrize(
        ("variables", "status"),
        [({}, 403), ({"DEBUG": "1"}, 403), ({"DEBUG": "1", "ALLOW_PLAIN_HTTP": "1"}, 403), ({"ALLOW_PLAIN_HTTP": "1"}, 200),
         ({"BASE_URL": "https://diary.example.org"}, 200)],
    )  # fmt: skip
    def test_under_another_server_other_machines_are_refused(tmp_path, variables, status):
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(tmp_path),
            "ALLOWED_HOSTS": "*",
            **variables,
        }
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", FROM_ELSEWHERE],
            cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert [int(line.split()[0]) for line in done.stdout.splitlines()] == [status, 200, 200, 200]

    def test_a_file_that_cannot_be_opened_stops_the_server(tmp_path):
        (tmp_path / "file").write_text("a file")
        done = manage(
            tmp_path, "serve", DATABASE_URL=f"sqlite:///{tmp_path}/file/diary.sqlite3", PORT="18765"
        )
        assert "check DATABASE_URL" in only_sentence(done)

    def test_a_file_that_is_no_database_stops_a_command(tmp_path):
        (tmp_path / "diary.sqlite3").write_text("no database, only words " * 100)
        done = manage(tmp_path, "migrate", DATABASE_URL=f"sqlite:///{tmp_path}/diary.sqlite3")
        assert "not a database" in only_sentence(done)

    def test_a_folder_that_cannot_be_made_stops_the_server(tmp_path):
        (tmp_path / "file").write_text("a file")
        done = manage(tmp_path, "serve", STATIC_ROOT=f"{tmp_path}/file/static", PORT="18765")
        assert "check DATA_DIR, STATIC_ROOT and METRICS_DIR" in only_sentence(done)

    def test_the_data_folder_is_made_for_its_owner_alone_whoever_gives_the_key(tmp_path):
        """The audit's heads and the ledger go there; only a key of its own used to make it."""
        done = manage(tmp_path / "new" / "data", "check", SECRET_KEY="k" * 60)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700

    def test_the_shipped_settings_pass_the_check_for_deployment(tmp_path):
        done = manage(
            tmp_path, "check", "--deploy", "--fail-level", "INFO", BASE_URL="https://diary.example.org"
        )
        assert done.returncode == 0, done.stderr
        assert "no issues (0 silenced)" in done.stdout

    def test_a_worker_refuses_wrong_settings_with_one_sentence_too(tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", "import crampdiary.wsgi"],
            cwd=settings.BASE_DIR, env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LOG_FORMAT": "xml"},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert only_sentence(done) == f"{BEGINNING}LOG_FORMAT must be text or json."

    def test_a_variable_that_is_there_and_empty_has_its_default(tmp_path):
        """As where somebody keeps every name in a file and fills some."""
        example = (settings.BASE_DIR / ".env.example").read_text()
        named = set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) - {"DATA_DIR"}
        done = manage(tmp_path, "check", **dict.fromkeys(named, ""))
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "secret_key").exists()

else:

    def test_a_database_that_does_not_answer_stops_the_server(tmp_path):
        done = manage(tmp_path, "serve", DATABASE_URL=POSTGRES, PORT="18765")
        assert "check DATABASE_URL" in only_sentence(done)


ASKS = """
import sys
from crampdiary.wsgi import application
from django.urls import get_resolver, resolve, reverse

get_resolver().reverse_dict
print(resolve("/trends/").view_name, "ninja" in sys.modules)
print(reverse("api:openapi-json"), resolve("/api/v1/openapi.json").view_name, "ninja" in sys.modules)
"""


def test_the_library_of_the_api_is_loaded_at_the_first_request_to_it(tmp_path):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKS],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "trends:overview False",
        "/api/v1/openapi.json api:openapi-json True",
    ]
