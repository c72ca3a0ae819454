"""What a diary.json holds besides nights: conditions, medicines, questions, plans, and the profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from episodes.actions.exchange.settle import Settled, names_in
from episodes.formats.fields import LONGEST_NOTE, date_of, text_of
from episodes.formats.problems import CellRefused, Problem
from episodes.knowledge import choices
from episodes.knowledge.remedies import REMEDIES
from episodes.models import Condition, HealthModel, Medicine, Profile, RemedyPlan, User, VisitQuestion

MOST_QUESTIONS = 20
Rows = Sequence[tuple[int, dict[str, Any]]]


@dataclass(frozen=True)
class FactPlan:
    """Rows of one part that would be added. there: how many the diary has already."""

    part: str
    model: type[HealthModel]
    rows: Sequence[HealthModel]
    there: int


# part -> (model, fields that are taken, fields by which two rows are the same)
PARTS: Mapping[str, tuple[type[HealthModel], tuple[str, ...], tuple[str, ...]]] = {
    "conditions": (Condition, ("key", "started_on", "ended_on", "due_on"), ("key", "started_on")),
    "medicines": (
        Medicine, ("drug_class", "name", "started_on", "stopped_on"), ("drug_class", "name", "started_on"),
    ),
    "visit_questions": (VisitQuestion, ("text", "asked_on"), ("text",)),
    "remedy_plans": (RemedyPlan, ("remedy", "date", "done"), ("date",)),
    "profile": (
        Profile,
        ("birth_year", "sex_at_birth", "work_type", "usual_day", "active_habits", "hidden_insights", "evening_card"),
        (),
    ),
}  # fmt: skip
_TYPES: Mapping[str, type] = {
    "birth_year": int, "usual_day": dict, "active_habits": list, "hidden_insights": list, "evening_card": bool,
    "done": bool,
}  # fmt: skip
# The rules of the database, asked here without a statement for each row.
ALLOWED: Mapping[str, Sequence[Any]] = {
    "key": choices.values(choices.CONDITION),
    "drug_class": choices.values(choices.DRUG_CLASS),
    "sex_at_birth": choices.values(choices.SEX_AT_BIRTH),
    "work_type": choices.values(choices.WORK_TYPE),
    "remedy": tuple(remedy.key for remedy in REMEDIES),
    "birth_year": range(1900, 2101),
}
_DATES = ("started_on", "ended_on", "due_on", "stopped_on", "asked_on", "date")


def plan_facts(
    parts: Mapping[str, Rows], settled: Settled, *, problems: list[Problem], now: dt.datetime, by: User
) -> list[FactPlan]:
    """Return the rows to add; one statement for each part that the file holds."""
    return [
        _planned(part, parts[part], settled, problems, now.astimezone(by.zone).date(), by)
        for part in PARTS
        if parts.get(part)
    ]


def _planned(
    part: str, rows: Rows, settled: Settled, problems: list[Problem], today: dt.date, by: User
) -> FactPlan:
    model, names, same = PARTS[part]
    present: set[tuple[Any, ...]] = set(model.objects.owned_by(by).values_list(*same or ("patient_id",)))
    room = MOST_QUESTIONS - len(present) if part == "visit_questions" else len(rows)
    added: list[HealthModel] = []
    there = 0
    for number, row in rows:
        try:
            made = _row_of(model, names, row, settled, today, by)
        except CellRefused as refused:
            problems.append(Problem(number, refused.code, part=part, values=refused.values))
            continue
        key = tuple(getattr(made, name) for name in same) or (by.pk,)
        if key in present:
            there += 1
        elif len(added) >= room:
            problems.append(Problem(number, "no_room", part=part))
        else:
            present.add(key)
            added.append(made)
    return FactPlan(part, model, added, there)


def _row_of(
    model: type[HealthModel],
    names: Sequence[str],
    row: dict[str, Any],
    settled: Settled,
    today: dt.date,
    by: User,
) -> HealthModel:
    values = {name: _value(name, row[name]) for name in names if row.get(name) is not None}
    for name in ("started_on", "ended_on", "stopped_on", "asked_on"):
        if values.get(name) and values[name] > today:
            raise CellRefused("not_yet")
    if "usual_day" in values:
        usual = values["usual_day"]
        values["usual_day"] = {names_in([name], settled)[0]: answer for name, answer in usual.items()}
    for name, allowed in ALLOWED.items():
        if name in values and values[name] not in allowed:
            raise CellRefused("choice", allowed=", ".join(map(str, allowed[:20])))
    ends = values.get("ended_on") or values.get("stopped_on")
    if ends and values.get("started_on") and ends < values["started_on"]:
        raise CellRefused("ends_first")
    made = model(patient=by, **values)
    try:
        made.clean_fields(exclude=["patient"])
    except ValidationError:
        raise CellRefused("fact") from None
    return made


def _value(name: str, value: Any) -> Any:
    if name in _DATES:
        return _date(value)
    if not isinstance(value, _TYPES.get(name, str)) or (name == "birth_year" and isinstance(value, bool)):
        raise CellRefused("fact")
    if isinstance(value, str):
        return text_of(value, LONGEST_NOTE)
    if isinstance(value, list) and not all(isinstance(word, str) and len(word) < 60 for word in value):
        raise CellRefused("fact")
    if isinstance(value, dict) and not all(
        isinstance(answer, bool | int | float | str) for answer in value.values()
    ):
        raise CellRefused("fact")
    return value


def _date(value: Any) -> dt.date:
    if not isinstance(value, str):
        raise CellRefused("date")
    return date_of(value)
