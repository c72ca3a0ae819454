"""`seed_demo` fills an empty database, marks what it makes, and keeps away from real people."""

import io
import os
import re
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from episodes.diaries.experiments import finished_test
from episodes.models import (
    Consent,
    Episode,
    Experiment,
    Night,
    PrivateNote,
    Profile,
    RemedyUse,
    ReviewNote,
    SharedNote,
    User,
    acting_as,
)
from episodes.nights.content import NightContent
from episodes.nights.writer import refuse_impossible
from episodes.operations.demo.diaries import diary
from episodes.operations.demo.people import people
from episodes.operations.demo.store import PASSWORD, seed
from episodes.stats.nights import last_night
from tests.accounts.doors import code_of


def seed_demo(**options):
    out = io.StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def person(username):
    return User.objects.get(username=username)


def rows_of(model, user):
    with acting_as(user):
        return list(model.objects.owned_by(user).order_by("pk"))


@pytest.fixture
def demo(db):
    return seed_demo(patients=3, nights=90, seed=4)


def test_every_log_in_is_printed_and_works(demo, client):
    for username in ("ada", "cleo", "dan", "ben"):
        assert f"{username} " in demo
        assert client.login(username=username, password=PASSWORD)
    assert demo.count(PASSWORD) == 4


def test_the_printed_key_and_the_printed_codes_open_the_review(demo, client):
    key = re.search(r"key for a code app +([A-Z2-7]{32})\n", demo)[1]
    codes = re.findall(r"\b[0-9]{8}\b", demo)
    assert len(codes) == 10
    for code in (code_of(key), codes[0]):
        client.post("/account/login/", {"login": "ben", "password": PASSWORD, "next": "/admin/"})
        assert client.post("/account/two-step/log-in/", {"code": code})["Location"] == "/admin/"
        assert "Ada" in client.get("/admin/").content.decode()
        client.logout()


def test_everything_says_that_it_is_an_example(demo):
    ada = person("ada")

    assert all("xample" in user.name and user.email.endswith("@demo.invalid") for user in User.objects.all())
    for note in rows_of(PrivateNote, ada) + rows_of(SharedNote, ada) + rows_of(ReviewNote, ada):
        assert "example" in note.text


def test_the_diary_ends_last_night(db):
    with time_machine.travel(
        "2026-11-22 10:00 +0000", tick=False
    ):  # after midnight nobody has written it yet
        seed_demo(patients=3, nights=90, seed=4)
        ada = person("ada")
        last = last_night(timezone.now(), ada.zone)

    assert max(night.date for night in rows_of(Night, ada)) == last
    assert rows_of(Profile, ada)[0].usual_day["sitting_hours"] == 6


def test_ben_reads_ada_under_her_consent_and_not_cleo(demo):
    ada, ben, cleo = person("ada"), person("ben"), person("cleo")

    consents = rows_of(Consent, ada)
    assert [consent.withdrawn_at is None for consent in consents] == [False, True]
    assert "alcohol" not in consents[-1].scopes
    with acting_as(ben):
        assert Night.objects.visible_to(ben).of(ada).exists()
        assert not Night.objects.visible_to(ben).of(cleo).exists()


def test_the_same_seed_gives_the_same_diaries(db):
    now = timezone.now()
    made = []
    for _turn in range(2):
        seed(patients=3, nights=40, seed_number=9, now=now)
        made.append([_records(person(name)) for name in ("ada", "cleo", "dan")])
        _empty_database()

    assert made[0] == made[1]
    assert made[0][0]


def test_ada_has_one_finished_experiment_and_the_same_seed_the_same_one(db):
    now = timezone.now()
    made = []
    for _turn in range(2):
        seed(patients=2, nights=140, seed_number=9, now=now)
        ada = person("ada")
        with acting_as(ada):
            (kept,) = Experiment.objects.owned_by(ada)
            finished = finished_test(kept, now=now, by=ada)
            made.append((kept.schedule, kept.hash, kept.started_on, finished.nights))
        assert rows_of(Experiment, person("cleo")) == []
        _empty_database()

    assert made[0] == made[1]
    assert finished.is_as_sealed
    assert finished.result.followed_remedy.n == 56


def _records(user):
    """Return a diary as plain rows; what was done against one cramp has no order."""
    with acting_as(user):
        nights = Night.objects.owned_by(user).as_records()
    return [
        (
            night._replace(episodes=()),
            [(e._replace(remedies=()), frozenset(e.remedies)) for e in night.episodes],
        )
        for night in nights
    ]


def _empty_database():
    for user in User.objects.order_by("is_clinician"):
        with acting_as(user):
            user.delete()


def test_a_database_with_real_people_is_refused_and_left_alone(ada, cleo):
    with pytest.raises(CommandError, match="not part of a demo") as error:
        seed_demo(if_empty=True)

    assert error.value.returncode == 1
    assert set(User.objects.values_list("username", flat=True)) == {"ada", "cleo"}


def test_a_second_demo_is_refused_and_if_empty_prints_the_first(demo):
    with pytest.raises(CommandError, match="here already"):
        seed_demo(patients=3, nights=90, seed=4)

    assert seed_demo(if_empty=True) == demo


@pytest.mark.parametrize("options", [{"nights": 0}, {"patients": 0}, {"nights": 4000}])
def test_impossible_numbers_are_wrong_arguments(db, options):
    with pytest.raises(CommandError) as error:
        seed_demo(**options)

    assert error.value.returncode == 2
    assert not User.objects.exists()


def test_a_database_without_tables_is_one_sentence_and_status_1(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "seed_demo"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().count("\n") == 0
    assert "run migrate first" in done.stderr


def test_a_patient_could_have_written_every_generated_night(ada):
    now = timezone.now()
    last = last_night(now, ada.zone)
    contents = [
        (night.date, NightContent(night.answers, night.episodes, night.shared_note))
        for someone in people(8, 5)
        for night in diary(someone, nights=200, last=last, now=now, seed=5)
    ]

    assert len(contents) > 1000
    for date, content in contents:
        refuse_impossible(content, date, ada, now)


def test_every_stored_answer_fits_its_column(demo):
    for username in ("ada", "cleo", "dan"):
        for model, parents in (
            (Night, {"patient"}),
            (Episode, {"patient", "night"}),
            (RemedyUse, {"patient", "episode"}),
        ):
            rows = rows_of(model, person(username))
            assert rows
            for row in rows:
                row.clean_fields(exclude=parents)
