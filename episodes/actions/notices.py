"""Mails about sharing: a clinician's first look, and that sharing ends soon. Each is sent once.

A notice row is made and claimed under the patient's lock and as the patient; the mail is sent after
that is stored, so that a mail server that fails or hangs can undo nothing. What could not be sent is
due again and goes out with the next run of `manage.py send_consent_notices`.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from episodes.models import Consent, ConsentNotice, User, acting_as, lock_patient
from episodes.models.sharing import WARNED_AHEAD

FIRST_LOOK, ENDS_SOON = "first_look", "ends_soon"

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
    patients = User.objects.filter(is_active=True, emailaddress__verified=True, emailaddress__primary=True)
    sent = failed = 0
    for patient in patients.distinct().iterator():
        with acting_as(patient):
            _note_endings(patient, now)
            outcome = _deliver_due(patient, now)
        sent, failed = sent + outcome.sent, failed + outcome.failed
    return Sent(sent, failed)


def _first_look(patient: User, consent_id: uuid.UUID, now: dt.datetime) -> None:
    with acting_as(patient):
        if _is_noted(patient, consent_id, FIRST_LOOK):
            return
        _note(patient, consent_id, FIRST_LOOK, now)
        _deliver_due(patient, now)


def _note_endings(patient: User, now: dt.datetime) -> None:
    """Note what ends soon, but nothing that was shared for no longer than the warning is ahead."""
    ending = Consent.objects.owned_by(patient).ending(now)
    for consent_id in ending.exclude(valid_until__lte=F("valid_from") + WARNED_AHEAD).values_list(
        "pk", flat=True
    ):
        if not _is_noted(patient, consent_id, ENDS_SOON):
            _note(patient, consent_id, ENDS_SOON, now)


def _is_noted(patient: User, consent_id: uuid.UUID, kind: str) -> bool:
    noted = ConsentNotice.objects.owned_by(patient).filter(consent_id=consent_id, kind=kind)
    return bool(noted.exists())


def _note(patient: User, consent_id: uuid.UUID, kind: str, now: dt.datetime) -> None:
    with transaction.atomic():
        lock_patient(patient.pk)
        if _is_noted(patient, consent_id, kind):
            return
        notice = ConsentNotice(patient=patient, consent_id=consent_id, kind=kind, made_at=now)
        notice.save(force_insert=True)


def _deliver_due(patient: User, now: dt.datetime) -> Sent:
    """Send what is due; what is not wanted, has no address or is over will never be due again."""
    notices = ConsentNotice.objects.owned_by(patient)
    sent = failed = 0
    for notice in notices.filter(is_due=True).select_related("consent"):
        if not notices.filter(pk=notice.pk, is_due=True).update(is_due=False, sent_at=now):
            continue  # another run has it
        address = mail_address(patient)
        if address is None or not patient.sharing_mails or not _still_matters(notice, now):
            notices.filter(pk=notice.pk).update(sent_at=None)
            continue
        try:
            _mail(patient, address, notice)
        except (OSError, ValueError) as problem:  # SMTP and the network; an address no header can hold
            log.warning("A mail about sharing could not be sent: %s", type(problem).__name__)
            notices.filter(pk=notice.pk).update(is_due=True, sent_at=None)
            failed += 1
        else:
            sent += 1
    return Sent(sent, failed)


def _still_matters(notice: ConsentNotice, now: dt.datetime) -> bool:
    consent = notice.consent
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
