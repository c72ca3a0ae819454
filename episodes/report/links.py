"""Links to a report: made and ended by the patient, opened by whoever has the address, always noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from episodes.audit.events import append_audit
from episodes.models import AuditEvent, ReportLink, User, acting_as, lock_patient
from episodes.models.secrets import hash_of, new_secret, parts_of, sharing_patient, token_of
from episodes.questions.report_sections import sections_in_order

DAYS = (1, 7, 30)
MOST_LINKS = 20
LINKS_KEPT = 20
MOST_REFUSALS = 20  # rows about one dead link: whoever holds it cannot fill the patient's chain
SHORTEST_PIN, LONGEST_PIN = 4, 12
RESOURCE = "report_link"
ROLE = "link"  # of whoever opened it: nobody knows who that is


class LinkRefused(Exception):
    """A link cannot be made like this; the message says what to do."""


@dataclass(frozen=True)
class NewLink:
    """A link that was just made. token: the last part of its address, known now and never again."""

    link: ReportLink
    token: str


@dataclass(frozen=True)
class Opening:
    """What came of opening an address. patient and link are there only where the report may be shown."""

    outcome: Literal["open", "pin", "wrong_pin", "dead"]
    patient: User | None = None
    link: ReportLink | None = None


@dataclass(frozen=True)
class LinkLine:
    """One link with the moments at which it was opened, newest first, and whether it still opens."""

    link: ReportLink
    is_live: bool
    opened: tuple[dt.datetime, ...]


def make_link(
    *,
    first: dt.date,
    last: dt.date,
    sections: Collection[str],
    days: int,
    pin: str = "",
    now: dt.datetime,
    by: User,
) -> NewLink:
    """Return a new link to the report of `by` on the nights `first` to `last`, good for `days` days.

    Raises LinkRefused, and keeps nothing, for another number of days, a PIN that is no 4 to 12 digits,
    no part at all, and more links at once than anybody needs.
    """
    if days not in DAYS:
        raise LinkRefused(_("Choose 1, 7 or 30 days."))
    if pin and not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise LinkRefused(_("A PIN has 4 to 12 digits, and nothing else."))
    chosen = sections_in_order(frozenset(sections))
    if not chosen:
        raise LinkRefused(_("Choose at least one part of the report."))
    secret, pin_hash = new_secret(), make_password(pin) if pin else ""
    with transaction.atomic():
        lock_patient(by.pk)
        if ReportLink.objects.owned_by(by).live(now).count() >= MOST_LINKS:
            raise LinkRefused(_("You have 20 links that open: end one you no longer need."))
        link = ReportLink(
            patient=by,
            secret_hash=hash_of(secret),
            pin_hash=pin_hash,
            first=first,
            last=last,
            sections=list(chosen),
            made_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
        link.save(force_insert=True)
        _audit(link, AuditEvent.Action.MAKE_LINK, now, by)
    return NewLink(link, token_of(by.pk, secret))


def revoke_link(*, link: ReportLink, now: dt.datetime, by: User) -> None:
    """End a link of `by`; the next request for it finds nothing. Ending it twice is ending it once."""
    with transaction.atomic():
        lock_patient(by.pk)
        ended = ReportLink.objects.owned_by(by).filter(pk=link.pk, revoked_at=None).update(revoked_at=now)
        if ended:
            _audit(link, AuditEvent.Action.END_LINK, now, by)


def open_link(*, token: str, pin: str | None, now: dt.datetime) -> Opening:
    """Return what an address opens, noted in the patient's audit chain in the same transaction.

    pin: what was typed, None when nothing was asked yet. A wrong PIN is counted before anything else can
    happen, one request at a time; after five the link is dead. Dead is one answer for all reasons:
    mistyped, ended, run out, locked, account off, agreement to storing taken back.
    """
    parts = parts_of(token)
    patient = sharing_patient(parts[0]) if parts else None
    if parts is None or patient is None:
        return Opening("dead")
    with acting_as(patient), transaction.atomic():
        lock_patient(patient.pk)
        same = ReportLink.objects.owned_by(patient).opened_by(parts[1])
        link: ReportLink | None = same.first()
        if link is None:
            return Opening("dead")
        if not link.is_live(now):
            if _refusals(link, patient) < MOST_REFUSALS:
                _audit(link, AuditEvent.Action.OPEN_LINK, now, None, outcome="refused")
            return Opening("dead")
        if link.has_pin and pin is None:
            return Opening("pin")
        if link.has_pin and not check_password(pin, link.pin_hash):
            same.update(pin_failures=link.pin_failures + 1)
            _audit(link, AuditEvent.Action.OPEN_LINK, now, None, outcome="refused")
            return Opening("wrong_pin")
        if link.pin_failures:
            same.update(pin_failures=0)
        _audit(link, AuditEvent.Action.OPEN_LINK, now, None)
        return Opening("open", patient, link)


def _refusals(link: ReportLink, patient: User) -> int:
    """Return how often a link was tried in vain; that is written down only so often."""
    events = AuditEvent.objects.owned_by(patient).filter(resource=RESOURCE, outcome="refused")
    number: int = events.filter(consent_id=link.pk).count()
    return number


def link_lines(*, now: dt.datetime, by: User) -> list[LinkLine]:
    """Return the newest links of `by` with the moments at which they were opened; two statements."""
    links = list(ReportLink.objects.owned_by(by).order_by("-made_at")[:LINKS_KEPT])
    opened: dict[object, list[dt.datetime]] = {}
    events = AuditEvent.objects.owned_by(by).filter(
        action=AuditEvent.Action.OPEN_LINK,
        resource=RESOURCE,
        outcome="done",
        consent_id__in=[link.pk for link in links],
    )
    for link_id, moment in events.order_by("-sequence").values_list("consent_id", "at"):
        opened.setdefault(link_id, []).append(moment)
    return [LinkLine(link, link.is_live(now), tuple(opened.get(link.pk, ()))) for link in links]


def _audit(
    link: ReportLink,
    action: AuditEvent.Action,
    now: dt.datetime,
    by: User | None,
    outcome: str = "done",
) -> None:
    with acting_as(by):  # nobody writes a row in another person's name, nor as one where there is none
        append_audit(
            patient_ids=[link.patient_id],
            action=action,
            resource=RESOURCE,
            consents={link.patient_id: link.pk},
            outcome=outcome,
            role="" if by else ROLE,
            now=now,
            by=by,
        )
