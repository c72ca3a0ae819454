"""The three examples of docs/api.md, run as they stand against a live server."""

import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from episodes.models import CrampTiming
from episodes.nights.content import read_night
from tests.api.conftest import token_for
from tests.conftest import looking_as, make_user, write_night

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api.md"
pytestmark = pytest.mark.django_db(transaction=True)


def example(language):
    return re.search(rf"```{language}\n(.*?)```", DOCS.read_text(), re.DOTALL).group(1)


@pytest.fixture
def person(transactional_db):
    return make_user("ada")


def run(command, live_server, token):
    environment = {**os.environ, "DIARY": live_server.url, "TOKEN": token}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl_lists_nights(person, live_server):
    write_night(person, dt.date(2026, 3, 14), "cramps", episodes=[{"location": "calf"}])

    said = run(["sh", "-c", example("sh")], live_server, token_for(person, ["read_nights"]))

    assert '"date": "2026-03-14"' in said.replace('":"', '": "')


def test_python_writes_a_night_however_often_it_runs(person, live_server):
    token = token_for(person, ["write_nights"])
    said = [run([sys.executable, "-c", example("python")], live_server, token).strip() for _each in range(2)]

    assert said == ["1", "1"]
    with looking_as(person):
        assert read_night(patient=person, date=dt.date(2026, 3, 14), by=person).outcome == "no_cramps"


def test_the_button_starts_and_stops_a_cramp(person, live_server):
    """Read the commands as Home Assistant would, and send what they say."""
    token = token_for(person, ["cramp_now"])
    commands = re.findall(
        r'url: "(.+?)"\n +method: (\w+)\n +content_type: "(.+?)"\n +headers: \{ (\w+): "(.+?)" \}\n +payload: \'(.+?)\'',
        example("yaml"),
    )
    assert len(commands) == 2
    for url, method, kind, header, value, payload in commands:
        url, value = url.replace("{{ DIARY }}", live_server.url), value.replace("{{ TOKEN }}", token)
        command = ["curl", "--fail-with-body", "-sS", "-X", method.upper(), "-H", f"Content-Type: {kind}"]
        run([*command, "-H", f"{header}: {value}", "-d", payload, url], live_server, token)

    with looking_as(person):
        row = CrampTiming.objects.owned_by(person).get()
    assert row.started_at <= row.stopped_at
