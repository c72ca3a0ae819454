"""What is amiss with an installation, in sentences that say what to do. Nothing here changes anything."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from episodes.models import unprotected_tables
from episodes.web.listening import reaches_others, refusal_to_others

OK, NOTE, WRONG = "ok", "note", "WRONG"
MIB = 1024 * 1024
LEAST_ZONES = 400


class Finding(NamedTuple):
    """grade: OK, NOTE (works, but look at it) or WRONG (mend it). what: one word or two. words: a sentence."""

    grade: str
    what: str
    words: str


Check = Callable[[], Iterator[Finding]]


def findings() -> Iterator[Finding]:
    """Yield what every check found; a database that does not answer ends the questions to it."""
    for check in (address, secrets_and_files, mail, people, clock_and_words, disk):
        yield from check()
    try:
        connection.ensure_connection()
    except ImproperlyConfigured as refusal:
        yield Finding(WRONG, "database", str(refusal))
    except DatabaseError as error:
        reason = (str(error).splitlines() or ["no reason given"])[0]
        yield Finding(WRONG, "database", f"It does not answer ({reason}): check DATABASE_URL and the server.")
    else:
        yield from django_checks()
        yield from database()


def address() -> Iterator[Finding]:
    yield Finding(OK, "address", f"People use {settings.BASE_URL}.")
    if settings.DEBUG and not settings.IS_LOOPBACK:
        yield Finding(WRONG, "debug", "DEBUG=1 shows source code to strangers: unset it.")
    if not settings.IS_HTTPS and not settings.IS_LOOPBACK:
        yield Finding(WRONG, "https", "Everybody on the network can read the diary: use https in BASE_URL.")
    host = os.environ.get("HOST") or "127.0.0.1"
    if (refusal := refusal_to_others()) and reaches_others(host):
        yield Finding(WRONG, "listening", f"HOST={host}: {refusal}")
    if settings.IS_HTTPS and not settings.TRUSTED_PROXIES:
        yield Finding(
            NOTE,
            "proxy",
            "TRUSTED_PROXIES is 0: behind a proxy all people would share one limit of tries. Set 1.",
        )


def secrets_and_files() -> Iterator[Finding]:
    settings_file = settings.BASE_DIR / ".env"
    named = [
        ("settings", settings_file),
        ("data folder", Path(settings.DATA_DIR)),
        ("secret key", Path(os.environ.get("SECRET_KEY_FILE") or settings.DATA_DIR / "secret_key")),
        ("push key", settings.DATA_DIR / "push_key.pem"),
    ]
    written = [("erasure ledger", Path(settings.ERASURE_LEDGER))]
    if settings.AUDIT_ANCHOR not in ("syslog", "off"):
        written.append(("audit anchor", Path(settings.AUDIT_ANCHOR)))
    for what, path in written:
        if path.is_dir():
            yield Finding(WRONG, what, f"{path} is no file: name one.")
        elif path.exists():
            named.append((what, path))
        elif not os.access(path.parent, os.W_OK):
            yield Finding(
                WRONG,
                what,
                f"This account cannot write in {path.parent}: make the folder and give it to the account of the site.",
            )
    if connection.vendor == "sqlite":
        file = str(connection.settings_dict["NAME"])
        named.append(("database file", Path(file)))
        named += [("database log", Path(file + end)) for end in ("-wal", "-shm", "-journal")]
    for what, path in named:
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding(WRONG, what, f"Others on this machine can read {path}: run chmod go-rwx {path}.")
        elif path.exists() and path != settings_file and not os.access(path, os.W_OK):
            yield Finding(
                WRONG, what, f"This account cannot write to {path}: give it to the account of the site."
            )
        elif path.exists():
            yield Finding(OK, what, f"{path} is for this account alone.")
    if settings.AUDIT_ANCHOR == "off":
        yield Finding(NOTE, "audit anchor", "AUDIT_ANCHOR is off: a cut-off end of the audit cannot be seen.")
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        yield Finding(WRONG, "static files", "They are not collected: run manage.py collectstatic, or serve.")


def mail() -> Iterator[Finding]:
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Finding(OK, "mail", f"It goes through {settings.EMAIL_HOST}.")
    elif settings.IS_LOOPBACK:
        yield Finding(OK, "mail", "Password resets appear in the log of the site; EMAIL_URL changes that.")
    else:
        yield Finding(
            WRONG,
            "mail",
            "No mail leaves this site, so nobody can reset a password: set EMAIL_URL to smtp+tls://...",
        )


def people() -> Iterator[Finding]:
    if settings.DEMO:
        yield Finding(NOTE, "demo", "DEMO=1 says on every page that the data is generated.")
    if not settings.IS_LOOPBACK and not settings.PRIVACY["contact"]:
        yield Finding(
            NOTE, "privacy", "The privacy page names no contact: set PRIVACY_OPERATOR and PRIVACY_CONTACT."
        )


def clock_and_words() -> Iterator[Finding]:
    if len(zoneinfo.available_timezones()) < LEAST_ZONES:
        yield Finding(WRONG, "time zones", "The list of time zones is missing: install the package tzdata.")
    missing = [
        code
        for code, _name in settings.LANGUAGES
        if code != "en" and not (settings.LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.mo").exists()
    ]
    if missing:
        yield Finding(WRONG, "languages", f"{', '.join(missing)} are not compiled: run make messages.")


def disk() -> Iterator[Finding]:
    place = next(place for place in (settings.DATA_DIR, *settings.DATA_DIR.parents) if place.exists())
    free = shutil.disk_usage(place).free // MIB
    if free < settings.LEAST_FREE_MIB:
        yield Finding(WRONG, "disk", f"Only {free} MiB are free beside the data: make room.")
    else:
        yield Finding(OK, "disk", f"{free:,} MiB are free beside the data.")


def django_checks() -> Iterator[Finding]:
    for message in checks.run_checks(include_deployment_checks=settings.IS_HTTPS):
        grade = WRONG if message.level >= checks.WARNING else NOTE
        yield Finding(grade, message.id or "check", f"{message.msg} {message.hint or ''}".strip())


def database() -> Iterator[Finding]:
    """Yield what is to say of a database that answers."""
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding(WRONG, "migrations", f"{len(waiting)} are not applied: run manage.py migrate.")
        return
    yield Finding(OK, "migrations", "All are applied.")
    if connection.vendor == "sqlite":
        yield Finding(OK, "database", "SQLite, for one household: it has no row security.")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('server_version'), clock_timestamp()")
        role, server, then = cursor.fetchone()
    apart = abs((dt.datetime.now(dt.UTC) - then).total_seconds())
    yield Finding(OK, "database", f"PostgreSQL {server}, as the role {role}.")
    if apart > 60:
        yield Finding(
            WRONG, "clock", f"This machine and the database differ by {apart:.0f} seconds: set both by NTP. "
            "Consents end by the clock of the database."
        )  # fmt: skip
    if bare := unprotected_tables():
        yield Finding(WRONG, "row security", f"{', '.join(bare)} lack it: run manage.py migrate.")
    else:
        yield Finding(OK, "row security", "Every table with diaries has it.")
    yield _pg_dump(server)


def _pg_dump(server: str) -> Finding:
    program = shutil.which("pg_dump")
    if program is None:
        return Finding(NOTE, "backup", "pg_dump is not installed here: make backups on another machine.")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = re.search(r"\d+", said)
    if major is None or int(major[0]) < int(server.split(".")[0]):
        return Finding(
            WRONG, "backup", f"pg_dump here is older than the server ({server}): install its version."
        )
    return Finding(OK, "backup", "pg_dump can read this server.")
