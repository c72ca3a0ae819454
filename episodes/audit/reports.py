"""What a patient reports as wrong in *Who has looked*, and how the operator hears of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from episodes.audit.events import append_audit
from episodes.models import AuditEvent, User, lock_patient


class NoSuchLook(Exception):
    """There is no entry of this number that can be reported."""


@dataclass(frozen=True)
class ReportedLook:
    """A report and the entry it is about; reporter: a user name, or the id of an account that is gone."""

    at: dt.datetime
    reporter: str
    entry: AuditEvent


def report_look(*, sequence: int, now: dt.datetime, by: User) -> bool:
    """Keep that `by` thinks entry `sequence` of their own list is wrong; False if it was reported before."""
    with transaction.atomic():
        lock_patient(by.pk)
        own = AuditEvent.objects.owned_by(by)
        if not own.filter(sequence=sequence).exclude(action=AuditEvent.Action.REPORT).exists():
            raise NoSuchLook
        if own.filter(action=AuditEvent.Action.REPORT, resource=_resource(sequence)).exists():
            return False
        append_audit(
            patient_ids=[by.pk], action=AuditEvent.Action.REPORT, resource=_resource(sequence), now=now, by=by
        )
        transaction.on_commit(_tell_operators, robust=True)
        return True


def reported_among(sequences: Iterable[int], by: User) -> set[int]:
    """Return which of one's own entries one has reported."""
    wanted = {_resource(sequence): sequence for sequence in sequences}
    reports = AuditEvent.objects.owned_by(by).filter(
        action=AuditEvent.Action.REPORT, resource__in=list(wanted)
    )
    return {wanted[resource] for resource in reports.values_list("resource", flat=True)}


def reported_looks() -> list[ReportedLook]:
    """Return every report, newest first, for the operator's command line."""
    reports = AuditEvent.reports()
    people: dict[uuid.UUID, User] = User.objects.in_bulk({report.patient_id for report in reports})
    entries = AuditEvent.named([(report.patient_id, _sequence(report.resource)) for report in reports])
    return [
        ReportedLook(report.at, _name(people, report.patient_id), entry)
        for report in reports
        if (entry := entries.get((report.patient_id, _sequence(report.resource))))
    ]


def _name(people: dict[uuid.UUID, User], pk: uuid.UUID) -> str:
    return people[pk].username if pk in people else str(pk)


def _resource(sequence: int) -> str:
    return f"look {sequence}"


def _sequence(resource: str) -> int:
    return int(resource.removeprefix("look "))


def _tell_operators() -> None:
    """Mail that there is a report; who made it and about whom stays on the server."""
    operators = User.objects.filter(is_superuser=True, is_active=True).exclude(email="")
    addresses = list(operators.values_list("email", flat=True))
    if addresses:
        send_mail(
            _("Crampdiary: somebody reported a look"),
            _(
                "A person says that an entry in their list Who has looked is wrong.\n"
                "On the server, manage.py reported_looks shows which one."
            ),
            None,
            addresses,
        )
