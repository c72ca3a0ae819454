"""Marks in every field of patients whom nobody may see, and the parameters that an admin page may be asked with."""

import datetime as dt
from decimal import Decimal

from django.apps import apps
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views import main
from django.db import models

from episodes.models import (
    Condition,
    CustomHabit,
    Experiment,
    ExperimentNight,
    HealthModel,
    Medicine,
    Night,
    NightRevision,
    Operation,
    PrivateNoteRevision,
    Profile,
    RemedyPlan,
    VisitQuestion,
    acting_as,
)
from tests.conftest import make_user, write_night
from tests.matrix.people import note_of_a_former_clinician

FOREIGN = ("xena", "yuri", "zola")
NIGHT = dt.date(2026, 3, 14)
NUMBERS = {"xena": 4973, "yuri": 4987, "zola": 4999}  # millilitres, seconds: numbers that nothing else prints

# Fields that hold one of a few known words, an opaque id or a hash: no mark fits in there.
KNOWN_WORDS = {
    "key", "kind", "drug_class", "remedy", "design", "outcome", "reason", "time_zone", "entered_via", "side",
    "location", "part_of_night", "duration_band", "felt", "wanted_to", "helped", "restless_legs", "urge_to_move",
    "crawling", "worse_at_rest", "moving_relieves", "comes_back_when_i_stop", "worse_in_evening",
    "leg_warning_sign", "sex_at_birth", "work_type", "sitting_posture", "habits_source", "body_sha256", "text_version", "written_under",
}  # fmt: skip


def mark(name, part=""):
    return f"canary-{name}-{part}" if part else f"canary-{name}-"


def strangers():
    """Return three patients with marks in every free field of every health table."""
    return [_stranger(name) for name in FOREIGN]


def _stranger(name):
    person = make_user(
        f"canary-{name}-username", display_name=mark(name, "name"), email=f"canary-{name}-mail@example.org"
    )
    write_night(
        person, NIGHT, "cramps", private_note=mark(name, "private"), shared_note=mark(name, "shared"),
        fluid_ml=NUMBERS[name], alcohol_drinks=Decimal("13.5"), leg_warning_sign="left",
        episodes=[{"duration_seconds": NUMBERS[name], "remedies": [{"remedy": "stretch", "helped": "yes", "seconds_to_relief": 77}]}],
    )  # fmt: skip
    with acting_as(person):
        for row in _rows(person, name):
            row.save(force_insert=True)
        for model, values in (
            (Night, {"custom_answers": {"h1": mark(name, "own")}, "banded": [mark(name, "banded")], "dont_know": [mark(name, "dk")]}),
            (NightRevision, {"content": {"mark": mark(name, "revision")}}),
        ):  # fmt: skip
            model.objects.owned_by(person).update(**values)
    note_of_a_former_clinician(person, mark(name, "note"), mark(name, "author"), mark(name, "purpose"))
    return person


def _rows(person, name):
    experiment = Experiment(
        patient=person, remedy="stretching", design="nightly", started_on=NIGHT, nights=56, schedule=[mark(name, "plan")],
        nonce=mark(name, "nonce"), hash=mark(name, "hash"),
    )  # fmt: skip
    return [
        Condition(patient=person, key="kidney", started_on=dt.date(2020, 1, 1)),
        Medicine(patient=person, drug_class="statin", name=mark(name, "medicine")),
        CustomHabit(
            patient=person, key="h1", label=mark(name, "habit"), kind="levels", unit=f"canary-{name}"[:20],
            levels=[mark(name, "level")],
        ),
        VisitQuestion(patient=person, text=mark(name, "question"), asked_on=NIGHT),
        Profile(patient=person, usual_day={"mark": mark(name, "usual")}, active_habits=[mark(name, "active")], hidden_insights=[mark(name, "hidden")]),
        RemedyPlan(patient=person, remedy="stretching", date=NIGHT),
        Operation(
            patient=person, operation_id=mark(name, "operation"), body_sha256="0" * 64, answer={"mark": mark(name, "answer")}
        ),
        PrivateNoteRevision(patient=person, date=NIGHT, version=9, text=mark(name, "earlier")),
        experiment,
        ExperimentNight(patient=person, experiment=experiment, date=NIGHT, arm=1),
    ]  # fmt: skip


def unmarked_fields(person):
    """Return the free text fields of health tables that hold no mark of this person."""
    found = []
    for model in apps.get_app_config("episodes").get_models():
        if not issubclass(model, HealthModel):
            continue
        with acting_as(person):
            rows = list(model.objects.owned_by(person).values())
        for field in model._meta.local_fields:
            is_free = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if rows and is_free and field.name not in KNOWN_WORDS and not any(
                "canary" in str(row[field.attname]) for row in rows
            ):  # fmt: skip
                found.append(f"{model.__name__}.{field.name}")
    return found


def snapshot(people):
    """Return every row of these people in every health table, to compare with later."""
    kept = {}
    for person in people:
        with acting_as(person):
            for model in apps.get_app_config("episodes").get_models():
                if issubclass(model, HealthModel):
                    key = (person.pk, model.__name__)
                    kept[key] = sorted(map(str, model.objects.owned_by(person).values()))
    return kept


HEALTH_PATHS = ("night", "consent", "sharednote", "privatenote", "medicine", "profile", "dataconsent", "card")
HUGE = "9999999999999999999999"
VALUES = ("", "canary", "%00", HUGE, "-1", "'")


def queries(model_admin, person):
    """Yield every query string: Django's own parameters, each field with each lookup, and what is declared."""
    own = [
        main.ALL_VAR, main.ORDER_VAR, main.PAGE_VAR, main.SEARCH_VAR, main.ERROR_FLAG, main.IS_FACETS_VAR, IS_POPUP_VAR,
        TO_FIELD_VAR, "_changelist_filters", "_popup", "term", "app_label", "model_name", "field_name", "next",
    ]  # fmt: skip
    for name in own:
        for value in VALUES:
            yield f"{name}={value}"
    yield f"{TO_FIELD_VAR}=id&{IS_POPUP_VAR}=1"
    yield f"_changelist_filters=id__exact%3D{person.pk}"
    yield "o=1.2.3.4.5.6.7.8.9&p=999999999999999999999999"
    for lookup in model_admin.lookups:
        for value in VALUES:
            yield f"{lookup}={value}"
    for field in model_admin.model._meta.get_fields():
        for lookup in ("exact", "startswith", "in", "regex", "isnull", "gt"):
            yield f"{field.name}__{lookup}={HUGE if lookup == 'in' else 'canary'}"
    for path in HEALTH_PATHS:
        yield f"{path}__patient__exact={person.pk}"
        yield f"{path}__text__startswith=canary"
    yield f"patient={person.pk}&patient_id={person.pk}&id={person.pk}&user={person.pk}"
    yield f"id__in={HUGE}"
    yield "e=1&e=2&q=a&q=canary"
