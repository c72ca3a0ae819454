"""The web server of `manage.py serve`. Where systemd holds its socket (ops/crampdiary.socket), nobody is refused while it
restarts: who comes meanwhile waits in that socket."""

from __future__ import annotations

import os
from typing import Any

FIRST_FD = 3  # where systemd puts the socket


def is_given() -> bool:
    """Return whether this process was started with a socket that already listens."""
    return os.environ.get("LISTEN_FDS") == "1" and os.environ.get("LISTEN_PID") == str(os.getpid())


def take_over(server: Any) -> None:
    """Let `server`, which would open a socket of its own, give its workers the one that is there."""
    from granian import net

    holder: Any = net.SocketHolder  # type: ignore[attr-defined]
    server._ssp, server._shd, server._sso = None, holder(FIRST_FD, False, server.backlog), None


if __name__ == "__main__":
    import multiprocessing
    import runpy

    from granian import server

    if is_given():
        multiprocessing.set_start_method("fork", force=True)  # workers inherit the socket
        setattr(server.Server, "_init_shared_socket", take_over)  # noqa: B010
    runpy.run_module("granian", run_name="__main__", alter_sys=True)
