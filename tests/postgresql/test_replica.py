"""A copy that runs behind serves numbers for operators and nothing that a consent or an audit decides."""

import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from episodes.models import User
from tests.conftest import log_in
from tests.matrix.people import build
from tests.plugins.flush import owner_connection
from tests.plugins.postgresql import Cluster, as_role, server_programs

EPISODES = Path(__file__).resolve().parents[2] / "episodes"


class Standby(Cluster):
    """A streaming copy of the suite's own server."""

    def start(self):
        url = urllib.parse.urlsplit(os.environ["TEST_POSTGRESQL_URL"])
        folder = urllib.parse.parse_qs(url.query)["host"][0]
        self._run(
            "pg_basebackup", "-h", folder, "-U", "postgres", "-D", self._data, "-R", "-c", "fast", "--no-sync"
        )
        self.launch()
        return self


@pytest.fixture
def standby():
    copy = Standby(server_programs()).start()
    yield copy
    copy.stop()


def wait_for_replay(copy):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()::text")
        ((place,),) = cursor.fetchall()
    with psycopg.connect(
        host=str(copy.folder), user="postgres", dbname="postgres", autocommit=True
    ) as server:
        for _ in range(1000):
            (is_there, _slept) = server.execute(
                "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_sleep(0.01)", [place]
            ).fetchone()
            if is_there:
                return
    raise AssertionError("the replica did not follow")


def statistics(copy):
    """Run the command as an operator does, with DATABASE_REPLICA_URL."""
    name = connection.settings_dict["NAME"]
    return subprocess.run(
        [sys.executable, "manage.py", "statistics"],
        cwd=EPISODES.parent,
        env={
            **os.environ,
            "DATABASE_URL": as_role("cramp_app", database=name),
            "DATABASE_REPLICA_URL": f"postgres://cramp_app@/{name}?host={copy.folder}",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def accounts(copy):
    done = statistics(copy)
    assert done.returncode == 0, done.stderr
    assert "about rows in episodes_night: " in done.stdout
    return int(re.search(r"^accounts: (\d+)$", done.stdout, re.MULTILINE).group(1))


@pytest.mark.django_db(transaction=True)
def test_statistics_may_be_behind_but_a_withdrawal_never_is(standby, client):
    world = build()
    wait_for_replay(standby)
    people = User.objects.count()
    assert accounts(standby) == people > 5
    log_in(client, world.people["ben"])
    assert "canary-ada-name" in client.get(reverse("admin:index")).content.decode()

    with psycopg.connect(
        host=str(standby.folder), user="postgres", dbname="postgres", autocommit=True
    ) as server:
        assert server.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
        server.execute("SELECT pg_wal_replay_pause()")
        User.objects.create_user("late")
        with owner_connection(connection) as owner:
            owner.execute("UPDATE episodes_consent SET withdrawn_at = now(), withdrawn_by = patient_id")
        assert accounts(standby) == people  # the numbers came from the copy, which stands still
        assert "canary-ada-name" not in client.get(reverse("admin:index")).content.decode()

    standby.stop()
    done = statistics(standby)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: The database or its replica does not answer.\n"
    log_in(client, world.people["ada"])
    assert client.get(reverse("diary:today")).status_code == 200


def test_one_module_alone_reads_the_replica():
    names = {
        str(file.relative_to(EPISODES))
        for file in EPISODES.rglob("*.py")
        if re.search(r"\bREPLICA\b|[\"']replica[\"']|\.using\(", file.read_text(encoding="utf-8"))
    }
    assert names == {"operations/statistics.py"}
