"""fhir.json: the diary as a FHIR R4 bundle."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from episodes.exchange.formats.fhir_codes import Resource, questionnaire
from episodes.exchange.formats.fhir_write import (
    condition_resources,
    consent,
    entry,
    medication,
    night_resources,
    patient,
)
from episodes.exchange.formats.fields import moment_text
from episodes.exchange.queries import diary_entries, habit_entries
from episodes.models import SCOPES, Condition, Consent, Medicine, Profile, User
from episodes.questions import choices


def fhir_json(*, by: User, now: dt.datetime) -> Iterator[str]:
    """Yield fhir.json, a piece at a time; without notes. Eight statements, however long the diary."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": moment_text(now)}
    yield json.dumps(head)[:-1] + ', "entry": ['
    apart = "\n"
    for resource in _resources(by, now):
        yield apart + json.dumps(entry(resource), ensure_ascii=False, separators=(",", ":"))
        apart = ",\n"
    yield "\n]}\n"


def _resources(by: User, now: dt.datetime) -> Iterator[Resource]:
    me = str(by.pk)
    profile = Profile.objects.owned_by(by).values("birth_year", "sex_at_birth").first() or {}
    yield patient(me, by.display_name, profile)
    habits = habit_entries(by=by)
    personal_id = f"night-{me}" if habits else ""
    if habits:
        yield questionnaire(habits, personal_id)
    for night, _beside in diary_entries(by=by, with_notes=False):
        yield from night_resources(night, habits, me, personal_id)
    columns = ("id", "key", "started_on", "ended_on", "due_on")
    for row in Condition.objects.owned_by(by).order_by("id").values(*columns):
        yield from condition_resources(
            {**row, "label": _(choices.label_of(choices.CONDITION, row["key"]))}, me
        )
    columns = ("id", "drug_class", "name", "started_on", "stopped_on")
    for row in Medicine.objects.owned_by(by).order_by("id").values(*columns):
        yield medication({**row, "label": _(choices.label_of(choices.DRUG_CLASS, row["drug_class"]))}, me)
    told = ("id", "clinician__card__name", "text_version", "valid_from", "valid_until", "withdrawn_at")
    for row in (
        Consent.objects.owned_by(by).order_by("id").values(*told, *(f"shares_{scope}" for scope in SCOPES))
    ):
        shared = [scope for scope in SCOPES if row[f"shares_{scope}"]]
        yield consent({**row, "name": row["clinician__card__name"], "scopes": shared}, me, now)
