"""Who looked, exported, granted or was refused: append-only, chained per patient."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from episodes.models.access import OWN, HealthManager, HealthQuerySet
from episodes.models.keys import new_id

HASHED = (
    "patient_id", "sequence", "at", "actor_id", "actor_name", "actor_role", "action",
    "resource", "count", "purpose", "consent_id", "outcome", "request_id",
)  # fmt: skip


class AuditEvent(models.Model):
    """One reading or one act. Text copies and opaque ids, no foreign keys: it outlives what it names."""

    class Action(models.TextChoices):
        """What was done. These words are in the hashes of rows that are there: add, never rename."""

        GRANT = "grant"
        WITHDRAW = "withdraw"
        LIST = "list"
        READ = "read"
        NOTE = "note"
        REVIEW = "review"
        NOTE_AND_REVIEW = "note_review"
        TAKE_BACK_REVIEW = "take_back_review"
        SET_NUMBER = "number"
        NEW_CODE = "new_code"
        END_CLINICIAN = "end_clinician"
        PRINT = "print"
        EXPORT = "export"
        TOKEN_EXPORT = "token_export"
        IMPORT = "import"
        UNDO_IMPORT = "undo"
        MAKE_LINK = "link"
        END_LINK = "unlink"
        OPEN_LINK = "open"
        MAKE_TOKEN = "make_token"
        END_TOKEN = "end_token"
        REPORT = "report"
        ERASE = "erase"

    section = OWN
    reader = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=20)
    action = models.CharField(max_length=30)
    resource = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=1)
    purpose = models.CharField(max_length=200, blank=True)
    consent_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, default="done")
    request_id = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = HealthManager()
    rows = HealthQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        default_manager_name = "rows"
        base_manager_name = "rows"
        constraints = [models.UniqueConstraint(fields=["patient_id", "sequence"], name="audit_sequence_once")]
        indexes = [models.Index(fields=["patient_id", "at"], name="audit_of_patient")]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def heads(cls, patient_ids: list[uuid.UUID]) -> list[dict[str, Any]]:
        """Return patient_id, sequence and hash of the newest row of each patient that has one.

        PostgreSQL answers through a function, because a refused reader may not read the rows themselves.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT patient_id, sequence, hash FROM cramp_audit_heads(%s)", [list(patient_ids)]
                )
                names = ("patient_id", "sequence", "hash")
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        newest = (
            cls.rows.filter(patient_id__in=patient_ids)
            .values_list("patient_id")
            .annotate(models.Max("sequence"))
        )
        wanted = dict(newest)
        rows = cls.rows.filter(patient_id__in=list(wanted), sequence__in=set(wanted.values()))
        return [
            row
            for row in rows.values("patient_id", "sequence", "hash")
            if wanted[row["patient_id"]] == row["sequence"]
        ]

    @classmethod
    def in_order(cls) -> Iterator[AuditEvent]:
        """Yield every row of everybody, one chain after the other: for the checks of the operator."""
        yield from cls.rows.filter(patient_id__isnull=False).order_by("patient_id", "sequence").iterator()

    @classmethod
    def reports(cls) -> list[AuditEvent]:
        """Return every row by which a patient reported another one, newest first: for the operator."""
        return list(
            cls.rows.filter(patient_id__isnull=False, action=cls.Action.REPORT).order_by("-at", "-id")
        )

    @classmethod
    def named(cls, wanted: list[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], AuditEvent]:
        """Return rows by patient and sequence: for the operator."""
        rows = cls.rows.filter(
            patient_id__in={patient for patient, _sequence in wanted},
            sequence__in={sequence for _patient, sequence in wanted},
        )
        return {(row.patient_id, row.sequence): row for row in rows}

    @classmethod
    def append(cls, events: list[AuditEvent]) -> None:
        """Insert rows in one statement; rows are never changed afterwards."""
        cls.rows.bulk_create(events)  # type: ignore[arg-type]

    def computed_hash(self) -> str:
        """Return SHA-256 over the previous hash and this row's content as canonical JSON."""
        content = {name: _plain(getattr(self, name)) for name in HASHED}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(f"{self.previous_hash}\n{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value
