"""The FHIR R4 profile of the diary: names, codes, the Questionnaire of a night and the local code system.

docs/fhir.md describes it. Only LOINC codes that were verified are used, and never as the only code. SNOMED CT
needs a licence of whoever uses it, so none is shipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from episodes.exchange.formats.entries import HabitEntry
from episodes.exchange.formats.fields import ANSWERS, EPISODE, PROVENANCE, REMEDY_USE, Field
from episodes.exchange.formats.tables import DATE, OWN_PREFIX
from episodes.questions import choices

Resource = dict[str, Any]

BASE = "https://crampdiary.example.org/fhir"
"""A name, not an address: the same on every server, so that one reads what another wrote."""

VERSION = "1"
CODES = f"{BASE}/CodeSystem/nlc-diary"
QUESTIONNAIRE = f"{BASE}/Questionnaire/night"
DUE_DATE = f"{BASE}/StructureDefinition/due-date"
ADDED_AT = f"{BASE}/StructureDefinition/habit-added-at"
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

UNITS: Mapping[str, str] = {
    "minutes": "min", "seconds": "s", "hours": "h", "ml": "mL", "drinks": "{drinks}/d", "": "{score}",
}  # fmt: skip
LOINC_OF: Mapping[str, tuple[str, str]] = {
    "pain_0_10": ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),
    "soreness_morning_0_10": ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),
    "soreness_next_day_0_10": ("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported"),
    "alcohol_drinks": ("74013-4", "Alcoholic drinks per day"),
    "fluid_ml": ("75301-2", "Fluid intake 24 hour Estimated"),
}
DUE_DATE_LOINC = ("11778-8", "Delivery date Estimated")
MEASURES = ("soreness_morning_0_10", "soreness_next_day_0_10", "alcohol_drinks", "fluid_ml")
COUNT = "number_of_cramps"
CRAMP = "cramp"
OWN_CODES: Mapping[str, str] = {
    CRAMP: "One leg cramp in a night",
    COUNT: "Number of leg cramps in a night; 0 is an answer",
    "late": "Written more than three days after the night",
    "import": "Read from a file",
    "sharing": "Consent to a clinician's reading parts of the diary",
    "own_habit": "A habit that the patient defined",
    "clinician": "The clinician who may read",
}
_TYPES: Mapping[str, str] = {
    "word": "choice", "whole": "integer", "decimal": "decimal", "yes_no": "boolean", "moment": "dateTime",
    "words": "string", "zone": "string", "hour": "time", "date": "date",
}  # fmt: skip


def coding(code: str, display: str = "") -> Resource:
    return {"system": CODES, "code": code, **({"display": display} if display else {})}


def concept(name: str, display: str = "") -> Resource:
    """Return what a field is: its local code, and a LOINC code where one was verified."""
    codings = [coding(name, display)]
    if name in LOINC_OF:
        code, label = LOINC_OF[name]
        codings.append({"system": LOINC, "code": code, "display": label})
    return {"coding": codings}


def word_code(field: Field, word: str) -> str:
    """Return the code of an answer: the same word means other things in other fields."""
    return f"{field.name}.{word}"


def quantity(field: Field, value: Any) -> Resource:
    unit = UNITS[field.unit]
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def questionnaire(habits: Sequence[HabitEntry] = (), personal_id: str = "") -> Resource:
    """Return the Questionnaire of a night; with own habits it is the patient's own, derived from the published."""
    items = [_item(field) for field in (DATE, *ANSWERS)]
    items += [_own_item(habit) for habit in habits]
    items += [{**_item(field), "readOnly": True} for field in PROVENANCE]
    resource: Resource = {
        "resourceType": "Questionnaire",
        "id": personal_id or "night",
        "url": f"{BASE}/Questionnaire/{personal_id}" if personal_id else QUESTIONNAIRE,
        "version": VERSION,
        "name": "NightLegCrampDiaryNight",
        "title": "One night of the leg cramp diary",
        "status": "active",
        "subjectType": ["Patient"],
        "item": items,
    }
    if personal_id:
        resource["derivedFrom"] = [QUESTIONNAIRE]
    return resource


def _item(field: Field) -> Resource:
    item: Resource = {"linkId": field.name, "text": field.meaning, "type": _TYPES[field.kind]}
    if field.kind == "word":
        options = [coding(word_code(field, value), label) for value, label in field.words]
        item["answerOption"] = [{"valueCoding": option} for option in options]
    if field.kind == "words":
        item["repeats"] = True
    return item


def _own_item(habit: HabitEntry) -> Resource:
    kinds = {"yes_no": "boolean", "amount": "decimal", "levels": "choice"}
    extensions: list[Resource] = []
    if habit.unit:
        extensions.append({"url": UNIT, "valueCoding": {"display": habit.unit}})
    if not habit.active:
        extensions.append({"url": HIDDEN, "valueBoolean": True})
    if habit.added_at:
        extensions.append({"url": ADDED_AT, "valueDateTime": habit.added_at.isoformat()})
    item: Resource = {
        "linkId": f"{OWN_PREFIX}{habit.key}",
        "code": [coding("own_habit")],
        "text": habit.label,
        "type": kinds[habit.kind],
    }
    if extensions:
        item["extension"] = extensions
    if habit.levels:
        item["answerOption"] = [
            {"valueCoding": level_coding(habit, place)} for place in range(len(habit.levels))
        ]
    return item


def level_coding(habit: HabitEntry, place: int) -> Resource:
    return {"code": str(place), "display": habit.levels[place]}


def code_system() -> Resource:
    """Return the local code system: every field, every answer, every condition and class of medicines."""
    named: dict[str, str] = dict(OWN_CODES)
    for field in (*ANSWERS, *PROVENANCE, *EPISODE, *REMEDY_USE):
        named[field.name] = field.meaning
        if field.kind == "word":
            named.update((word_code(field, value), label) for value, label in field.words)
    for value, label in choices.REMEDY:
        named[f"remedy-{value}"] = label
        named[f"remedy-{value}-seconds"] = f"{label}: seconds until it was better"
    for kind, words in (("condition", choices.CONDITION), ("drug_class", choices.DRUG_CLASS)):
        named.update((f"{kind}.{value}", label) for value, label in words)
    return {
        "resourceType": "CodeSystem",
        "id": "nlc-diary",
        "url": CODES,
        "version": VERSION,
        "name": "NightLegCrampDiary",
        "title": "Night leg cramp diary",
        "status": "active",
        "caseSensitive": True,
        "content": "complete",
        "concept": [{"code": code, "display": display} for code, display in sorted(named.items())],
    }
