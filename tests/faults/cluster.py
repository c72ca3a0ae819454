"""A PostgreSQL server that can be killed, stopped hard and started again on the same data."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import psycopg

from tests.faults.site import children_of
from tests.plugins.postgresql import Cluster


class FaultyCluster(Cluster):
    """It keeps what it has acknowledged (fsync). settings: of postgresql.conf."""

    def __init__(self, programs: Path, *, place: Path | None = None, **settings: str) -> None:
        super().__init__(programs, fsync=True, place=place, settings=settings)

    @property
    def postmaster(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """kill -9 of the server; its connections end as soon as they notice."""
        self._end(signal.SIGKILL)

    def stop_hard(self) -> None:
        """What `pg_ctl stop -m immediate` does: end at once, recover at the next start."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        pid = self.postmaster
        connections = children_of(pid)
        os.kill(pid, how)
        for each in [pid, *connections]:
            _wait_until_gone(each)
        self._process.kill()  # the shell around it: it would remove the folder, and keeps the dead one's number taken
        self._process.communicate()
        _wait_until_gone(pid, also_zombie=True)

    def kill_one_connection(self) -> None:
        """kill -9 of a process that serves somebody: PostgreSQL then ends all of them and recovers."""
        with psycopg.connect(self.url) as server:
            found = server.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'cramp_app' ORDER BY state = 'active' DESC LIMIT 1"
            ).fetchone()
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)

    @property
    def is_up(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url).close()
            return True
        return False


def _wait_until_gone(pid: int, seconds: float = 30, *, also_zombie: bool = False) -> None:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and (also_zombie or _state(pid) != "Z"):
        if time.monotonic() > deadline:
            raise RuntimeError(f"process {pid} does not end")
        time.sleep(0.01)


def _state(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "Z"
