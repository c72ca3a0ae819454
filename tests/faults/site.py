"""A whole installation of its own, run by the product's own command, for faults that no shared server survives.

`Site` has a folder, a database (a SQLite file, or a `Cluster` of its own), people with sessions, and a
server that can be stopped, killed and started. Nothing here is replaced by something that only looks like it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from django.db.backends.sqlite3._functions import register

from tests.plugins.postgresql import Cluster, make_roles

ROOT = Path(__file__).resolve().parents[2]
SLOW_START = 60  # seconds that a server may take to begin
CSRF = "c" * 32


class Person(NamedTuple):
    """Who writes or reads. id: of the account, 32 hexadecimal digits. cookies: of somebody logged in."""

    id: str
    cookies: str


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str
    seconds: float


class Site:
    """One installation. `cluster`: the PostgreSQL server to use instead of a SQLite file in `folder`."""

    def __init__(self, folder: Path, cluster: Cluster | None = None) -> None:
        self.folder = folder
        self.cluster = cluster
        self.file = folder / "crampdiary.sqlite3"
        self.port = self.asked_port = _free_port()  # asked_port: of a proxy in front, where there is one
        self.slow_start: float = SLOW_START
        self.listener: socket.socket | None = None  # held for the server, as systemd does
        self.process: subprocess.Popen[bytes] | None = None
        self.log = Path(tempfile.mkdtemp(prefix="faults-log-")) / "server.log"  # where the disk is never full
        self.patients: list[Person] = []
        self.clinician = Person("", "")
        if cluster is not None:
            make_roles(cluster.url)
            with psycopg.connect(cluster.url, autocommit=True) as server:
                server.execute("CREATE DATABASE faults OWNER cramp_owner")

    def url(self, role: str) -> str:
        if self.cluster is None:
            return f"sqlite:///{self.file}"
        return f"postgres://{role}@/faults?host={self.cluster.folder}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("PG", "PYTEST", "COV"))
        }
        return kept | {
            "ALLOWED_HOSTS": "",
            "BASE_URL": f"http://localhost:{self.port}",
            "COOKIE_PREFIX": "",
            "DATA_DIR": str(self.folder),
            "DATABASE_OWNER_URL": self.url("cramp_owner"),
            "DATABASE_URL": self.url("cramp_app"),
            "DEBUG": "0",
            "DJANGO_SETTINGS_MODULE": "crampdiary.settings",
            "EMAIL_URL": "consolemail://",
            "LOG_FORMAT": "text",
            "SECRET_KEY": "only-for-faults-" * 5,
            "STATIC_ROOT": str(self.folder / "static"),
            "TRUSTED_PROXIES": "0",
        }

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], env=self.environment | more, cwd=ROOT, capture_output=True, text=True,
            timeout=600,
        )  # fmt: skip

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *words)

    def settle(self, patients: int, nights: int = 0) -> None:
        """Make the tables, the people and the files that pages name."""
        with ThreadPoolExecutor() as both:
            files = both.submit(self.manage, "collectstatic", "--noinput", "--verbosity", "0")
            words = ["-m", "tests.faults.people", str(patients), str(nights)]
            done = self.run(*words, DJANGO_SETTINGS_MODULE="tests.settings")
        for each in (files.result(), done):
            if each.returncode:
                raise RuntimeError(each.stderr)
        people = json.loads(done.stdout)
        self.patients = [_person(*each) for each in people["patients"]]
        self.clinician = _person(*people["clinician"])

    # --- the server ---------------------------------------------------------------------------

    def serve(self, *, workers: int = 1, threads: int = 4, **environment: str) -> None:
        """Start `manage.py serve` and return when it answers."""
        numbers = ["--workers", str(workers), "--threads", str(threads)]
        words = ["manage.py", "serve", "--host", "127.0.0.1", "--port", str(self.port), *numbers]
        self._start([sys.executable, *words], environment)

    def serve_again(
        self, *, workers: int = 1, threads: int = 4, target: str = "", **environment: str
    ) -> None:
        """Start the web server as `serve` does after its preparations, and return when it answers.

        target: another WSGI application to serve.
        """
        from episodes.management.commands.serve import (
            server_command,
        )  # needs Django, which `serve` here does not

        command = server_command("127.0.0.1", str(self.port), workers)
        self._start([*command[:-1], target or command[-1]], {"THREADS": str(threads)} | environment)

    def hold_socket(self) -> None:
        """Listen as ops/crampdiary.socket does; every server from now on is given this socket."""
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=4096)

    def release_socket(self) -> None:
        if self.listener is not None:
            self.listener.close()
        self.listener = None

    def _start(self, command: list[str], environment: dict[str, str]) -> None:
        given = []
        if self.listener is not None:
            given = [self.listener.fileno()]
            take = f'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&{given[0]}'
            command = ["bash", "-c", take, "bash", *command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environment | environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=given,
            )
        self.wait_until_up()

    def wait_until_up(self) -> float:
        """Return after how many seconds the server answered."""
        start = time.monotonic()
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz", timeout=5).status == 200:
                    return time.monotonic() - start
            if time.monotonic() - start > self.slow_start:
                raise RuntimeError(f"the server does not answer: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    @property
    def worker_pids(self) -> list[int]:
        return children_of(self.process.pid) if self.process else []

    def kill(self) -> None:
        """kill -9 of the server and all of its workers at once, as when the machine's memory is full."""
        assert self.process is not None
        for pid in [*self.worker_pids, self.process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 60) -> int:
        """Return the exit status after SIGTERM."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.release_socket()
        if self.cluster is not None:
            self.cluster.stop()
        shutil.rmtree(self.log.parent, ignore_errors=True)

    # --- asking it ----------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, body: str = "", *, person: Person | None = None, accept: str = "text/html",
        timeout: float = 100,
    ) -> Answer:  # fmt: skip
        """Return the whole answer; raises OSError or HTTPException where it does not come in full."""
        headers = {"Accept": accept, "X-CSRFToken": CSRF}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if person is not None:
            headers["Cookie"] = person.cookies
        start = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.asked_port, timeout=timeout)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            text = response.read().decode()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, text, time.monotonic() - start)
        finally:
            connection.close()

    # --- looking into its database -------------------------------------------------------------

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows with ids as 32 hexadecimal digits and days as text, as the owner of the tables."""
        if self.cluster is None:
            with contextlib.closing(sqlite3.connect(self.file, timeout=20)) as file:
                register(file)  # rules of the tables use functions of Django
                found = file.execute(sql).fetchall()
        else:
            with psycopg.connect(self.owner_url, options="-c cramp.maintenance=on") as owner:
                found = owner.execute(sql.encode()).fetchall()
        return [tuple(map(_plain, row)) for row in found]

    @property
    def owner_url(self) -> str:
        assert self.cluster is not None
        return f"postgres://cramp_owner@/faults?host={self.cluster.folder}"

    def damage(self) -> list[str]:
        """Return what the database and the audit chains say about themselves, if anything is wrong."""
        wrong = []
        if self.cluster is None and (said := self.rows("PRAGMA integrity_check")) != [("ok",)]:
            wrong.append(f"integrity_check: {said}")
        if self.cluster is None and (said := self.rows("PRAGMA foreign_key_check")):
            wrong.append(f"foreign_key_check: {said}")
        checked = self.manage("verify_audit")
        if checked.returncode:
            wrong.append(f"verify_audit: {checked.stdout}{checked.stderr}")
        return wrong


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _person(account: str, session: str) -> Person:
    return Person(account.replace("-", ""), f"session={session}; csrf={CSRF}")


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    return value.isoformat() if hasattr(value, "isoformat") else value


def children_of(pid: int) -> list[int]:
    """Return the processes that `pid` has started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return found
