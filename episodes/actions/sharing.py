"""Granting and withdrawing consent, and what a clinician then reads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from episodes.actions.audit import append_audit
from episodes.actions.habits import kind_of
from episodes.actions.invitations import CODE_DOES_NOT_WORK, use_invitation
from episodes.actions.review import record_number_of
from episodes.knowledge import consent_texts
from episodes.models import (
    SCOPES,
    Condition,
    Consent,
    CustomHabit,
    Experiment,
    HealthModel,
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
from episodes.stats.analysis_input import FactorKind
from episodes.stats.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.records import NightRecord

LATEST_START = dt.timedelta(days=92)
MOST_QUESTIONS = 20
QUESTIONS_SHOWN = 5
NOTES_SHOWN = 20
CONDITION_FACTS = ("key", "started_on", "ended_on", "due_on")
MEDICINE_FACTS = ("drug_class", "name", "started_on", "stopped_on")
# Neither the arms drawn nor their seal: the coming nights stay unknown to everybody.
EXPERIMENT_FACTS = ("remedy", "design", "started_on", "nights", "stopped_on")


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
    request_id: str = "",
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
                patient_ids=[by.pk], action="withdraw", resource="consent", consents={by.pk: ended},
                request_id=request_id, now=now, by=by,
            )  # fmt: skip
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
            action="grant",
            resource="consent",
            consents={by.pk: consent.pk},
            request_id=request_id,
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

    Everything a review page, a flag, a comparison or a report says is made from this and nothing
    else. own_habit_kinds: for the factor analysis, empty where own habits are not shared.
    """

    consent: Consent
    nights: Sequence[NightRecord] | None
    conditions: Sequence[dict[str, object]] | None
    medicines: Sequence[dict[str, object]] | None
    shared_notes: Sequence[tuple[dt.date, str]] | None
    questions: Sequence[dict[str, object]] | None
    own_habits: Mapping[str, str] | None
    own_habit_kinds: Mapping[str, FactorKind]
    experiments: Sequence[dict[str, object]] | None
    review_notes: Sequence[dict[str, object]]
    last_review_at: dt.datetime | None
    record_number: str


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

    def rows(model: type[HealthModel]) -> Any:
        return model.objects.visible_to(by).of(patient)

    habits: list[CustomHabit] | None = list(rows(CustomHabit)) if "own_habits" in scopes else None
    return ReviewRecords(
        consent=consent,
        nights=rows(Night).between(first, last).as_records(scopes=scopes) if "nights" in scopes else None,
        conditions=_values(rows(Condition), "started_on", CONDITION_FACTS) if "health" in scopes else None,
        medicines=_values(rows(Medicine), "started_on", MEDICINE_FACTS) if "health" in scopes else None,
        shared_notes=list(
            rows(SharedNote)
            .filter(date__gte=first, date__lte=last)
            .order_by("-date")
            .values_list("date", "text")
        )
        if "notes" in scopes
        else None,
        questions=_values(rows(VisitQuestion), "-asked_on", ("text", "asked_on"))[:QUESTIONS_SHOWN]
        if "report" in scopes
        else None,
        own_habits={habit.key: habit.label for habit in habits} if habits is not None else None,
        own_habit_kinds={f"{OWN_HABIT_PREFIX}{habit.key}": kind_of(habit) for habit in habits or ()},
        experiments=_values(rows(Experiment), "-started_on", EXPERIMENT_FACTS)
        if "experiments" in scopes
        else None,
        review_notes=list(
            rows(ReviewNote)
            .within(scopes, by)
            .order_by("-at")
            .values("author_id", "author_name", "text", "at", "read_at")[:NOTES_SHOWN]
        ),
        last_review_at=rows(ReviewMark)
        .filter(clinician=by)
        .order_by("-at")
        .values_list("at", flat=True)
        .first(),
        record_number=record_number_of(patient=patient, clinician=by, by=by),
    )


def _values(rows: Any, order: str, names: Sequence[str]) -> list[dict[str, object]]:
    return list(rows.order_by(order).values(*names))
