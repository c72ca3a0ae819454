"""Clearing a diary, deleting an account, and the ledger that keeps both true after a restore.

The ledger is a file outside the database (ERASURE_LEDGER): JSON lines with an opaque account id. A
backup knows the erasures before it; `replay` does again those that only the ledger knows.
"""

from __future__ import annotations

import datetime as dt
import errno
import json
import logging
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from episodes.audit.events import append_audit
from episodes.audit.notices import mail_address
from episodes.models import AuditEvent, ErasureRecord, User, lock_patient
from episodes.models.erasure import ACCOUNT, DIARY, erase_account_rows, erase_diary_rows

log = logging.getLogger(__name__)


class ErasureRefused(Exception):
    """This account cannot be erased like this; the message says what to do."""


@dataclass(frozen=True)
class Receipt:
    """What was erased. counts: rows by table, tables without any left out; sessions under `sessions`."""

    what: str
    at: dt.datetime
    key: uuid.UUID
    counts: dict[str, int]

    @property
    def nights(self) -> int:
        return self.counts.get("episodes.Night", 0)

    @property
    def cramps(self) -> int:
        return self.counts.get("episodes.Episode", 0)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def is_account(self) -> bool:
        return self.what == ACCOUNT


def erase(
    *,
    account: User,
    what: str,
    now: dt.datetime,
    in_maintenance: bool = False,
    by: User | None,
) -> Receipt:
    """Return the receipt of clearing the diary of `account`, or of deleting it whole; nothing half done.

    by: None for the operator's command. The mail, the ledger file and the emptying of SQLite's log follow
    once the erasure is stored. Raises ErasureRefused for a clinician's or an operator's account.
    """
    if what == ACCOUNT and account.is_staff:
        raise ErasureRefused(
            _(
                "This account also serves as a clinician's or an operator's. Ask whoever runs this site to end that first."
            )
        )
    address = mail_address(account)
    try:
        with transaction.atomic():
            lock_patient(account.pk)
            append_audit(
                patient_ids=[account.pk], action=AuditEvent.Action.ERASE, resource=what, now=now, by=by
            )
            counts = _erase(account.pk, what, in_maintenance)
            ErasureRecord.objects.create(account_key=account.pk, what=what, at=now)
            receipt = Receipt(what, now, account.pk, counts)
            transaction.on_commit(_after, robust=True)
            if address:
                transaction.on_commit(lambda: _mail(address, account.language, receipt), robust=True)
    except IntegrityError:
        raise ErasureRefused(
            _(
                "Diaries were once shared with this account, so it cannot be deleted here. Ask whoever runs this site."
            )
        ) from None
    return receipt


def replay(entries: list[dict[str, Any]]) -> int:
    """Return how many erasures of the ledger this database did not know and has done again now.

    Of a cleared diary everything goes: what this database holds is older than the clearing. Call in maintenance.
    """
    known = set(ErasureRecord.objects.values_list("pk", flat=True))
    done = 0
    for entry in entries:
        if entry["id"] in known:
            continue
        with transaction.atomic():
            lock_patient(entry["account"])
            _erase(entry["account"], entry["what"], in_maintenance=True)
            ErasureRecord.objects.create(
                pk=entry["id"], account_key=entry["account"], what=entry["what"], at=entry["at"]
            )
            transaction.on_commit(empty_the_log, robust=True)
        known.add(entry["id"])
        done += 1
    return done


def read_ledger(path: Path) -> list[dict[str, Any]]:
    """Return the erasures in a ledger file, oldest first; none where there is no file.

    Raises ValueError with a sentence for a line that cannot be read: nobody may come back by a torn line.
    """
    if not path.exists():
        return []
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            content = json.loads(line)
            entry = {
                "id": uuid.UUID(content["id"]),
                "account": uuid.UUID(content["account"]),
                "what": {DIARY: DIARY, ACCOUNT: ACCOUNT}[content["what"]],
                "at": dt.datetime.fromisoformat(content["at"]),
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(f"Line {number} of the erasure ledger {path} cannot be read.") from None
        entries.append(entry)
    return entries


def write_ledger() -> int:
    """Return how many erasures the file did not have and has now: the newest, and any that failed earlier."""
    path = Path(settings.ERASURE_LEDGER)
    known = {entry["id"] for entry in read_ledger(path)}
    lines = [
        json.dumps(
            {
                "id": str(record.pk),
                "account": str(record.account_key),
                "what": record.what,
                "at": record.at.astimezone(dt.UTC).isoformat(),
            }
        )
        for record in ErasureRecord.objects.order_by("at", "pk")
        if record.pk not in known
    ]
    if lines:
        append_whole(path, "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def append_whole(path: Path, content: bytes) -> None:
    """Add `content` to a file and to the disk, or raise OSError and leave the file as it was."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        if os.write(descriptor, content) < len(content):  # a disk that becomes full takes a part
            os.ftruncate(descriptor, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def empty_the_log() -> None:
    """Write SQLite's log into its file and empty it: deleted words would stand in it for a while.

    A reader that is busy just then leaves it to the next time; the file itself is overwritten with zeros
    by `secure_delete`.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _erase(account_key: uuid.UUID, what: str, in_maintenance: bool) -> dict[str, int]:
    counts = erase_diary_rows(account_key)
    if what == ACCOUNT:
        counts |= erase_account_rows(account_key, with_clinician_rows=in_maintenance)
    return counts


def _after() -> None:
    try:
        write_ledger()
    except (OSError, ValueError) as error:
        log.error("The erasure ledger was not written, the next erasure or backup tries again: %s", error)
    try:
        empty_the_log()
    except DatabaseError:
        log.error(
            "SQLite's log could not be emptied after an erasure; the next one tries again.", exc_info=True
        )


def _mail(address: str, language: str, receipt: Receipt) -> None:
    with translation.override(language):
        text = render_to_string(
            "account/email/erased.txt", {"receipt": receipt, "backups": settings.PRIVACY["backups"]}
        )
        subject = _("Your data was deleted")
    try:
        EmailMessage(subject, text, to=[address]).send()
    except OSError:
        log.error("The receipt of an erasure could not be mailed.")
