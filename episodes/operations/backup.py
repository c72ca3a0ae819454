"""A backup is a folder: the database, and a manifest by which it is checked before it is used.

SQLite is copied with its online backup, PostgreSQL with pg_dump on one exported snapshot, both while the
site works. The keys of the site are left out: a stolen backup opens no session.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

FORMAT = 1
MANIFEST, SQLITE, DUMP = "manifest.json", "database.sqlite3", "database.dump"
CHUNK = 1024 * 1024
NEVER_ERASED = {"episodes_auditevent", "episodes_erasurerecord"}


class BackupFailed(Exception):
    """A backup could not be made or must not be used; the message says why in one sentence."""


def make_backup(path: Path) -> dict[str, Any]:
    """Return the manifest of the new backup in the folder `path`, which must not exist or be empty.

    Nothing stays behind where it fails. On PostgreSQL in maintenance only.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise BackupFailed(f"{path} is there already and not empty: name a new folder.")
    was_there = path.exists()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = _copy_postgresql(path) if connection.vendor == "postgresql" else _copy_sqlite(path)
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().astimezone(dt.UTC).isoformat(timespec="seconds"),
            "crampdiary": app_version(),
            "database": connection.vendor,
            **content,
            "files": {file.name: file_hash(file) for file in sorted(path.iterdir())},
        }
        _write(path / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    except (OSError, sqlite3.Error) as error:
        _remove(path, was_there)
        raise BackupFailed(f"The backup could not be written: {error}.") from None
    except BaseException:
        _remove(path, was_there)
        raise
    return manifest


def read_backup(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup whose files are whole, made by a version that this one understands."""
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        form, vendor = manifest["format"], manifest["database"]
        files, migrations = dict(manifest["files"]), {tuple(each) for each in manifest["migrations"]}
        dict(manifest["tables"])
    except OSError:
        raise BackupFailed(f"{path} holds no {MANIFEST}: it is no backup, or an unfinished one.") from None
    except (ValueError, KeyError, TypeError):
        raise BackupFailed(f"The {MANIFEST} in {path} cannot be read.") from None
    if form != FORMAT:
        raise BackupFailed(f"The backup has format {form}; this version reads format {FORMAT}.")
    if vendor != connection.vendor:
        raise BackupFailed(f"The backup is one of {vendor}, and DATABASE_URL names {connection.vendor}.")
    known = MigrationLoader(None).disk_migrations
    if unknown := migrations - known.keys() - {each for one in known.values() for each in one.replaces}:
        name = ".".join(sorted(unknown)[0])
        raise BackupFailed(f"The backup was made by a newer version (it has {name}): install that one first.")
    for name in {SQLITE if vendor == "sqlite" else DUMP, *files}:
        file = path / Path(name).name
        if not file.is_file() or file_hash(file) != files.get(name):
            raise BackupFailed(f"{name} in {path} is not the file that was backed up: use another backup.")
    return manifest


def put_back(path: Path, manifest: dict[str, Any]) -> None:
    """Fill the empty database with a backup that `read_backup` found whole, and compare every table.

    On PostgreSQL in maintenance only.
    """
    if connection.vendor == "postgresql":
        _restore_postgresql(path, manifest)
    else:
        _restore_sqlite(path, manifest)


def row_counts(names: Iterable[str]) -> dict[str, int]:
    """Return how many rows each of these tables has now; a table that a later version dropped is left out.

    On PostgreSQL in maintenance only.
    """
    there = set(connection.introspection.table_names())
    counts = {}
    with connection.cursor() as cursor:
        for name in sorted(there.intersection(names)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
    return counts


def missing_rows(found: dict[str, int], expected: dict[str, int], erased: int) -> list[str]:
    """Return in words which tables lack rows that nothing explains.

    An erasure takes an account or its rows, and never a row of the audit; calendar links end with a restore.
    """
    lost = []
    for name, rows in found.items():
        may_lack = {"episodes_calendarlink": expected[name], "episodes_user": erased}.get(
            name, expected[name] if erased > 0 and name not in NEVER_ERASED else 0
        )
        if expected[name] - rows > may_lack:
            lost.append(f"{name} has {rows} of {expected[name]} rows")
    return lost


def refuse_if_not_empty() -> None:
    """Raise BackupFailed where the database to restore into has a single table."""
    if connection.vendor == "sqlite":
        target = Path(connection.settings_dict["NAME"])
        if not target.exists() or target.stat().st_size == 0:
            return
    if names := connection.introspection.table_names():
        raise BackupFailed(
            f"The database is not empty ({len(names)} tables): a backup is put into an empty place only."
        )


def app_version() -> str:
    try:
        return version("crampdiary")
    except PackageNotFoundError:  # run from a checkout
        return "checkout"


def file_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


# --- SQLite -----------------------------------------------------------------------------------


def _copy_sqlite(path: Path) -> dict[str, Any]:
    source_path = Path(connection.settings_dict["NAME"])
    if not source_path.exists():
        raise BackupFailed(f"There is no database at {source_path}.")
    _write(path / SQLITE, "")  # made with mode 0600 before a word is in it
    source, copy = sqlite3.connect(source_path, timeout=20), sqlite3.connect(path / SQLITE)
    try:
        source.backup(copy)  # one step: a reader's lock, so writers go on
        copy.execute("PRAGMA journal_mode=DELETE")
        return _sqlite_content(copy)
    finally:
        source.close()
        copy.close()


def _restore_sqlite(path: Path, manifest: dict[str, Any]) -> None:
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    arriving = target.with_name(f"{target.name}.arriving")
    try:
        _write(arriving, "")
        shutil.copyfile(path / SQLITE, arriving)
        copy = sqlite3.connect(arriving)
        try:
            _compare(_sqlite_content(copy)["tables"], manifest)
        finally:
            copy.close()
        for ending in ("-wal", "-shm"):  # of the empty database that stood here: they would be mixed in
            target.with_name(target.name + ending).unlink(missing_ok=True)
        os.replace(arriving, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"The backup could not be put back: {error}.") from None
    finally:
        arriving.unlink(missing_ok=True)


def _sqlite_content(copy: sqlite3.Connection) -> dict[str, Any]:
    """Return server, migrations and tables of a copy that is whole."""
    register_functions(copy)  # rules of the tables use them
    problems = [row[0] for row in copy.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
    if problems or copy.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupFailed("The database is damaged: SQLite's own check of the copy failed.")
    names = [
        row[0]
        for row in copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    tables = {
        name: _table(repr(row) for row in copy.execute(f'SELECT * FROM "{name}" ORDER BY rowid'))  # noqa: S608
        for name in names
    }
    found = copy.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return {"server": sqlite3.sqlite_version, "migrations": [list(row) for row in found], "tables": tables}


# --- PostgreSQL -------------------------------------------------------------------------------


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(f"{name} is not installed here: install PostgreSQL's client programs.")
    return found


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database that this process is connected to."""
    info = connection.connection.info
    # sslmode, sslrootcert and the like: the program trusts whom the site trusts.
    tls = {
        f"PG{name.upper()}": text for name, text in info.get_parameters().items() if name.startswith("ssl")
    }
    environment = {
        **os.environ, **tls, "PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user,
        "PGDATABASE": info.dbname, "PGPASSWORD": info.password, "PGOPTIONS": "-c cramp.maintenance=on",
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603
        [_program(program), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise BackupFailed(f"{program} failed: {reason[0]}")


def _copy_postgresql(path: Path) -> dict[str, Any]:
    _program("pg_dump")
    connection.ensure_connection()
    raw = connection.connection
    raw.rollback()
    _write(path / DUMP, "")
    raw.autocommit = True
    with raw.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            snapshot = cursor.execute("SELECT pg_export_snapshot()").fetchone()[0]
            # With row security on, the maintenance policy shows everything to the owner, and a role with
            # BYPASSRLS sees everything anyway; without the option pg_dump refuses to work as owner.
            _run(
                "pg_dump", "--format=custom", "--enable-row-security", f"--snapshot={snapshot}",
                f"--file={path / DUMP}",
            )  # fmt: skip
            return _postgresql_content(raw)
        finally:
            cursor.execute("ROLLBACK")


def _restore_postgresql(path: Path, manifest: dict[str, Any]) -> None:
    connection.ensure_connection()
    _run(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
        f"--dbname={connection.connection.info.dbname}", str(path / DUMP),
    )  # fmt: skip
    raw = connection.connection
    raw.autocommit = True
    with raw.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            tables = _postgresql_content(raw)["tables"]
        finally:
            cursor.execute("ROLLBACK")
    _compare(tables, manifest)


def _postgresql_content(raw: Any) -> dict[str, Any]:
    """Return server, migrations and tables as the running transaction sees them."""
    with raw.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute("SET LOCAL DateStyle = 'ISO'")
        names = [
            row[0]
            for row in cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            ).fetchall()
        ]
        server = cursor.execute("SHOW server_version").fetchone()[0]
        found = cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    tables = {name: _table(_texts(raw, name)) for name in names}
    return {"server": server, "migrations": [list(row) for row in found], "tables": tables}


def _texts(raw: Any, name: str) -> Iterator[str]:
    with raw.cursor(name="rows_of_a_table") as cursor:  # on the server: a table need not fit into memory
        cursor.itersize = 2000
        cursor.execute(f'SELECT t::text AS row FROM "{name}" AS t ORDER BY t::text COLLATE "C"')  # noqa: S608
        for (text,) in cursor:
            yield text


# --- Both -------------------------------------------------------------------------------------


def _table(rows: Iterable[str]) -> dict[str, Any]:
    """Return the number of rows, and SHA-256 over them in their order."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(row.encode())
        digest.update(b"\n")
        count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _compare(tables: dict[str, Any], manifest: dict[str, Any]) -> None:
    expected = manifest["tables"]
    different = sorted(
        name for name in tables.keys() | expected.keys() if tables.get(name) != expected.get(name)
    )
    if different:
        raise BackupFailed(
            f"The restored table {different[0]} differs from the backup: do not use this database."
        )


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _remove(path: Path, was_there: bool) -> None:
    for file in path.glob("*"):
        file.unlink(missing_ok=True)
    if not was_there and path.exists():
        path.rmdir()
