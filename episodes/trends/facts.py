"""The patient's long-term facts as the time charts need them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min, Q

from episodes.charts.bands import Fact
from episodes.models import Condition, Medicine, Night, User
from episodes.questions.conditions import CONDITIONS_BY_KEY, DRUG_CLASSES_BY_KEY
from episodes.questions.habits import HABITS_BY_KEY

#: What counts as having done an evening remedy.
EVENING_REMEDIES = {
    "stretched_minutes": Q(stretched_minutes__gt=0),
    "warm_bath": Q(warm_bath=True),
    "heat_at_bedtime": Q(heat_at_bedtime=True),
    "massage_at_bedtime": Q(massage_at_bedtime=True),
}


@dataclass(frozen=True)
class Change:
    """Something that began or ended on a date. is_end: it was stopped."""

    date: dt.date
    words: str
    name: str = ""
    is_end: bool = False


def facts_of(patient: User) -> list[Fact]:
    """Return conditions and medicines with their dates; two statements."""
    conditions = (
        Condition.objects.visible_to(patient).of(patient).values_list("key", "started_on", "ended_on")
    )
    medicines = (
        Medicine.objects.visible_to(patient)
        .of(patient)
        .values_list("drug_class", "started_on", "stopped_on", "name")
    )
    return [
        *(Fact(CONDITIONS_BY_KEY[key].label, first, last) for key, first, last in conditions),
        *(Fact(DRUG_CLASSES_BY_KEY[key].label, first, last, name) for key, first, last, name in medicines),
    ]


def changes_of(patient: User, facts: list[Fact]) -> tuple[dt.date | None, list[Change]]:
    """Return the first written evening and everything that began or ended, newest first; one statement.

    An evening remedy begins with the first night that says it was done.
    """
    first = Night.objects.visible_to(patient).of(patient).aggregate(
        begun=Min("date", filter=Q(outcome__isnull=False)),
        **{key: Min("date", filter=done) for key, done in EVENING_REMEDIES.items()},
    )  # fmt: skip
    begun = first.pop("begun")
    changes = [Change(date, HABITS_BY_KEY[key].label) for key, date in first.items() if date]
    for fact in facts:
        if fact.first:
            changes.append(Change(fact.first, fact.words, fact.name))
        if fact.last:
            changes.append(Change(fact.last, fact.words, fact.name, is_end=True))
    return begun, sorted(changes, key=lambda change: change.date, reverse=True)
