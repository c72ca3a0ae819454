"""The one way in: an actor is required, consent is asked in every query, children stay with their patient."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from episodes.models import (
    ActorRequired,
    AuditEvent,
    Condition,
    Consent,
    Episode,
    HealthModel,
    Night,
    PrivateNote,
    SharedNote,
    acting_as,
    current_actor_id,
)
from tests.conftest import grant, write_night

NIGHT = dt.date(2026, 3, 14)


def health_models():
    from django.apps import apps

    return [
        model for model in apps.get_app_config("episodes").get_models() if issubclass(model, HealthModel)
    ] + [AuditEvent]


@pytest.mark.parametrize("model", health_models(), ids=lambda model: model.__name__)
def test_a_health_model_answers_nobody_who_does_not_say_who_asks(model):
    for ask in (model.objects.all, model.objects.count, lambda: model.objects.visible_to(None)):
        with pytest.raises(ActorRequired):
            ask()


@pytest.mark.parametrize("model", health_models(), ids=lambda model: model.__name__)
def test_every_uniqueness_of_a_health_model_names_the_patient(model):
    for constraint in model._meta.constraints:
        if hasattr(constraint, "fields") and constraint.fields:
            assert {"patient", "patient_id"} & set(constraint.fields), constraint.name


def seen_by(actor, model, **moment):
    with acting_as(actor):
        return model.objects.visible_to(actor, **moment).count()


def test_a_clinician_sees_a_night_only_under_a_consent_in_force(ada, ben, dora):
    write_night(ada, NIGHT)
    assert seen_by(ben, Night) == 1
    assert seen_by(dora, Night) == 0
    assert seen_by(ben, Night, at=timezone.now() + dt.timedelta(days=91)) == 0

    with acting_as(ada):
        Consent.objects.owned_by(ada).update(withdrawn_at=timezone.now(), withdrawn_by=ada.pk)

    assert seen_by(ben, Night) == 0


def test_a_scope_opens_only_its_own_section(ada, dora):
    write_night(ada, NIGHT, shared_note="for later", private_note="for me")
    with acting_as(ada):
        Condition(patient=ada, key="kidney").save(force_insert=True)
    grant(ada, dora, scopes={"nights"})
    assert seen_by(dora, Night) == 1
    assert seen_by(dora, SharedNote) == 0
    assert seen_by(dora, Condition) == 0

    grant(ada, dora, scopes={"nights", "health", "notes"})

    assert seen_by(dora, SharedNote) == 1
    assert seen_by(dora, Condition) == 1
    assert seen_by(dora, PrivateNote) == 0


def test_a_clinician_does_not_see_what_a_patient_agreed_with_others(ada, ben, dora):
    grant(ada, dora)
    with acting_as(ben):
        assert {consent.clinician_id for consent in Consent.objects.visible_to(ben)} == {ben.pk}


def test_a_consent_that_is_over_or_has_not_begun_leaves_its_clinician_no_row(ada, ben):
    consent = grant(ada, ben, days=30)
    now = timezone.now()
    with acting_as(ben):
        assert list(Consent.objects.visible_to(ben)) == [consent]
        assert not Consent.objects.visible_to(ben, at=now + dt.timedelta(days=31)).exists()
        assert not Consent.objects.visible_to(ben, at=consent.valid_from - dt.timedelta(seconds=1)).exists()
    with acting_as(ada):
        Consent.objects.owned_by(ada).update(withdrawn_at=now, withdrawn_by=ada.pk)
        assert Consent.objects.visible_to(ada).filter(pk=consent.pk).exists()
    with acting_as(ben):
        assert not Consent.objects.visible_to(ben).exists()


def test_a_deactivated_clinician_sees_nothing(ada, ben):
    write_night(ada, NIGHT)
    ben.is_active = False
    assert seen_by(ben, Night) == 0


def test_unshared_columns_are_never_read(ada, dora):
    write_night(ada, NIGHT, alcohol_drinks=7, sitting_hours=9)
    grant(ada, dora, scopes={"nights", "habits"})
    with acting_as(dora):
        (record,) = Night.objects.visible_to(dora).of(ada).as_records(scopes=frozenset({"nights", "habits"}))
    assert "alcohol_drinks" not in record.habits
    assert record.habits["sitting_hours"] == 9


def test_an_episode_cannot_hang_on_another_patients_night(ada, cleo):
    write_night(ada, NIGHT)
    with acting_as(ada):
        night = Night.objects.owned_by(ada).get(date=NIGHT)
    with acting_as(cleo), pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012  deferred on PostgreSQL
        Episode(patient=cleo, night_id=night.pk).save(force_insert=True)
        connection.check_constraints()


def test_a_row_never_moves_to_another_patient(ada, cleo):
    write_night(ada, NIGHT)
    with acting_as(ada):
        night = Night.objects.owned_by(ada).get(date=NIGHT)
        night.patient = cleo
        with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
            night.save(force_update=True)
        assert Night.objects.owned_by(ada).count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "maybe"}, {"sitting_hours": 19}, {"alcohol_drinks": 31}, {"fluid_ml": 8001}, {"activity": 4},
        {"sleep_quality_1_5": 0}, {"episode_count": 21}, {"soreness_morning_0_10": 11}, {"restless_legs": "maybe"},
        {"outcome": "no_cramps", "episode_count": 2}, {"kept_awake_minutes": 601},
    ],
)  # fmt: skip
def test_the_database_itself_refuses_what_is_out_of_range(ada, fields):
    with acting_as(ada), pytest.raises(IntegrityError), transaction.atomic():
        Night(patient=ada, date=NIGHT, time_zone="UTC", **fields).save(force_insert=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"duration_seconds": 7201},
        {"duration_seconds": 60, "duration_band": "1_5"},
        {"pain_0_10": 11},
        {"side": "up"},
    ],
)
def test_the_database_itself_refuses_an_impossible_cramp(ada, fields):
    write_night(ada, NIGHT)
    with acting_as(ada):
        night = Night.objects.owned_by(ada).get(date=NIGHT)
    with acting_as(ada), pytest.raises(IntegrityError), transaction.atomic():
        Episode(patient=ada, night=night, **fields).save(force_insert=True)


def test_acting_as_restores_the_earlier_person_even_after_an_error(ada, cleo):
    with acting_as(ada):
        with pytest.raises(ZeroDivisionError), acting_as(cleo):  # noqa: PT012
            assert current_actor_id() == cleo.pk
            raise ZeroDivisionError
        assert current_actor_id() == ada.pk
    assert current_actor_id() is None


def test_postgresql_knows_the_actor_inside_the_transaction_only(ada, cleo, django_db_blocker):
    if connection.vendor != "postgresql":
        assert not hasattr(connection, "set_local_actor")
        return

    def told():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('cramp.actor', true)")
            return cursor.fetchone()[0]

    with acting_as(ada), transaction.atomic():
        assert told() == str(ada.pk)
        with acting_as(cleo):
            assert told() == str(cleo.pk)
        assert told() == str(ada.pk)


def test_audit_rows_cannot_be_changed_on_sqlite(ada, ben):
    assert seen_by(ada, AuditEvent) == 1
    if connection.vendor != "sqlite":
        return  # tests/postgresql/ holds what stands there instead
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.owned_by(ada).update(action="nothing")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.owned_by(ada).delete()
