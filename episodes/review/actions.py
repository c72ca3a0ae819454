"""What a clinician leaves in a shared diary: notes that the patient can read, and that it was reviewed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from episodes.audit.events import append_audit
from episodes.models import (
    WARNING_ANSWERS,
    AuditEvent,
    ClinicianCard,
    Consent,
    Episode,
    Night,
    RecordNumber,
    ReviewMark,
    ReviewNote,
    User,
    lock_patient,
)
from episodes.models.review import written_under


class NotShared(Exception):
    """The consent does not hold, belongs to somebody else, or does not cover the nights."""


def add_review_note(*, consent: Consent, text: str, now: dt.datetime, by: User) -> ReviewNote:
    """Return the new note of `by`; the patient reads it under the name on the clinician's card."""
    with transaction.atomic():
        _lock_and_check(consent, now, by)
        note = _note(consent, text, now, by)
        _audit(AuditEvent.Action.NOTE, consent, now, by)
        return note


def mark_as_reviewed(
    *,
    consent: Consent,
    now: dt.datetime,
    seen: dt.datetime | None = None,
    text: str = "",
    by: User,
) -> ReviewMark:
    """Return the new mark: `by` has reviewed what was written up to `seen` (default: now).

    text: a note that is kept in the same act; both are one entry in the log.
    """
    with transaction.atomic():
        _lock_and_check(consent, now, by)
        if text:
            _note(consent, text, now, by)
        mark = ReviewMark(patient_id=consent.patient_id, clinician=by, at=seen or now)
        mark.save(force_insert=True)
        _audit(AuditEvent.Action.NOTE_AND_REVIEW if text else AuditEvent.Action.REVIEW, consent, now, by)
        return mark


def set_record_number(*, consent: Consent, number: str, now: dt.datetime, by: User) -> None:
    """Keep the number of a patient in the records of `by`; "" takes it away."""
    with transaction.atomic():
        _lock_and_check(consent, now, by)
        own = RecordNumber.objects.visible_to(by, at=now).filter(patient_id=consent.patient_id, clinician=by)
        if not number:
            own.delete()
        elif not own.update(number=number):
            RecordNumber(patient_id=consent.patient_id, clinician=by, number=number).save(force_insert=True)
        _audit(AuditEvent.Action.SET_NUMBER, consent, now, by)


def take_back_mark(*, consent: Consent, mark: uuid.UUID, now: dt.datetime, by: User) -> bool:
    """Return whether a mark of `by` was there and is taken back; a note kept in the same act stays.

    The patient may have read the note, and a mail may have told them of it.
    """
    with transaction.atomic():
        _lock_and_check(consent, now, by)
        own = ReviewMark.objects.visible_to(by, at=now).filter(patient_id=consent.patient_id, clinician=by)
        gone, _tables = own.filter(pk=mark).delete()
        if gone:
            _audit(AuditEvent.Action.TAKE_BACK_REVIEW, consent, now, by)
        return bool(gone)


def _note(consent: Consent, text: str, now: dt.datetime, by: User) -> ReviewNote:
    card = ClinicianCard.objects.filter(clinician=by).first()
    note = ReviewNote(
        patient_id=consent.patient_id,
        author=by,
        author_name=card.name if card else by.name,
        text=text,
        at=now,
        written_under=written_under(consent.scopes),
    )
    note.save(force_insert=True)
    return note


@dataclass(frozen=True)
class SinceReview:
    """What came after the clinician's last mark: evenings, newest first.

    written: first written since; changed: written before and changed since; warned: with a warning answer
    given since, also one added to a night that was reviewed before.
    """

    written: tuple[dt.date, ...]
    changed: tuple[dt.date, ...]
    warned: tuple[dt.date, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.written or self.changed or self.warned)


def since_review(*, consent: Consent, mark: dt.datetime | None, by: User) -> SinceReview | None:
    """Return what is new since `mark`; None without a mark, or where the nights are not shared."""
    if mark is None or not consent.shares_nights:
        return None
    first_kept = Coalesce("outcome_recorded_at", "imported_at", "answered_at")
    falls = Episode.objects.visible_to(by).filter(
        patient_id=OuterRef("patient_id"), night_id=OuterRef("pk"), fell=True
    )
    nights = list(
        Night.objects.visible_to(by)
        .of(consent.patient)
        .exclude(outcome=None)
        .annotate(
            first_kept=first_kept,
            warning_kept=Coalesce("warned_at", first_kept),
            fell=Exists(falls) & Q(outcome="cramps"),
        )
        .filter(Q(first_kept__gt=mark) | Q(changed_at__gt=mark) | Q(warned_at__gt=mark))
        .order_by("-date")
        .values_list("date", "first_kept", "changed_at", "warning_kept", *WARNING_ANSWERS, "fell")
    )
    return SinceReview(
        written=tuple(date for date, kept, *_rest in nights if kept and kept > mark),
        changed=tuple(
            date
            for date, kept, changed, *_rest in nights
            if changed and changed > mark and not (kept and kept > mark)
        ),
        warned=tuple(
            date
            for date, _kept, _changed, warned, *answers in nights
            if warned and warned > mark and any(answer not in (None, False, "none") for answer in answers)
        ),
    )


def _lock_and_check(consent: Consent, now: dt.datetime, by: User) -> None:
    """Read the consent again behind the patient's lock: a withdrawal that came first wins."""
    lock_patient(consent.patient_id)
    holds = (
        Consent.objects.visible_to(by, at=now)
        .in_force(now)
        .filter(patient_id=consent.patient_id, pk=consent.pk, clinician_id=by.pk, shares_nights=True)
    )
    if not by.is_clinician or not holds.exists():
        raise NotShared


def _audit(action: AuditEvent.Action, consent: Consent, now: dt.datetime, by: User) -> None:
    append_audit(
        patient_ids=[consent.patient_id],
        action=action,
        resource="review",
        consents={consent.patient_id: consent.pk},
        now=now,
        by=by,
    )
