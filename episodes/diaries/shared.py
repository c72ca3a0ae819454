"""A shared diary as its clinician may read it: the consent that holds now, and the consented parts alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from episodes.models import (
    Condition,
    Consent,
    CustomHabit,
    Experiment,
    HealthModel,
    Medicine,
    Night,
    RecordNumber,
    ReviewMark,
    ReviewNote,
    SharedNote,
    User,
    VisitQuestion,
)
from episodes.nights.own_habits import kind_of
from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.records import NightRecord

QUESTIONS_SHOWN = 5


NOTES_SHOWN = 20


CONDITION_FACTS = ("key", "started_on", "ended_on", "due_on")


MEDICINE_FACTS = ("drug_class", "name", "started_on", "stopped_on")


# Neither the arms drawn nor their seal: the coming nights stay unknown to everybody.
EXPERIMENT_FACTS = ("remedy", "design", "started_on", "nights", "stopped_on")


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


def unread_notes(*, by: User) -> Any:
    """Return the notes about `by` that they have not read yet, the newest first."""
    return ReviewNote.objects.owned_by(by).filter(read_at=None).order_by("-at")


def record_number_of(*, patient: User, clinician: User, by: User) -> str:
    """Return the number of a patient in a clinician's records as `by` may read it, "" where there is none."""
    numbers = RecordNumber.objects.visible_to(by).of(patient).filter(clinician=clinician)
    return numbers.values_list("number", flat=True).first() or ""
