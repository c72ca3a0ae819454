"""diary.json is complete by construction: a table or a field that nobody thought of is red."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from episodes.diaries.experiments import last_evening
from episodes.exchange.export_files import MEDIA_TYPES
from episodes.exchange.json_export import (
    ACCOUNT_LEFT_OUT,
    EPISODE_BESIDE,
    EXPERIMENT_PARTS,
    NIGHT_BESIDE,
    NIGHTS_PART,
    NOT_EXPORTED,
    PARTS,
    SCHEMA_VERSION,
    account_columns,
)
from episodes.experiments.actions import store_experiment
from episodes.models import ReportLink, ReviewNote, User, VisitQuestion
from tests.conftest import grant, log_in, looking_as, make_clinician
from tests.exchange.diaries import body, write_full_diary
from tests.experiments.test_running import change_the_future

EVERY_PART = (*PARTS, *EXPERIMENT_PARTS)


def columns_about_people():
    """Yield (model, column) of every column in the database that names an account."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if (field.remote_field and field.remote_field.model is User) or field.column == "patient_id":
                yield model, field.name


def test_every_table_about_a_person_is_named():
    named = {(part.model.__name__, part.owner) for part in EVERY_PART}
    named |= {(name, "patient") for name in NIGHTS_PART}
    forgotten = {
        f"{model.__name__}.{name}"
        for model, name in columns_about_people()
        if (model.__name__, name) not in named and (model.__name__, name) not in NOT_EXPORTED
    }

    assert forgotten == set(), "name it in episodes/exchange/json_export.py"


def test_a_table_that_nobody_named_would_be_seen():
    assert ("Night", "patient") in {(model.__name__, name) for model, name in columns_about_people()}
    assert ("EmailAddress", "user") in {(model.__name__, name) for model, name in columns_about_people()}


@pytest.mark.parametrize("part", EVERY_PART, ids=lambda part: part.name)
def test_every_field_of_a_table_is_in_the_file_or_left_out_for_a_reason(part):
    fields = {field.name for field in part.model._meta.concrete_fields}

    assert fields == {*part.columns, *part.left_out, part.owner} - set(part.also)
    assert set(part.left_out) <= fields
    assert all(part.left_out.values())


def test_every_field_of_nights_and_of_the_account_is_in_the_file(clients, ada):
    write_full_diary(ada)
    diary = json.loads(body(clients.ada.get("/account/export/diary.json")))

    assert set(account_columns()) | set(ACCOUNT_LEFT_OUT) >= {
        field.name for field in User._meta.concrete_fields
    }
    first = diary["nights"][0]
    assert set(NIGHT_BESIDE) - {"client_id"} <= set(first)
    assert set(EPISODE_BESIDE) - {"client_id"} <= set(first["episodes"][0])
    assert (first["shared_note"], first["alcohol_drinks"], first["numbness"]) == ("=HYPERLINK(1)", 0, False)
    assert first["episodes"][0]["remedies"][0] == {
        "remedy": "stretch",
        "helped": "yes",
        "seconds_to_relief": 40,
    }
    assert "alcohol_drinks" not in diary["nights"][1]
    assert diary["schema_version"] == SCHEMA_VERSION
    assert [revision["version"] for revision in diary["night_history"]] == [1, 1, 1, 1]
    assert len(diary["own_habits"]) == 3


def test_what_others_gave_and_what_was_shared_is_in_the_file_without_secrets(clients, ada):
    ben = make_clinician("ben", display_name="Ben")
    grant(ada, ben, purpose="canary-purpose")
    with looking_as(ben):
        ReviewNote(patient=ada, author=ben, author_name="Dr Ben", text="canary-note").save(force_insert=True)
    with looking_as(ada):
        VisitQuestion(patient=ada, text="canary-question", asked_on=dt.date(2026, 3, 1)).save(
            force_insert=True
        )
        ReportLink(
            patient=ada, secret_hash="canary-secret", pin_hash="canary-pin", first=dt.date(2026, 3, 1),
            last=dt.date(2026, 3, 2), sections=[], expires_at=timezone.now() + dt.timedelta(days=1),
        ).save(force_insert=True)  # fmt: skip

    text = body(clients.ada.get("/account/export/diary.json"))

    for word in ("canary-purpose", "canary-note", "canary-question", "Dr Ben", '"grant"'):
        assert word in text, word
    for word in ("canary-secret", "canary-pin", ada.password, str(ben.pk) + '","shares'):
        assert word not in text, word


@pytest.mark.parametrize("is_running", [True, False])
def test_of_a_test_that_runs_nothing_ahead_is_told(clients, ada, is_running):
    first = dt.date(2026, 5, 1)
    with looking_as(ada):
        experiment = store_experiment(
            remedy="stretching", design="nightly", nights=56, first=first,
            now=dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC), by=ada,
        )  # fmt: skip
    over = dt.datetime.combine(last_evening(experiment) + dt.timedelta(days=3), dt.time(12), dt.UTC)
    moment = dt.datetime(2026, 5, 10, 21, tzinfo=dt.UTC) if is_running else over
    with time_machine.travel(moment, tick=False):
        text = body(log_in(clients.nobody, ada).get("/account/export/diary.json"))

    diary = json.loads(text)
    assert diary["experiments"][0]["hash"] == experiment.hash
    assert (experiment.nonce in text) is not is_running
    assert ("schedule" in diary["experiments"][0]) is not is_running
    dates = [night["date"] for night in diary["experiment_nights"]]
    assert dates[0] == "2026-05-01"
    assert dates[-1] == ("2026-05-10" if is_running else last_evening(experiment).isoformat())


def test_no_file_depends_on_nights_to_come(clients, ada):
    with time_machine.travel(dt.datetime(2026, 5, 10, 21, tzinfo=dt.UTC), tick=False):
        client = log_in(clients.nobody, ada)
        with looking_as(ada):
            experiment = store_experiment(
                remedy="stretching",
                design="nightly",
                nights=56,
                first=dt.date(2026, 5, 1),
                now=timezone.now(),
                by=ada,
            )
        before = files_of(client)
        change_the_future(ada, experiment)

        assert files_of(client) == before


def files_of(client):
    """Return every file, without what is noted about taking them out."""
    return {
        name: re.sub(r'"audit": \[.*?\],\n', "", body(client.get(f"/account/export/{name}")), flags=re.DOTALL)
        for name in MEDIA_TYPES
    }
