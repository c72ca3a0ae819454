"""Consents and audit rows as the page prints them: names, last days, kinds of act."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass

from django.utils import timezone

from episodes.article.consent_texts import Scope, sharing_text
from episodes.models import SCOPES, AuditEvent, ClinicianCard, Consent

LIST = AuditEvent.Action.LIST  # the act of opening a list in which the patient stands


@dataclass(frozen=True)
class ConsentLine:
    """One consent in words, the sections in those of the text that was agreed to.

    first_day, last_day: the first and last whole or part day on the reader's clock.
    """

    consent: Consent
    name: str
    practice: str
    sections: tuple[Scope, ...]
    first_day: dt.date
    last_day: dt.date
    is_in_force: bool
    is_planned: bool
    ends_soon: bool


WITHOUT_PURPOSE = {LIST, AuditEvent.Action.WITHDRAW}


@dataclass(frozen=True)
class LookLine:
    """One audit row in words. what: kind of act; of: the clinician whom a consent names.

    times: how often somebody saw this patient in their list, told in one line; `at` is the last time and
    `since` the first.
    sequence: number of the entry in the patient's own list; is_reported: they said that it is wrong.
    """

    at: dt.datetime
    who: str
    role: str
    what: str
    of: str
    count: int
    purpose: str
    times: int = 1
    since: dt.datetime | None = None
    sequence: int = 0
    is_reported: bool = False


def cards_of(clinician_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, ClinicianCard]:
    return ClinicianCard.objects.in_bulk(list(set(clinician_ids)))


def consent_lines(consents: Iterable[Consent], now: dt.datetime) -> list[ConsentLine]:
    """Return the lines in the given order. Costs one query; the clinicians come with the consents."""
    consents = list(consents)
    cards = cards_of(consent.clinician_id for consent in consents)
    return [consent_line(consent, cards.get(consent.clinician_id), now) for consent in consents]


def consent_line(consent: Consent, card: ClinicianCard | None, now: dt.datetime) -> ConsentLine:
    shared = consent.scopes
    text = sharing_text(consent.text_version)
    is_over = consent.withdrawn_at is not None or consent.valid_until <= now
    is_in_force = not is_over and consent.valid_from <= now
    return ConsentLine(
        consent=consent,
        name=card.name if card else consent.clinician.name,
        practice=card.practice if card else "",
        sections=tuple(text.scope(key) for key in SCOPES if key in shared),
        first_day=timezone.localdate(consent.valid_from),
        last_day=consent.last_day,
        is_in_force=is_in_force,
        is_planned=not is_over and not is_in_force,
        ends_soon=is_in_force and consent.ends_soon(now),
    )


def look_lines(
    events: Iterable[AuditEvent], consents: Iterable[Consent], reported: Container[int] = ()
) -> list[LookLine]:
    """Return audit rows, newest first, in words; `consents` are those of the same patient, for the names.

    reported: numbers of the entries that the patient reported.
    Opening a list tells little and happens often: one line a person, where the newest of them stood.
    """
    events = list(events)
    consents = list(consents)
    clinician_of: dict[uuid.UUID | None, uuid.UUID] = {each.pk: each.clinician_id for each in consents}
    # The patient's own words stay in the consent, which can be erased; audit rows cannot.
    purpose_of: dict[uuid.UUID | None, str] = {each.pk: each.purpose for each in consents}
    people = {event.actor_id for event in events if event.actor_id} | set(clinician_of.values())
    names: dict[uuid.UUID | None, str] = {pk: card.name for pk, card in cards_of(people).items()}
    lists: dict[uuid.UUID | None, list[AuditEvent]] = {}
    for event in events:
        if event.action == LIST and event.outcome == "done":
            lists.setdefault(event.actor_id, []).append(event)
    later = {event.pk for views in lists.values() for event in views[1:]}
    shown = [(event, lists.get(event.actor_id, [])) for event in events if event.pk not in later]
    return [
        LookLine(
            at=event.at,
            who=names.get(event.actor_id, event.actor_name),
            role=event.actor_role,
            what="refused" if event.outcome != "done" else event.action,
            of=names.get(clinician_of.get(event.consent_id), ""),
            count=event.count,
            purpose=purpose_of.get(event.consent_id, "") if event.action not in WITHOUT_PURPOSE else "",
            times=len(views) if event.action == LIST and event.outcome == "done" else 1,
            since=views[-1].at if views else None,
            sequence=event.sequence,
            is_reported=event.sequence in reported,
        )
        for event, views in shown
    ]
