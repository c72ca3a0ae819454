"""Heads of the audit chains, copied to a place outside the database.

A chain alone does not show that its newest rows are gone, nor that somebody with the whole database
wrote it anew from one row on. A copy of each head, made when it was new and kept elsewhere, does.
AUDIT_ANCHOR names the place: a file to append to, `syslog`, or `off`. A line is JSON and holds a
time, an opaque account id, a sequence number and a hash: no name, no act, no health data.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import syslog
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from episodes.models import AuditEvent

SYSLOG, OFF = "syslog", "off"

logger = logging.getLogger(__name__)


class Head(NamedTuple):
    """The newest row of one chain at some moment."""

    patient_id: uuid.UUID
    sequence: int
    hash: str


def anchor(heads: Sequence[Head], now: dt.datetime) -> bool:
    """Return whether the heads now stand outside; False, and a line in the log, where that failed.

    The rows themselves are stored by then, so a full disk of the log host stops nobody's work:
    `manage.py anchor_audit` makes up for it.
    """
    place = settings.AUDIT_ANCHOR
    if place == OFF:
        return False
    lines = [_line(head, now) for head in heads]
    try:
        if place == SYSLOG:
            for line in lines:
                syslog.syslog(syslog.LOG_NOTICE | syslog.LOG_AUTHPRIV, f"crampdiary-audit {line}")
        elif lines:
            _append(Path(place), "".join(f"{line}\n" for line in lines))
    except OSError as error:
        logger.error("The audit heads could not be written to AUDIT_ANCHOR: %s", error.strerror)
        return False
    return True


def current_heads() -> list[Head]:
    """Return the newest row of every chain."""
    newest: dict[uuid.UUID, Head] = {}
    for event in AuditEvent.in_order():
        newest[event.patient_id] = Head(event.patient_id, event.sequence, event.hash)
    return list(newest.values())


def heads_in(lines: Iterable[str]) -> tuple[list[Head], int]:
    """Return the heads in the lines of an anchor, and how many lines could not be read.

    Whatever a log host writes before the JSON is passed over; lines without any are not ours.
    """
    heads, unreadable = [], 0
    for line in lines:
        _before, brace, rest = line.partition("{")
        if not brace:
            continue
        try:
            content = json.loads(brace + rest)
            head = Head(uuid.UUID(content["patient"]), int(content["sequence"]), str(content["hash"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            unreadable += 1
        else:
            heads.append(head)
    return heads, unreadable


def _line(head: Head, now: dt.datetime) -> str:
    content = {
        "at": now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "patient": str(head.patient_id),
        "sequence": head.sequence,
        "hash": head.hash,
    }
    return json.dumps(content, separators=(",", ":"))


def _append(path: Path, text: str) -> None:
    """Append in one write, so that lines of several processes never mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
