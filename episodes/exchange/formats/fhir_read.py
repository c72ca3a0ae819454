"""Reads a bundle of our own profile. What it says is put into the form of diary.json and read as that."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from episodes.exchange.formats.diary_json import MOST_ROWS, add_nights, habit_of
from episodes.exchange.formats.entries import DiaryFile
from episodes.exchange.formats.fhir_codes import (
    ADDED_AT,
    BASE,
    CODES,
    CRAMP,
    DUE_DATE,
    HIDDEN,
    QUESTIONNAIRE,
    UNIT,
    Resource,
)
from episodes.exchange.formats.fields import ANSWERS_BY_NAME, EPISODE_BY_NAME, PROVENANCE_BY_NAME
from episodes.exchange.formats.problems import MOST_NIGHTS, CellRefused, FileRefused, Problem
from episodes.exchange.formats.tables import OWN_PREFIX

MOST_ENTRIES = 100_000
MOST_OF_CRAMP = 100
ABOUT = ("subject", "patient", "source", "author", "informationSource")
SUBJECT_NEEDED = ("QuestionnaireResponse", "Observation", "Condition", "MedicationStatement")
_ANSWERS = (
    "valueBoolean", "valueInteger", "valueDecimal", "valueString", "valueDateTime", "valueDate", "valueTime", "valueCoding",
)  # fmt: skip


def read_bundle(content: Any, diary: DiaryFile) -> None:
    """Add what a bundle holds to `diary`. Raises FileRefused for another profile or more than one patient."""
    entries = content.get("entry") if isinstance(content, dict) else None
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise FileRefused("not_our_fhir")
    resources: dict[str, list[Resource]] = defaultdict(list)
    for each in entries:
        resource = each.get("resource") if isinstance(each, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise FileRefused("not_our_fhir")
        resources[resource["resourceType"]].append(resource)
    _refuse_others(resources)
    for kind in ("Condition", "MedicationStatement"):
        _refuse_many(resources[kind])
    own = [each for each in resources["Questionnaire"] if each.get("derivedFrom") == [QUESTIONNAIRE]]
    items = [item for each in own for item in _list(each, "item")]
    _refuse_many(items)
    for number, item in enumerate(items, 1):
        if _text(item, "linkId").startswith(OWN_PREFIX):
            try:
                diary.habits.append(habit_of(_habit(item)))
            except CellRefused as refused:
                diary.complain(Problem(number, refused.code, part="habits"))
    nights = [
        each
        for each in resources["QuestionnaireResponse"]
        if _text(each, "questionnaire").startswith(f"{BASE}/Questionnaire/")
    ]
    if not nights and (resources["QuestionnaireResponse"] or resources["Observation"]):
        raise FileRefused("not_our_fhir")
    if len(nights) > MOST_NIGHTS:
        raise FileRefused("many_nights", most=MOST_NIGHTS)
    cramps: dict[str, list[Resource]] = defaultdict(list)
    for each in resources["Observation"]:
        if CRAMP in _codes(each.get("code")):
            for source in _short_list(each, "derivedFrom")[:1]:  # a cramp belongs to one night
                cramps[_text(source, "reference")].append(_episode(each))
    rows = [
        {**_night(each), "episodes": cramps.pop(f"QuestionnaireResponse/{_text(each, 'id')}", [])}
        for each in nights
    ]
    add_nights(rows, diary)
    diary.parts["conditions"] = list(enumerate(map(_condition, resources["Condition"]), 1))
    diary.parts["medicines"] = list(enumerate(map(_medicine, resources["MedicationStatement"]), 1))


def _refuse_many(rows: list[Resource]) -> None:
    if len(rows) > MOST_ROWS:
        raise FileRefused("many_lines", most=MOST_ROWS)


def _refuse_others(resources: dict[str, list[Resource]]) -> None:
    """Refuse a bundle that is about anybody besides its one patient."""
    people = resources["Patient"]
    if len(people) != 1:
        raise FileRefused("foreign_patient" if people else "not_our_fhir")
    me = f"Patient/{_text(people[0], 'id')}"
    for each in (each for group in resources.values() for each in group):
        for name in ABOUT:
            reference = each.get(name)
            if reference is not None and not (isinstance(reference, dict) and _is(reference, me)):
                raise FileRefused("foreign_patient")
        if each["resourceType"] in SUBJECT_NEEDED and "subject" not in each:
            raise FileRefused("foreign_patient")


def _is(reference: Resource, me: str) -> bool:
    return reference.get("reference") in (me, f"{BASE}/{me}")


def _list(resource: Any, name: str) -> list[Resource]:
    values = resource.get(name) if isinstance(resource, dict) else None
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _short_list(cramp: Resource, name: str) -> list[Resource]:
    """Return a list of a cramp, which has one night and some thirty answers. Raises FileRefused."""
    values = _list(cramp, name)
    if len(values) > MOST_OF_CRAMP:
        raise FileRefused("not_our_fhir")
    return values


def _text(resource: Any, name: str) -> str:
    value = resource.get(name) if isinstance(resource, dict) else None
    return value if isinstance(value, str) else ""


def _codes(concept: Any) -> list[str]:
    return [_text(each, "code") for each in _list(concept, "coding") if each.get("system") == CODES]


def _word(code: str) -> str:
    return code.partition(".")[2]


def _answer(item: Resource) -> Any:
    """Return the answer of an item as diary.json has it; a list where several were given."""
    values = []
    for answer in _list(item, "answer"):
        name = next((name for name in _ANSWERS if name in answer), None)
        if name is None:
            continue
        value = answer[name]
        if name == "valueCoding":
            value = _word(_text(value, "code"))
        elif name == "valueTime" and isinstance(value, str):
            value = value[:5]
        values.append(value)
    return values


def _night(response: Resource) -> dict[str, Any]:
    row: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for item in _list(response, "item"):
        name = _text(item, "linkId")
        if name.startswith(OWN_PREFIX):
            own[name.removeprefix(OWN_PREFIX)] = _own_answer(item)
            continue
        values = _answer(item)
        field = ANSWERS_BY_NAME.get(name) or PROVENANCE_BY_NAME.get(name)
        if values and (field or name == "date"):
            row[name] = values if field and field.kind == "words" else values[0]
    row["custom_answers"] = {key: answer for key, answer in own.items() if answer is not None}
    return row


def _own_answer(item: Resource) -> Any:
    for answer in _list(item, "answer"):
        if "valueCoding" in answer:
            code = _text(answer["valueCoding"], "code")
            return int(code) if code.isdecimal() and len(code) < 3 else code
        return answer.get("valueBoolean", answer.get("valueDecimal"))
    return None


def _episode(observation: Resource) -> dict[str, Any]:
    row: dict[str, Any] = {}
    uses: dict[str, dict[str, Any]] = {}
    for component in _short_list(observation, "component"):
        value = _component_value(component)
        for code in _codes(component.get("code")):
            if code.startswith("remedy-"):
                name, _dash, what = code.removeprefix("remedy-").partition("-")
                use = uses.setdefault(name, {"remedy": name})
                use["seconds_to_relief" if what else "helped"] = value
            elif code in EPISODE_BY_NAME:
                row[code] = value
    return {**row, "remedies": list(uses.values())}


def _component_value(component: Resource) -> Any:
    if "valueCodeableConcept" in component:
        return next(map(_word, _codes(component["valueCodeableConcept"])), None)
    if isinstance(component.get("valueQuantity"), dict):
        return component["valueQuantity"].get("value")
    return component.get("valueBoolean", component.get("valueDateTime"))


def _habit(item: Resource) -> dict[str, Any]:
    kinds = {"boolean": "yes_no", "decimal": "amount", "choice": "levels"}
    told = {_text(each, "url"): each for each in _list(item, "extension")}
    levels = [_text(option.get("valueCoding"), "display") for option in _list(item, "answerOption")]
    return {
        "key": _text(item, "linkId").removeprefix(OWN_PREFIX),
        "label": _text(item, "text"),
        "kind": kinds.get(_text(item, "type"), ""),
        "unit": _text(told.get(UNIT, {}).get("valueCoding"), "display"),
        "levels": levels,
        "active": told.get(HIDDEN, {}).get("valueBoolean") is not True,
        "added_at": told.get(ADDED_AT, {}).get("valueDateTime"),
    }


def _condition(resource: Resource) -> dict[str, Any]:
    due = [each.get("valueDate") for each in _list(resource, "extension") if each.get("url") == DUE_DATE]
    return {
        "key": next(map(_word, _codes(resource.get("code"))), ""),
        "started_on": resource.get("onsetDateTime"),
        "ended_on": resource.get("abatementDateTime"),
        "due_on": due[0] if due else None,
    }


def _medicine(resource: Resource) -> dict[str, Any]:
    medicine = resource.get("medicationCodeableConcept")
    labels = [_text(each, "display") for each in _list(medicine, "coding")]
    name, period = _text(medicine, "text"), resource.get("effectivePeriod")
    period = period if isinstance(period, dict) else {}
    return {
        "drug_class": next(map(_word, _codes(medicine)), ""),
        "name": "" if name in labels else name,
        "started_on": period.get("start"),
        "stopped_on": period.get("end"),
    }
