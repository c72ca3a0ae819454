"""What a diary.json holds besides nights: conditions, medicines, questions for the visit, and plans."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from episodes.article.remedies import REMEDIES
from episodes.exchange.formats.fields import LONGEST_NOTE, date_of, text_of
from episodes.exchange.formats.problems import CellRefused, Problem
from episodes.models import Condition, HealthModel, Medicine, RemedyPlan, User, VisitQuestion
from episodes.questions import choices

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
}  # fmt: skip
# The rules of the database, asked here without a statement for each row.
ALLOWED: Mapping[str, Sequence[Any]] = {
    "key": choices.values(choices.CONDITION),
    "drug_class": choices.values(choices.DRUG_CLASS),
    "remedy": tuple(remedy.key for remedy in REMEDIES),
}
_DATES = ("started_on", "ended_on", "due_on", "stopped_on", "asked_on", "date")


def plan_facts(
    parts: Mapping[str, Rows], *, problems: list[Problem], now: dt.datetime, by: User
) -> list[FactPlan]:
    """Return the rows to add; one statement for each part that the file holds."""
    return [
        _planned(part, parts[part], problems, now.astimezone(by.zone).date(), by)
        for part in PARTS
        if parts.get(part)
    ]


def _planned(part: str, rows: Rows, problems: list[Problem], today: dt.date, by: User) -> FactPlan:
    model, names, same = PARTS[part]
    present: set[tuple[Any, ...]] = set(model.objects.owned_by(by).values_list(*same))
    room = MOST_QUESTIONS - len(present) if part == "visit_questions" else len(rows)
    added: list[HealthModel] = []
    there = 0
    for number, row in rows:
        try:
            made = _row_of(model, names, row, today, by)
        except CellRefused as refused:
            problems.append(Problem(number, refused.code, part=part, values=refused.values))
            continue
        key = tuple(getattr(made, name) for name in same)
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
    today: dt.date,
    by: User,
) -> HealthModel:
    values = {name: _value(name, row[name]) for name in names if row.get(name) is not None}
    for name in ("started_on", "ended_on", "stopped_on", "asked_on"):
        if values.get(name) and values[name] > today:
            raise CellRefused("not_yet")
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
    if not isinstance(value, bool if name == "done" else str):
        raise CellRefused("fact")
    return text_of(value, LONGEST_NOTE) if isinstance(value, str) else value


def _date(value: Any) -> dt.date:
    if not isinstance(value, str):
        raise CellRefused("date")
    return date_of(value)
