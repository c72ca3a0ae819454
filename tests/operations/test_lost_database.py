"""The runbook of a lost database, as docs/operations.md has it: run line by line, and stopped at the first that fails."""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from episodes.accounts.erasure import erase
from episodes.models.erasure import ACCOUNT
from tests.conftest import looking_as, make_user, write_night
from tests.operations.test_backup import FIRST, ROOT, scripts_of_the_handbook, words_in
from tests.plugins.postgresql import as_role

pytestmark = pytest.mark.django_db(transaction=True)


class Drill:
    """The script of *The database is lost*, on a database of this test; systemctl, install and psql leave a note."""

    def __init__(self, place, folder, backup, ledger):
        (self.written,) = [script for script in scripts_of_the_handbook() if "systemctl stop" in script]
        self.place, self.folder, self.notes = place, folder, folder / "notes"
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        sql = (
            f"{sys.executable} -c 'import psycopg, sys; psycopg.connect(sys.argv[1], autocommit=True).execute(sys.argv[2])'"
            f' "{as_role("cramp_owner", database="postgres")}" "$2"'
            if connection.vendor == "postgresql"
            else f"rm -f {place.folder}/crampdiary.sqlite3*"
        )
        for name, does in (
            ("systemctl", ""),
            ("install", ""),
            ("su", 'shift 2; exec sh -c "$1"'),
            ("psql", sql),
            ("manage", f'exec {sys.executable} {ROOT / "manage.py"} "$@"'),
        ):
            (bin_folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {self.notes}\n{does}\n')
            (bin_folder / name).chmod(0o755)
        self.script = self.written
        for written, here in (
            ("/opt/crampdiary/ops/manage", str(bin_folder / "manage")),
            ("/srv/backups/NEWEST", str(backup)),
            ("/srv/backups/erasures.jsonl", str(ledger)),
            ("/root/", f"{folder}/"),
            ("/var/lib/crampdiary", str(place.folder)),
            ("DATABASE crampdiary", f"DATABASE {place.database}"),
            ("TO crampdiary_lost", f"TO {place.database}_lost"),
        ):
            assert written in self.script
            self.script = self.script.replace(written, here)

    def run(self, script=None):
        """Return (exit status, what was called, in order: the first two words of each, what was said)."""
        self.notes.unlink(missing_ok=True)
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", script or self.script], env=self.place.environment(path=path),
            cwd=self.folder, capture_output=True, text=True, timeout=200,
        )  # fmt: skip
        called = [" ".join(line.split()[:2]) for line in self.notes.read_text().splitlines()]
        return done.returncode, [call for call in called if not call.startswith(("su ", "psql "))], done

    def forget(self):
        """Drop what the script renamed."""
        if connection.vendor != "postgresql":
            return
        with psycopg.connect(as_role("cramp_owner", database="postgres"), autocommit=True) as server:
            names = server.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
                [f"{self.place.database}_lost"],
            )
            for (name,) in names.fetchall():
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_runbook_of_a_lost_database_stops_at_the_first_failure(here, elsewhere, tmp_path):
    ada, eve = make_user("ada"), make_user("eve")
    for number in range(3):
        write_night(ada, FIRST + dt.timedelta(days=number), "cramps", episodes=[{"location": "calf"}])
    write_night(eve, FIRST, private_note="canary-eve")
    backup, ledger = tmp_path / "backup", here.folder / "erasures.jsonl"
    here.backup(backup)
    with looking_as(eve):
        erase(account=eve, what=ACCOUNT, now=timezone.now(), by=eve)
    torn = shutil.copytree(backup, tmp_path / "torn")
    (torn / "manifest.json").unlink()
    drill = Drill(elsewhere, tmp_path, backup, ledger)
    whole = [
        "systemctl stop", "install -d", "manage restore", "manage verify_restore", "manage anchor_audit",
        "manage verify_audit", "systemctl start",
    ]  # fmt: skip
    try:
        status, called, _done = drill.run(drill.script.replace(str(backup), str(torn)))
        assert status != 0
        assert called == whole[:3]

        # A restore that did nothing and said that it had: what a start makes of it is an empty site.
        idle = re.sub(
            r"^\S+manage restore .*$",
            f"{sys.executable} {ROOT}/manage.py migrate -v 0",
            drill.script,
            flags=re.M,
        )
        status, called, done = drill.run(idle)
        assert status != 0
        assert called == [*whole[:2], whole[3]]
        assert "episodes_night has 0 of 4 rows" in done.stderr

        (elsewhere.folder / "audit-heads.jsonl").write_text("of the lost database\n")
        status, called, done = drill.run()
        assert (status, called) == (0, whole), done.stderr
        assert "episodes_night: 3 rows, 4 in the backup" in done.stdout
        assert "canary-eve" not in words_in(elsewhere)
        (kept,) = tmp_path.glob("audit-heads-*.jsonl")
        assert kept.read_text() == "of the lost database\n"
        assert drill.run()[:2] == (0, whole)  # and once more: nothing of the first run is in its way
    finally:
        drill.forget()


def test_a_script_of_the_handbook_ends_at_its_first_failure():
    scripts = scripts_of_the_handbook()
    assert len(scripts) >= 3
    assert [script for script in scripts if not script.startswith("#!/bin/bash\nset -euo pipefail")] == []
