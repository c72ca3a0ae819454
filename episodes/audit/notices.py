"""Mails about sharing: a clinician's first look, that sharing ends soon, a note. Each is sent once.

A notice row is made and claimed under the patient's lock and as the patient; the mail is sent after
that is stored, so that a mail server that fails or hangs can undo nothing. What could not be sent is
due again and goes out with the next run of `manage.py send_consent_notices`. Everything that reads
or writes a row stands in a transaction: only there does PostgreSQL know the actor.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from episodes.models import Consent, ConsentNotice, ReviewNote, User, acting_as, lock_patient
from episodes.models.sharing import NOTICES, WARNED_AHEAD

FIRST_LOOK, ENDS_SOON, NOTE = NOTICES
PAGE = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """What one run did. failed: mails that the server did not take; the next run tries again."""

    sent: int = 0
    failed: int = 0


def tell_first_look(*, consent: Consent, now: dt.datetime) -> None:
    """Tell the patient, once the look is stored, that this clinician opened the diary: the first time only.

    Call it inside the transaction of the look. A look that is rolled back is not told.
    """
    transaction.on_commit(lambda: _first_look(consent.patient, consent.pk, now), robust=True)


def tell_note(*, consent: Consent, now: dt.datetime) -> None:
    """Tell the patient, once the note is stored, that there is one; one mail until all of this author are read.

    Call it inside the transaction of the note.
    """
    transaction.on_commit(lambda: _new_note(consent, now), robust=True)


def save_sharing_mails(*, wanted: bool, by: User) -> None:
    """Keep whether `by` wants mails about sharing."""
    by.sharing_mails = wanted
    by.save(update_fields=["sharing_mails"])


def mail_address(person: User) -> str | None:
    """Return the confirmed main address of `person`; an unconfirmed one may be somebody else's."""
    addresses = EmailAddress.objects.filter(user=person, verified=True, primary=True)
    address: str | None = addresses.values_list("email", flat=True).first()
    return address


def send_consent_notices(*, now: dt.datetime) -> Sent:
    """Return how many mails went out: that sharing ends within 14 days, and what failed earlier.

    Goes from patient to patient, as that patient. Running it twice, also at once, sends nothing twice.
    """
    sent = failed = 0
    for patient in _reachable_people():
        with acting_as(patient):
            with transaction.atomic():
                _note_endings(patient, now)
                letters = _claim_due(patient, now)
            lost = _send(patient, letters)
        sent, failed = sent + len(letters) - lost, failed + lost
    return Sent(sent, failed)


def _reachable_people() -> Iterator[User]:
    """Yield everybody with a confirmed address, read in pages: no cursor stays open while rows are written."""
    people = User.objects.filter(is_active=True, emailaddress__verified=True, emailaddress__primary=True)
    people = people.distinct().order_by("pk")
    page = list(people[:PAGE])
    while page:
        yield from page
        page = list(people.filter(pk__gt=page[-1].pk)[:PAGE])


def _first_look(patient: User, consent_id: uuid.UUID, now: dt.datetime) -> None:
    with acting_as(patient):
        with transaction.atomic():
            is_first = _note(patient, consent_id, FIRST_LOOK, now)
            letters = _claim_due(patient, now) if is_first else []
        _send(patient, letters)


def _new_note(consent: Consent, now: dt.datetime) -> None:
    patient = consent.patient
    with acting_as(patient):
        with transaction.atomic():
            lock_patient(patient.pk)
            told = ConsentNotice.objects.owned_by(patient).filter(consent_id=consent.pk, kind=NOTE)
            unread = _unread(patient, consent.clinician_id).order_by("at")
            oldest = unread.values_list("at", flat=True).first() or now
            is_told = told.filter(made_at__gte=oldest).exists()
            if not is_told and not told.update(made_at=now, is_due=True, sent_at=None):
                _note(patient, consent.pk, NOTE, now)
            letters = _claim_due(patient, now)
        _send(patient, letters)


def _unread(patient: User, author_id: uuid.UUID) -> Any:
    return ReviewNote.objects.owned_by(patient).filter(author_id=author_id, read_at=None)


def _note_endings(patient: User, now: dt.datetime) -> None:
    """Note what ends soon, but nothing that was shared for no longer than the warning is ahead."""
    ending = Consent.objects.owned_by(patient).ending(now)
    long_enough = ending.exclude(valid_until__lte=F("valid_from") + WARNED_AHEAD)
    for consent_id in list(long_enough.values_list("pk", flat=True)):
        _note(patient, consent_id, ENDS_SOON, now)


def _note(patient: User, consent_id: uuid.UUID, kind: str, now: dt.datetime) -> bool:
    """Return whether this is new; what is noted already is not noted again."""
    noted = ConsentNotice.objects.owned_by(patient).filter(consent_id=consent_id, kind=kind)
    if noted.exists():
        return False
    lock_patient(patient.pk)
    if noted.all().exists():  # somebody else was faster, before this one had the lock
        return False
    ConsentNotice(patient=patient, consent_id=consent_id, kind=kind, made_at=now).save(force_insert=True)
    return True


def _claim_due(patient: User, now: dt.datetime) -> list[ConsentNotice]:
    """Return the notices to be sent, as sent already: no other run finds them due.

    What is not wanted, has no address or is over is due no more and is not returned.
    """
    notices = ConsentNotice.objects.owned_by(patient)
    if not notices.filter(is_due=True).exists():
        return []
    lock_patient(patient.pk)
    due = list(notices.filter(is_due=True, consent__patient=patient).select_related("consent"))
    is_wanted = patient.sharing_mails and mail_address(patient) is not None
    letters = [notice for notice in due if is_wanted and _still_matters(patient, notice, now)]
    notices.filter(pk__in=[notice.pk for notice in due]).update(is_due=False)
    notices.filter(pk__in=[letter.pk for letter in letters]).update(sent_at=now)
    return letters


def _send(patient: User, letters: list[ConsentNotice]) -> int:
    """Return how many could not be sent; they are due again."""
    address = mail_address(patient) if letters else None
    failed = 0
    for letter in letters:
        try:
            _mail(patient, address or "", letter)
        except (OSError, ValueError) as problem:  # SMTP and the network; an address no header can hold
            log.warning("A mail about sharing could not be sent: %s", type(problem).__name__)
            failed += 1
            with transaction.atomic():
                again = ConsentNotice.objects.owned_by(patient).filter(pk=letter.pk)
                again.update(is_due=True, sent_at=None)
    return failed


def _still_matters(patient: User, notice: ConsentNotice, now: dt.datetime) -> bool:
    consent = notice.consent
    if notice.kind == NOTE:
        return bool(_unread(patient, consent.clinician_id).exists())
    return notice.kind == FIRST_LOOK or (consent.withdrawn_at is None and consent.valid_until > now)


def _mail(patient: User, address: str, notice: ConsentNotice) -> None:
    """Send neutral words: neither a name nor a section, nor anything about health."""
    with translation.override(patient.language), timezone.override(patient.zone):
        context = {
            "url": settings.BASE_URL + reverse("sharing:overview"),
            "ends_at": notice.consent.valid_until,
        }
        subject = render_to_string(f"sharing/email/{notice.kind}_subject.txt").strip()
        body = render_to_string(f"sharing/email/{notice.kind}_message.txt", context)
        EmailMessage(subject, body, to=[address]).send()
