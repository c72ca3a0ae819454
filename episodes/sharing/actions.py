"""Granting and withdrawing consent, and what a clinician then reads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from episodes.article import consent_texts
from episodes.audit.events import append_audit
from episodes.diaries.shared import unread_notes
from episodes.models import (
    SCOPES,
    AuditEvent,
    Consent,
    ReviewNote,
    User,
    VisitQuestion,
    lock_patient,
)
from episodes.models.sharing import LONGEST
from episodes.sharing.codes import CODE_DOES_NOT_WORK, use_invitation

LATEST_START = dt.timedelta(days=92)
NOTES_SHOWN = 20
MOST_QUESTIONS = 20


class SharingRefused(Exception):
    """A consent cannot be given like this; the message says what to do."""


def grant_consent(
    *,
    clinician: User,
    scopes: Collection[str],
    valid_until: dt.datetime,
    purpose: str,
    now: dt.datetime,
    valid_from: dt.datetime | None = None,
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    invitation: uuid.UUID | None = None,
    by: User,
) -> Consent:
    """Return the new consent of `by` for `clinician`; an earlier one to the same person ends now.

    valid_from: when it begins, where that is later than now. invitation: the code that named the
    clinician, if it works once; it is used up here. birth_date or birth_year: what this clinician is told.
    Raises SharingRefused, and keeps nothing, for one's own code, a code out of use, no section or an
    unknown one, and days that have passed, lie too far ahead or more than a year apart.
    """
    begins = max(valid_from or now, now)
    _check(clinician, scopes, begins, valid_until, now, by)
    with transaction.atomic():
        lock_patient(by.pk)
        if invitation is not None and not use_invitation(pk=invitation, clinician=clinician, now=now):
            raise SharingRefused(str(CODE_DOES_NOT_WORK))
        earlier = Consent.objects.owned_by(by).not_over(now).filter(clinician=clinician)
        for ended in list(earlier.values_list("pk", flat=True)):
            append_audit(
                patient_ids=[by.pk],
                action=AuditEvent.Action.WITHDRAW,
                resource="consent",
                consents={by.pk: ended},
                now=now,
                by=by,
            )
        earlier.update(withdrawn_at=now, withdrawn_by=by.pk)
        consent = Consent(
            patient=by,
            clinician=clinician,
            valid_from=begins,
            valid_until=valid_until,
            purpose=purpose,
            birth_date=birth_date,
            birth_year=birth_year,
            text_version=consent_texts.SHARING_VERSION,
            **{f"shares_{scope}": scope in scopes for scope in SCOPES},
        )
        consent.save(force_insert=True)
        append_audit(
            patient_ids=[by.pk],
            action=AuditEvent.Action.GRANT,
            resource="consent",
            consents={by.pk: consent.pk},
            now=now,
            by=by,
        )
        return consent


def _check(
    clinician: User,
    scopes: Collection[str],
    begins: dt.datetime,
    valid_until: dt.datetime,
    now: dt.datetime,
    by: User,
) -> None:
    if clinician.pk == by.pk:
        raise SharingRefused(_("This is your own code: type the code of your clinician."))
    if not clinician.is_clinician or not clinician.is_active:
        raise SharingRefused(_("This code is no longer in use: ask your clinician for the new one."))
    if not scopes or not set(scopes) <= set(SCOPES):
        raise SharingRefused(_("Choose at least one thing to share."))
    if valid_until <= now:
        raise SharingRefused(_("This day has passed: choose a later one."))
    if begins > now + LATEST_START:
        raise SharingRefused(_("This first day is too far ahead: choose one within three months."))
    if valid_until <= begins:
        raise SharingRefused(_("The last day is before the first: check both days."))
    if valid_until > begins + LONGEST:
        raise SharingRefused(
            _("You can share for 12 months at most: choose an earlier day, and share again then.")
        )


def withdraw_consent(*, consent: Consent, now: dt.datetime, by: User) -> None:
    """End a consent of `by`, effective on the clinician's next query."""
    with transaction.atomic():
        lock_patient(by.pk)
        ended = (
            Consent.objects.owned_by(by)
            .filter(pk=consent.pk, withdrawn_at=None)
            .update(withdrawn_at=now, withdrawn_by=by.pk)
        )
        if ended:
            append_audit(
                patient_ids=[by.pk],
                action=AuditEvent.Action.WITHDRAW,
                resource="consent",
                consents={by.pk: consent.pk},
                now=now,
                by=by,
            )


def ask_at_visit(*, text: str, today: dt.date, by: User) -> VisitQuestion:
    """Return the new question of `by` for the next visit."""
    with transaction.atomic():
        lock_patient(by.pk)
        if VisitQuestion.objects.owned_by(by).count() >= MOST_QUESTIONS:
            raise SharingRefused(_("You have 20 questions: remove one you no longer need."))
        question = VisitQuestion(patient=by, text=text, asked_on=today)
        question.save(force_insert=True)
        return question


def notes_to_read(*, by: User) -> list[ReviewNote]:
    """Return the notes about `by`: all that were not read yet, then the newest."""
    notes = ReviewNote.objects.owned_by(by).exclude(read_at=None).order_by("-at")
    return [*unread_notes(by=by), *notes[:NOTES_SHOWN]]


def mark_notes_read(*, notes: Sequence[ReviewNote], now: dt.datetime, by: User) -> None:
    """Keep that `by` has had these notes of theirs on the screen; what was read before stays as it is."""
    if unread := [note.pk for note in notes if note.read_at is None]:
        rows = ReviewNote.objects.owned_by(by).filter(pk__in=unread, read_at=None)
        rows.update(read_at=Greatest(Value(now), F("at")))  # never before it was written, by whatever clock
