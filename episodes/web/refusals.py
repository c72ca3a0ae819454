"""Whoever asks for a diary in vain stands in that patient's *Who has looked*, but cannot fill it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.utils import timezone

from episodes.audit.events import note_refusal
from episodes.models import AuditEvent, User
from episodes.web.limits import is_allowed


def note_refused_look(
    request: HttpRequest,
    patient_id: uuid.UUID,
    *,
    resource: str,
    action: AuditEvent.Action = AuditEvent.Action.READ,
    by: User,
) -> None:
    """Note the first tries of one person at one diary; the answer and its cost are the same for all."""
    if is_allowed(request, "refused_look", key=f"{by.pk} {patient_id}", counts_get=True):
        note_refusal(
            patient_id=patient_id,
            action=action,
            resource=resource,
            now=timezone.now(),
            by=by,
        )
