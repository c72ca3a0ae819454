"""Audit rows: written in the transaction of what they describe, or that does not happen."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Mapping
from functools import partial

from django.db import DatabaseError, transaction

from episodes.audit.anchor import Head, anchor
from episodes.audit.request_id import current_request_id
from episodes.models import AuditEvent, User, lock_patient

BEGINNING = "0" * 64

logger = logging.getLogger(__name__)


def append_audit(
    *,
    patient_ids: list[uuid.UUID],
    action: AuditEvent.Action,
    resource: str,
    by: User | None,
    now: dt.datetime,
    counts: Mapping[uuid.UUID, int] | None = None,
    consents: Mapping[uuid.UUID, uuid.UUID] | None = None,
    purpose: str = "",
    outcome: str = "done",
    role: str = "",
) -> list[AuditEvent]:
    """Return the audit rows just written, one per patient, in one insert.

    counts and consents: by patient id, how many things were read and under which consent. by: None
    for somebody who is not logged in. role: as what they acted, where the account does not say it.
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
                actor_id=by.pk if by else None,
                actor_name=_public_name(by),
                actor_role=role or _role(by, patient_id),
                action=action,
                resource=resource,
                count=(counts or {}).get(patient_id, 1),
                purpose=purpose,
                consent_id=(consents or {}).get(patient_id),
                outcome=outcome,
                request_id=current_request_id(),
                previous_hash=previous["hash"] if previous else BEGINNING,
            )
            event.hash = event.computed_hash()
            events.append(event)
        AuditEvent.append(events)
        heads = [Head(event.patient_id, event.sequence, event.hash) for event in events]
        transaction.on_commit(partial(anchor, heads, now), robust=True)
        return events


def note_refusal(
    *,
    patient_id: uuid.UUID,
    resource: str,
    now: dt.datetime,
    action: AuditEvent.Action,
    by: User,
) -> None:
    """Note for the patient, if there is one, that somebody asked for their diary in vain.

    Where it cannot be noted, the log says so: nothing was shown, and the answer stays the same.
    """
    try:
        if patient_id != by.pk and User.objects.filter(pk=patient_id).exists():
            append_audit(
                patient_ids=[patient_id],
                action=action,
                resource=resource,
                counts={patient_id: 0},
                outcome="refused",
                now=now,
                by=by,
            )
    except DatabaseError:
        told = current_request_id() or "-"
        logger.error("A refused reading could not be written down (request %s).", told, exc_info=True)


def _public_name(person: User | None) -> str:
    """Return the name a patient may read: a clinician's checked name, never a patient's."""
    return person.name if person is not None and person.is_clinician else ""


def _role(person: User | None, patient_id: uuid.UUID) -> str:
    if person is None:
        return "operator"
    if person.pk == patient_id:
        return "patient"
    if person.is_clinician:
        return "clinician"
    return "operator" if person.is_superuser else "other"
