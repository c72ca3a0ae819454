"""Runs PgBouncer in transaction mode, with one connection to the suite's own PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

PORT = 6432
CONFIGURATION = """
[databases]
* = host={server} port=5432

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 1
max_client_conn = 100
ignore_startup_parameters = extra_float_digits,options
server_reset_query =
"""


def pooler_program() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@contextmanager
def pooler(server: str):
    """Give the folder of a pooler's socket before the server whose socket lies in `server`."""
    folder = Path(tempfile.mkdtemp(prefix="pooler-", dir="/tmp"))
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:  # PgBouncer refuses root as PostgreSQL does
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        user = names.get("postgres") or names["nobody"]
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    (folder / "users").write_text('"cramp_app" ""\n')
    (folder / "ini").write_text(CONFIGURATION.format(server=server, folder=folder, port=PORT))
    (folder / "users").chmod(0o644)
    (folder / "ini").chmod(0o644)
    process = subprocess.Popen(
        [pooler_program(), "-q", folder / "ini"],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                psycopg.connect(host=str(folder), port=PORT, user="cramp_app", dbname="postgres").close()
                break
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield folder
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(0 if pooler_program() else 1)
