"""Audit rows: written in the transaction of what they describe, or that does not happen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction

from episodes.models import AuditEvent, User, lock_patient

BEGINNING = "0" * 64


def append_audit(
    *,
    patient_ids: list[uuid.UUID],
    action: str,
    resource: str,
    by: User,
    now: dt.datetime,
    request_id: str = "",
    counts: Mapping[uuid.UUID, int] | None = None,
    consents: Mapping[uuid.UUID, uuid.UUID] | None = None,
    purpose: str = "",
    outcome: str = "done",
) -> list[AuditEvent]:
    """Return the audit rows just written, one per patient, in one insert.

    counts and consents: by patient id, how many things were read and under which consent.
    Locks are taken in sorted order, so that two lists can never wait for each other.
    """
    if not patient_ids:
        return []
    with transaction.atomic():
        for patient_id in sorted(patient_ids):
            lock_patient(patient_id)
        last = {row["patient_id"]: row for row in AuditEvent.heads(patient_ids)}
        events = []
        for patient_id in sorted(patient_ids):
            previous = last.get(patient_id)
            event = AuditEvent(
                patient_id=patient_id,
                sequence=previous["sequence"] + 1 if previous else 1,
                at=now,
                actor_id=by.pk,
                actor_name=_public_name(by),
                actor_role=_role(by, patient_id),
                action=action,
                resource=resource,
                count=(counts or {}).get(patient_id, 1),
                purpose=purpose,
                consent_id=(consents or {}).get(patient_id),
                outcome=outcome,
                request_id=request_id,
                previous_hash=previous["hash"] if previous else BEGINNING,
            )
            event.hash = event.computed_hash()
            events.append(event)
        AuditEvent.append(events)
        return events


def _public_name(person: User) -> str:
    """Return the name a patient may read: a clinician's checked name, never a patient's."""
    return person.name if person.is_clinician else ""


def _role(person: User, patient_id: uuid.UUID) -> str:
    if person.pk == patient_id:
        return "patient"
    if person.is_clinician:
        return "clinician"
    return "operator" if person.is_superuser else "other"
