"""What a visit report is made of, cut to the chosen parts before anything is computed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from episodes.audit.events import append_audit
from episodes.models import (
    AuditEvent,
    Condition,
    Consent,
    CustomHabit,
    Medicine,
    Night,
    ReviewMark,
    User,
    VisitQuestion,
)
from episodes.nights.own_habits import kind_of, with_level_words
from episodes.questions.report_sections import COMPARED, REPORT_SECTIONS, USUAL_SECTIONS
from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.records import NightRecord

LONGEST_DAYS = 364
MOST_QUESTIONS = 5


@dataclass(frozen=True)
class ReportRecords:
    """The rows of one report; what was not chosen is None or missing, never empty by accident.

    nights: with `begins` None from the first night on, for comparisons; else from there on.
    """

    sections: frozenset[str]
    nights: Sequence[NightRecord]
    questions: Sequence[Mapping[str, Any]] | None = None
    conditions: Sequence[Mapping[str, Any]] | None = None
    medicines: Sequence[Mapping[str, Any]] | None = None
    own_kinds: Mapping[str, FactorKind] = field(default_factory=dict)
    own_labels: Mapping[str, str] = field(default_factory=dict)


def report_records(
    *, patient: User, first: dt.date, last: dt.date, sections: frozenset[str], by: User
) -> ReportRecords:
    """Return what a report of the nights `first` to `last` reads, for the parts in `sections` alone.

    The same number of nights before `first` is read too, so that it can stand beside; with habits the
    whole diary up to `last`. At most seven statements.
    """
    kinds: dict[str, FactorKind] = {}
    labels: dict[str, str] = {}
    if "own_habits" in sections:
        for habit in CustomHabit.objects.visible_to(by).of(patient):
            kinds[f"{OWN_HABIT_PREFIX}{habit.key}"] = kind_of(habit)
            unit = f" ({habit.unit})" if habit.unit else ""
            labels[f"{OWN_HABIT_PREFIX}{habit.key}"] = f"{habit.label}{unit}"
    begins = dt.date.min if sections & COMPARED else first - (last - first) - dt.timedelta(days=1)
    scopes = frozenset({"nights"} | (sections & COMPARED))
    nights = Night.objects.visible_to(by).of(patient).between(begins, last).as_records(scopes=scopes)
    questions = conditions = medicines = None
    if "questions" in sections:
        rows = VisitQuestion.objects.visible_to(by).of(patient).order_by("-asked_on", "-id")
        questions = list(rows.values("text", "asked_on")[:MOST_QUESTIONS])
    if "health" in sections:
        conditions = list(
            Condition.objects.visible_to(by)
            .of(patient)
            .order_by("started_on", "id")
            .values("key", "started_on", "ended_on", "due_on")
        )
        medicines = list(
            Medicine.objects.visible_to(by)
            .of(patient)
            .order_by("started_on", "id")
            .values("drug_class", "name", "started_on", "stopped_on")
        )
    return ReportRecords(
        sections, with_level_words(nights, kinds), questions, conditions, medicines, kinds, labels
    )


def consented_sections(consent: Consent) -> frozenset[str]:
    """Return the parts of a report that a clinician may print under this consent."""
    scopes = consent.scopes
    if "nights" not in scopes:
        return frozenset()
    return frozenset(
        section.key
        for section in REPORT_SECTIONS
        if section.scope in scopes and (section.key in USUAL_SECTIONS or section.scope != "nights")
    )


def last_visit_of(*, by: User) -> dt.datetime | None:
    """Return when a clinician last marked the diary of `by` as reviewed, None where nobody did."""
    moment: dt.datetime | None = (
        ReviewMark.objects.owned_by(by).order_by("-at").values_list("at", flat=True).first()
    )
    return moment


def note_print(
    *,
    patient_id: uuid.UUID,
    nights: int,
    now: dt.datetime,
    consent: Consent | None = None,
    by: User,
) -> None:
    """Note in the patient's audit chain that a report was made to be printed or kept."""
    append_audit(
        patient_ids=[patient_id],
        action=AuditEvent.Action.PRINT,
        resource="report",
        counts={patient_id: nights},
        consents={patient_id: consent.pk} if consent else None,
        now=now,
        by=by,
    )
