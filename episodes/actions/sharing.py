"""Granting and withdrawing consent, and what a clinician then reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from episodes.actions.audit import append_audit
from episodes.knowledge import consent_texts
from episodes.models import (
    SCOPES,
    ClinicianCard,
    Condition,
    Consent,
    CustomHabit,
    Medicine,
    Night,
    ReviewMark,
    ReviewNote,
    SharedNote,
    User,
    VisitQuestion,
    lock_patient,
)
from episodes.models.sharing import LONGEST
from episodes.stats.records import NightRecord

MOST_QUESTIONS = 20


class SharingRefused(Exception):
    """A consent cannot be given like this; the message says what to do."""


def find_clinician(code: str) -> ClinicianCard | None:
    """Return the card of the clinician whose code was typed, in any case and spacing."""
    typed = "".join(code.split()).replace("-", "").upper()
    return (
        ClinicianCard.objects.select_related("clinician")
        .filter(code=typed, clinician__is_active=True)
        .first()
    )


def grant_consent(
    *,
    clinician: User,
    scopes: Collection[str],
    valid_until: dt.datetime,
    purpose: str,
    now: dt.datetime,
    request_id: str = "",
    by: User,
) -> Consent:
    """Return the new consent of `by` for `clinician`; an earlier one to the same person ends now.

    Raises SharingRefused, and keeps nothing, for one's own code, a code out of use, no section or an
    unknown one, and an end that has passed or lies more than a year ahead.
    """
    if clinician.pk == by.pk:
        raise SharingRefused(_("This is your own code: type the code of your clinician."))
    if not clinician.is_clinician or not clinician.is_active:
        raise SharingRefused(_("This code is no longer in use: ask your clinician for the new one."))
    if not scopes or not set(scopes) <= set(SCOPES):
        raise SharingRefused(_("Choose at least one thing to share."))
    if valid_until <= now:
        raise SharingRefused(_("This day has passed: choose a later one."))
    if valid_until > now + LONGEST:
        raise SharingRefused(
            _("You can share for 12 months at most: choose an earlier day, and share again then.")
        )
    with transaction.atomic():
        lock_patient(by.pk)
        earlier = Consent.objects.owned_by(by).in_force(now).filter(clinician=clinician)
        for ended in list(earlier.values_list("pk", flat=True)):
            append_audit(
                patient_ids=[by.pk], action="withdraw", resource="consent", consents={by.pk: ended},
                request_id=request_id, now=now, by=by,
            )  # fmt: skip
        earlier.update(withdrawn_at=now, withdrawn_by=by.pk)
        consent = Consent(
            patient=by,
            clinician=clinician,
            valid_from=now,
            valid_until=valid_until,
            purpose=purpose,
            text_version=consent_texts.SHARING_VERSION,
            **{f"shares_{scope}": scope in scopes for scope in SCOPES},
        )
        consent.save(force_insert=True)
        append_audit(
            patient_ids=[by.pk],
            action="grant",
            resource="consent",
            consents={by.pk: consent.pk},
            purpose=purpose,
            request_id=request_id,
            now=now,
            by=by,
        )
        return consent


def withdraw_consent(*, consent: Consent, now: dt.datetime, request_id: str = "", by: User) -> None:
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
                action="withdraw",
                resource="consent",
                consents={by.pk: consent.pk},
                request_id=request_id,
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


@dataclass(frozen=True)
class ReviewRecords:
    """What one clinician may read of one diary: unshared sections are None, not empty.

    Everything a review page, a flag or a report says is made from this and nothing else.
    """

    consent: Consent
    nights: Sequence[NightRecord] | None
    conditions: Sequence[dict[str, object]] | None
    medicines: Sequence[dict[str, object]] | None
    shared_notes: Sequence[tuple[dt.date, str]] | None
    questions: Sequence[dict[str, object]] | None
    own_habits: Mapping[str, str] | None
    review_notes: Sequence[dict[str, object]]
    last_review_at: dt.datetime | None


def active_consent(*, patient_id: object, now: dt.datetime, by: User) -> Consent | None:
    """Return the consent under which `by` may read this patient now, or None."""
    consent: Consent | None = (
        Consent.objects.visible_to(by, at=now)
        .in_force(now)
        .filter(patient_id=patient_id, clinician_id=by.pk)
        .select_related("patient")
        .order_by("-valid_from")
        .first()
    )
    return consent


def review_records(*, consent: Consent, first: dt.date, last: dt.date, by: User) -> ReviewRecords:
    """Return the consented parts of a diary between two evenings, cut before anything is computed."""
    patient, scopes = consent.patient, consent.scopes
    nights = conditions = medicines = notes = questions = own_habits = None
    if "nights" in scopes:
        nights = Night.objects.visible_to(by).of(patient).between(first, last).as_records(scopes=scopes)
    if "health" in scopes:
        conditions = list(
            Condition.objects.visible_to(by)
            .of(patient)
            .order_by("started_on")
            .values("key", "started_on", "ended_on", "due_on")
        )
        medicines = list(
            Medicine.objects.visible_to(by)
            .of(patient)
            .order_by("started_on")
            .values("drug_class", "name", "started_on", "stopped_on")
        )
    if "notes" in scopes:
        notes = list(
            SharedNote.objects.visible_to(by)
            .of(patient)
            .filter(date__gte=first, date__lte=last)
            .order_by("-date")
            .values_list("date", "text")
        )
    if "report" in scopes:
        questions = list(
            VisitQuestion.objects.visible_to(by)
            .of(patient)
            .order_by("-asked_on")
            .values("text", "asked_on")[:5]
        )
    if "own_habits" in scopes:
        own_habits = dict(CustomHabit.objects.visible_to(by).of(patient).values_list("key", "label"))
    marks = ReviewMark.objects.visible_to(by).of(patient).filter(clinician=by).order_by("-at")
    review_notes = list(
        ReviewNote.objects.visible_to(by).of(patient).order_by("-at").values("author_name", "text", "at")[:20]
    )
    return ReviewRecords(
        consent,
        nights,
        conditions,
        medicines,
        notes,
        questions,
        own_habits,
        review_notes,
        marks.values_list("at", flat=True).first(),
    )
