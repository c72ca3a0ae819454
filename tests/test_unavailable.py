"""While the database cannot be reached, every page says so with 503 and when to come back."""

import json
import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings

from episodes.models.secrets import SECRET_BYTES, token_of
from episodes.web.tokens import PREFIX

ASK = """
import json, sys, django
django.setup()
from django.test import Client
from django.conf import settings
client = Client(raise_request_exception=False)
told = []
token, requests = json.loads(sys.argv[1])
for method, path in requests:
    client.cookies[settings.SESSION_COOKIE_NAME] = "" if path == "/healthz" else "a" * 32  # a probe has no cookie
    answer = client.generic(
        method, path, b"login=ada", "application/x-www-form-urlencoded", headers={"Authorization": f"Bearer {token}"}
    )
    told.append([answer.status_code, dict(answer.headers), answer.content.decode()])
print(json.dumps(told))
"""


def ask(tmp_path, *requests):
    """Return (status, headers, text) of each request to a process whose database file cannot be opened."""
    token = PREFIX + token_of(uuid.uuid4(), bytes(SECRET_BYTES))
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "crampdiary.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/missing/diary.sqlite3",
        "STATIC_ROOT": str(tmp_path / "static"),
        "ALLOWED_HOSTS": "testserver",
        "DEBUG": "0",
    }
    for command in (
        ["manage.py", "collectstatic", "--noinput", "-v0"],
        ["-c", ASK, json.dumps([token, requests])],
    ):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(120)
def test_without_a_database_every_page_says_when_to_come_back(tmp_path):
    """Also one whose session must be read first, a form and a program."""
    page, form, program, ready, alive, learn = ask(
        tmp_path,
        ("GET", "/"),
        ("POST", "/nights/2026-11-22/"),
        ("GET", "/api/v1/nights/"),
        ("GET", "/readyz"),
        ("GET", "/healthz"),
        ("GET", "/learn/"),
    )
    for status, headers, text in (page, form, learn):
        assert status == 503
        assert int(headers["Retry-After"]) > 0
        assert headers["Cache-Control"] == "no-store, private"
        assert "cannot be reached right now" in text
        assert "default-src" in headers["Content-Security-Policy"]
        assert headers["X-Request-ID"]
    assert program[0] == 503
    assert program[1]["Content-Type"] == "application/problem+json"
    assert int(program[1]["Retry-After"]) > 0
    assert ready[0] == 503
    assert alive[0] == 200
