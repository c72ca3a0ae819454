"""Nights, cramps and long-term facts as FHIR R4 resources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from episodes.exchange.formats.entries import HabitEntry, NightEntry
from episodes.exchange.formats.fhir_codes import (
    BASE,
    COUNT,
    CRAMP,
    DUE_DATE,
    DUE_DATE_LOINC,
    LOINC,
    MEASURES,
    QUESTIONNAIRE,
    TERMINOLOGY,
    UCUM,
    VERSION,
    Resource,
    coding,
    concept,
    level_coding,
    quantity,
    word_code,
)
from episodes.exchange.formats.fields import (
    ANSWERS,
    ANSWERS_BY_NAME,
    EPISODE,
    EPISODE_BY_NAME,
    PROVENANCE,
    REMEDY_USE_BY_NAME,
    Field,
    moment_text,
    to_json,
)
from episodes.exchange.formats.tables import OWN_PREFIX
from episodes.stats.nights import is_late

UNKNOWN = {"coding": [{"system": f"{TERMINOLOGY}/data-absent-reason", "code": "unknown"}]}
ASKED_UNKNOWN = {"coding": [{"system": f"{TERMINOLOGY}/data-absent-reason", "code": "asked-unknown"}]}
SURVEY = [{"coding": [{"system": f"{TERMINOLOGY}/observation-category", "code": "survey"}]}]
ALWAYS_TOLD = ("pain_0_10", "duration_seconds")


def entry(resource: Resource) -> Resource:
    """Return a resource as an entry of a bundle."""
    return {"fullUrl": f"{BASE}/{resource['resourceType']}/{resource['id']}", "resource": resource}


def patient(patient_id: str, name: str, profile: Mapping[str, Any]) -> Resource:
    resource: Resource = {"resourceType": "Patient", "id": patient_id}
    if name:
        resource["name"] = [{"text": name}]
    if profile.get("sex_at_birth"):
        resource["gender"] = profile["sex_at_birth"]
    if profile.get("birth_year"):
        resource["birthDate"] = str(profile["birth_year"])
    return resource


def night_resources(
    night: NightEntry, habits: Sequence[HabitEntry], patient_id: str, personal_id: str
) -> Iterator[Resource]:
    """Yield the answers of a night, its cramps, its measures, and where it comes from where that matters."""
    subject = {"reference": f"Patient/{patient_id}"}
    response = _response(night, habits, subject, personal_id)
    yield response
    source = [{"reference": f"QuestionnaireResponse/{response['id']}"}]
    for number, episode in enumerate(night.episodes or (), 1):
        yield _cramp(night, number, episode, subject, source)
    yield from _measures(night, subject, source)
    told = night.provenance
    late = is_late(told.get("outcome_recorded_at"), night.date, ZoneInfo(told.get("time_zone") or "UTC"))
    for code, recorded in (("late", told.get("outcome_recorded_at")), ("import", told.get("imported_at"))):
        if recorded is not None and (late or code == "import"):
            yield {
                "resourceType": "Provenance",
                "id": f"{code}-{night.date}",
                "target": source,
                "recorded": moment_text(recorded),
                "activity": {"coding": [coding(code)]},
                "agent": [{"who": subject}],
            }


def _response(
    night: NightEntry, habits: Sequence[HabitEntry], subject: Resource, personal_id: str
) -> Resource:
    items: list[Resource] = [{"linkId": "date", "answer": [{"valueDate": night.date.isoformat()}]}]
    for fields, values in ((ANSWERS, night.answers), (PROVENANCE, night.provenance)):
        for field in fields:
            value = values.get(field.name)
            if value is not None and value != []:
                items.append({"linkId": field.name, "answer": _answers(field, value)})
    for habit in habits:
        if (answer := (night.own or {}).get(habit.key)) is not None:
            items.append({"linkId": f"{OWN_PREFIX}{habit.key}", "answer": [_own_answer(habit, answer)]})
    told = night.provenance
    resource: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": f"night-{night.date}",
        "questionnaire": f"{BASE}/Questionnaire/{personal_id}|{VERSION}"
        if personal_id
        else f"{QUESTIONNAIRE}|{VERSION}",
        "status": "completed" if night.outcome else "in-progress",
        "subject": subject,
        "author": subject,
        "source": subject,
        "item": items,
    }
    if authored := told.get("outcome_recorded_at") or told.get("habits_recorded_at"):
        resource["authored"] = moment_text(authored)
    return resource


def _answers(field: Field, value: Any) -> list[Resource]:
    plain = to_json(field, value)
    if field.kind == "word":
        return [{"valueCoding": coding(word_code(field, plain))}]
    if field.kind == "words":
        return [{"valueString": word} for word in plain]
    if field.kind == "hour":
        return [{"valueTime": f"{plain}:00"}]
    names = {"whole": "Integer", "decimal": "Decimal", "yes_no": "Boolean", "moment": "DateTime"}
    return [{f"value{names.get(field.kind, 'String')}": plain}]


def _own_answer(habit: HabitEntry, answer: Any) -> Resource:
    if habit.kind == "levels":
        return {"valueCoding": level_coding(habit, answer)}
    return {"valueBoolean": answer} if habit.kind == "yes_no" else {"valueDecimal": answer}


def _cramp(
    night: NightEntry, number: int, episode: Mapping[str, Any], subject: Resource, source: list[Resource]
) -> Resource:
    resource: Resource = {
        "resourceType": "Observation",
        "id": f"cramp-{night.date}-{number}",
        "status": "preliminary" if episode["is_open"] else "final",
        "category": SURVEY,
        "code": concept(CRAMP),
        "subject": subject,
        **_effective(night.date, episode),
        "derivedFrom": source,
        "component": [*_components(episode), *_remedies(episode["remedies"])],
    }
    body = [
        coding(word_code(EPISODE_BY_NAME[name], episode[name]))
        for name in ("side", "location")
        if episode[name]
    ]
    if body:
        resource["bodySite"] = {"coding": body}
    return resource


def _effective(date: dt.date, episode: Mapping[str, Any]) -> Resource:
    started, seconds = episode["started_at"], episode["duration_seconds"]
    if started is None:
        return {"effectiveDateTime": date.isoformat()}
    if seconds is None:
        return {"effectiveDateTime": moment_text(started)}
    end = started + dt.timedelta(seconds=seconds)
    return {"effectivePeriod": {"start": moment_text(started), "end": moment_text(end)}}


def _components(episode: Mapping[str, Any]) -> Iterator[Resource]:
    for field in EPISODE:
        value = episode[field.name]
        if value is not None:
            yield {"code": concept(field.name), **_component_value(field, value)}
        elif field.name in ALWAYS_TOLD:
            yield {"code": concept(field.name), "dataAbsentReason": UNKNOWN}


def _component_value(field: Field, value: Any) -> Resource:
    if field.kind == "word":
        return {"valueCodeableConcept": {"coding": [coding(word_code(field, value))]}}
    if field.kind == "whole":
        return {"valueQuantity": quantity(field, value)}
    plain = to_json(field, value)
    return {"valueBoolean": plain} if field.kind == "yes_no" else {"valueDateTime": plain}


def _remedies(uses: Sequence[Mapping[str, Any]]) -> Iterator[Resource]:
    for use in uses:
        name = f"remedy-{use['remedy']}"
        if use["helped"] is None:
            yield {"code": concept(name), "dataAbsentReason": UNKNOWN}
        else:
            helped = word_code(REMEDY_USE_BY_NAME["helped"], use["helped"])
            yield {"code": concept(name), "valueCodeableConcept": {"coding": [coding(helped)]}}
        if use["seconds_to_relief"] is not None:
            seconds = quantity(REMEDY_USE_BY_NAME["seconds_to_relief"], use["seconds_to_relief"])
            yield {"code": concept(f"{name}-seconds"), "valueQuantity": seconds}


def _measures(night: NightEntry, subject: Resource, source: list[Resource]) -> Iterator[Resource]:
    """Yield what other programs look for by a code of their own; unanswered is absent, unknown has a reason."""
    values: list[tuple[str, Resource]] = []
    if night.outcome in ("cramps", "no_cramps"):
        described, stated = len(night.episodes or ()), night.answers.get("episode_count") or 0
        shown = max(described, stated, 1) if night.outcome == "cramps" else 0
        count = {"value": shown, "unit": "{count}", "system": UCUM, "code": "{count}"}
        values.append((COUNT, {"valueQuantity": count}))
    for name in MEASURES:
        field = ANSWERS_BY_NAME[name]
        if (value := night.answers.get(name)) is not None:
            values.append((name, {"valueQuantity": quantity(field, to_json(field, value))}))
        elif name in night.answers.get("dont_know", ()):
            values.append((name, {"dataAbsentReason": ASKED_UNKNOWN}))
    for name, value in values:
        yield {
            "resourceType": "Observation",
            "id": f"{name.replace('_', '-')}-{night.date}",
            "status": "final",
            "category": SURVEY,
            "code": concept(name),
            "subject": subject,
            "effectiveDateTime": night.date.isoformat(),
            "derivedFrom": source,
            **value,
        }


def condition_resources(row: Mapping[str, Any], patient_id: str) -> Iterator[Resource]:
    """Yield a condition, and its due date. row: id, key, label and dates."""
    subject = {"reference": f"Patient/{patient_id}"}
    status = "resolved" if row["ended_on"] else "active"
    resource: Resource = {
        "resourceType": "Condition",
        "id": str(row["id"]),
        "clinicalStatus": {"coding": [{"system": f"{TERMINOLOGY}/condition-clinical", "code": status}]},
        "code": {"coding": [coding(f"condition.{row['key']}")], "text": row["label"]},
        "subject": subject,
    }
    for name, column in (("onsetDateTime", "started_on"), ("abatementDateTime", "ended_on")):
        if row[column]:
            resource[name] = row[column].isoformat()
    if row["due_on"]:
        resource["extension"] = [{"url": DUE_DATE, "valueDate": row["due_on"].isoformat()}]
    yield resource
    if row["due_on"]:
        code, display = DUE_DATE_LOINC
        yield {
            "resourceType": "Observation",
            "id": f"due-{row['id']}",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": code, "display": display}]},
            "subject": subject,
            "focus": [{"reference": f"Condition/{row['id']}"}],
            "valueDateTime": row["due_on"].isoformat(),
        }


def medication(row: Mapping[str, Any], patient_id: str) -> Resource:
    """Return a medicine as the patient says. row: id, drug_class, label, name and dates."""
    resource: Resource = {
        "resourceType": "MedicationStatement",
        "id": str(row["id"]),
        "status": "stopped" if row["stopped_on"] else "active",
        "medicationCodeableConcept": {
            "coding": [coding(f"drug_class.{row['drug_class']}", row["label"])],
            "text": row["name"] or row["label"],
        },
        "subject": {"reference": f"Patient/{patient_id}"},
        "informationSource": {"reference": f"Patient/{patient_id}"},
    }
    period = {
        name: row[column].isoformat()
        for name, column in (("start", "started_on"), ("end", "stopped_on"))
        if row[column]
    }
    if period:
        resource["effectivePeriod"] = period
    return resource


def consent(row: Mapping[str, Any], patient_id: str, at: dt.datetime) -> Resource:
    """Return a consent. row: id, name of the clinician, scopes, text_version, valid_from, valid_until, withdrawn_at."""
    ends = min(row["withdrawn_at"] or row["valid_until"], row["valid_until"])
    return {
        "resourceType": "Consent",
        "id": str(row["id"]),
        "status": "active" if ends > at else "inactive",
        "scope": {"coding": [{"system": f"{TERMINOLOGY}/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [coding("sharing")]}],
        "patient": {"reference": f"Patient/{patient_id}"},
        "dateTime": moment_text(row["valid_from"]),
        "policyRule": {"text": f"Text {row['text_version']}; sections: {', '.join(row['scopes'])}"},
        "provision": {
            "type": "permit",
            "period": {"start": moment_text(row["valid_from"]), "end": moment_text(ends)},
            "actor": [
                {"role": {"coding": [coding("clinician")]}, "reference": {"display": row["name"] or "-"}}
            ],
        },
    }
