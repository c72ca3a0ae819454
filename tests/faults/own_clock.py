"""The site in a process with a clock of its own: the file CLOCK_FILE says by how many seconds it is wrong.

Every request first sets the clock, so that it jumps while the server runs, forwards and back. Only the wall
clock jumps: the monotonic clock, the database's and the clients' go on as they were.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import time_machine

from crampdiary.worker import application as site

_clock = Path(os.environ["CLOCK_FILE"])
_lock = threading.Lock()
_shift = 0
_travel: time_machine.travel | None = None


def _jump() -> None:
    global _shift, _travel
    wanted = int(_clock.read_text() or 0)
    with _lock:
        if wanted == _shift:
            return
        if _travel is not None:
            _travel.stop()
            _travel = None
        if wanted:
            _travel = time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wanted), tick=True)
            _travel.start()
        _shift = wanted


async def application(scope, receive, send):
    _jump()
    await site(scope, receive, send)
