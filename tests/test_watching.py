"""What an operator can see of a running server, and that nothing of what people wrote is in it."""

import ast
import io
import json
import logging
import logging.config
import re
import sys

import pytest
from django.conf import settings as live_settings
from django.db import DatabaseError, connection
from django.test import Client

from crampdiary.logs import JsonFormatter, TextFormatter, WithoutPaths
from episodes.models import User
from episodes.operations import metrics as watch

TOKEN = "a-token-for-the-counts-of-this-server"


@pytest.fixture(params=[JsonFormatter, TextFormatter])
def lines(request):
    """A function that returns what the site logged so far, in either format."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    is_json = request.param is JsonFormatter
    handler.setFormatter(
        JsonFormatter() if is_json else TextFormatter("%(levelname)s [%(request_id)s] %(message)s")
    )
    handler.addFilter(WithoutPaths())
    logger, requests = logging.getLogger(), logging.getLogger("crampdiary.request")
    logger.addHandler(handler)
    before = requests.level
    requests.setLevel(logging.INFO)
    yield lambda: [
        json.loads(line) if is_json else {"message": line} for line in stream.getvalue().splitlines() if line
    ]
    requests.setLevel(before)
    logger.removeHandler(handler)


def test_a_request_is_one_line_with_its_route_and_no_path(lines, clients):
    date_word = "2026-11-20"
    answer = clients.ada.get(f"/nights/{date_word}/?q=canaryquery")
    clients.ada.get("/report/r/canarytoken/")
    told = lines()

    assert "GET diary:night-detail 200" in told[0]["message"]
    if "request_id" in told[0]:
        assert told[0]["request_id"] == answer["X-Request-ID"]
        assert (told[0]["method"], told[0]["route"], told[0]["status"]) == ("GET", "diary:night-detail", 200)
        assert told[0]["ms"] > 0
    text = json.dumps(told)
    assert "Not Found" in text
    for word in (date_word, "canary", "ada"):
        assert word not in text


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_an_exception_is_told_without_the_words_in_it(formatter, ada):
    try:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM canary_table")
        except DatabaseError as error:
            raise ValueError("canary typed by somebody") from error
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = formatter.format(record)

    assert "builtins.ValueError" in line
    assert "django.db.utils." in line
    assert "test_watching.py" in line
    # The source line of a frame is code, not data: the words of the exceptions themselves are gone.
    assert 'relation "canary_table"' not in line
    assert "no such table" not in line
    assert "ValueError: " not in line


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_a_failure_of_the_database_is_told_with_its_code(formatter, ada):
    """SQLSTATE, or the name that SQLite has for it: what went wrong, and no word of a row."""
    mail = f"canary{ord('@')}@example.org"
    try:
        User.objects.create(username=ada.username, email=mail)
    except DatabaseError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    line = formatter.format(record)

    assert ("(23505 " if connection.vendor == "postgresql" else "(SQLITE_CONSTRAINT_UNIQUE)") in line
    assert "canary64" not in line


def test_whoever_catches_a_failure_of_the_database_raises_it_or_leaves_it_in_the_log():
    """An answer of 503 alone does not tell an operator what to mend."""
    silent = []
    for path in sorted((live_settings.BASE_DIR / "episodes").rglob("*.py")):
        if "management" in path.parts or path.name in ("doctor.py", "maintenance.py"):
            continue  # commands say it to who typed them
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ExceptHandler) or node.type is None:
                continue
            caught = re.findall(r"\b(?:Database|Operational|Interface)Error\b", ast.unparse(node.type))
            said = "\n".join(ast.unparse(each) for each in node.body)
            if caught and not re.search(r"log_database_failure\(\)|exc_info=True|\braise\b", said):
                silent.append(f"{path.name}:{node.lineno}")

    assert silent == []


def test_the_log_settings_work_in_both_formats():
    for name in ("text", "json"):
        changed = {**live_settings.LOGGING, "disable_existing_loggers": False}
        changed["handlers"] = {"stderr": {**changed["handlers"]["stderr"], "formatter": name}}
        before = logging.getLogger().handlers[:]
        try:
            logging.config.dictConfig(changed)
        finally:
            logging.getLogger().handlers[:] = before


def test_counts_are_for_whoever_has_the_token_and_name_nobody(clients, settings, tmp_path):
    settings.METRICS_DIR = str(tmp_path)
    assert clients.nobody.get("/metrics").status_code == 404

    settings.METRICS_TOKEN = TOKEN
    clients.ada.get("/calendar/list/?q=canary")
    clients.ada.get("/no/such/canary/")
    clients.ada.generic("CANARY", "/")
    (tmp_path / "1.json").write_text(
        json.dumps({"n|GET|diary:night-list|2xx": 4, "le|0.1": 4, "us": 2_000_000})
    )
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}):
        assert Client().get("/metrics", headers=wrong).status_code == 404
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    text = answer.content.decode()

    assert answer.status_code == 200
    assert 'crampdiary_requests_total{method="GET",route="diary:night-list",status="2xx"} 5' in text
    assert 'method="OTHER"' in text
    assert "canary" not in text.lower()
    assert not re.search(r"\bada\b", text)
    counts = [float(line.split()[-1]) for line in text.splitlines() if "_bucket" in line]
    assert counts == sorted(counts)
    assert f"crampdiary_request_seconds_count {counts[-1]:.0f}" in text
    assert float(text.rsplit("_sum ", 1)[1].split()[0]) > 2
    watch.forget()
    assert list(tmp_path.glob("*.json")) == []


def test_a_full_disk_is_said_before_it_is_full(client, settings, db):
    assert client.get("/readyz").content.decode().splitlines() == [
        "ready", "database: ok", "migrations: ok", "row security: ok", "disk: ok",
    ]  # fmt: skip
    settings.LEAST_FREE_MIB = 10**9
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "disk: almost full" in answer.content.decode()
