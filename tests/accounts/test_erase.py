"""Clearing a diary and deleting an account: complete, at once, with a receipt, and for good."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings as project
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from episodes.accounts.erasure import erase, read_ledger, replay, write_ledger
from episodes.audit.check import check_audit
from episodes.models import (
    AuditEvent,
    CalendarLink,
    ErasureRecord,
    Night,
    PushSubscription,
    Reminder,
    User,
)
from episodes.models.erasure import (
    ACCOUNT,
    ACCOUNT_TABLES,
    DIARY,
    DIARY_TABLES,
    KEPT,
    OF_A_CLINICIAN,
    WITH_THE_DIARY,
)
from episodes.web.session_store import SessionStore
from tests.conftest import PASSWORD, grant, log_in, looking_as, make_user, write_night
from tests.matrix.people import build
from tests.plugins.flush import owner_connection

PAGE = "/account/erase/"


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.jsonl")
    return tmp_path / "erasures.jsonl"


def answer(what, password=PASSWORD, sure="on"):
    return {"what": what, f"{what}-sure": sure, f"{what}-password": password}


def keys_to_people(model):
    """Return the columns of a model that name a person."""
    return {
        field.column
        for field in model._meta.local_fields
        if field.column in {"patient_id", "account_key"} or field.related_model is User
    }


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_models(include_auto_created=True) if keys_to_people(model)],
    ids=lambda model: model._meta.label,
)
def test_every_table_that_names_a_person_is_erased_or_kept_for_a_reason(model):
    label = model._meta.label
    named = {"patient_id"} if label in DIARY_TABLES else set()
    named |= {column for name, column in (*WITH_THE_DIARY, *ACCOUNT_TABLES, *OF_A_CLINICIAN) if name == label}
    if label == "episodes.ReviewNote":
        named.add("author_id")  # emptied: the note is the patient's
    if label in KEPT:
        named = keys_to_people(model)

    assert keys_to_people(model) <= named


def everything(tables_left_out=()):
    """Return every row of every table as text, by table, as the owner of the database."""
    names = set(connection.introspection.table_names()) - set(tables_left_out)
    if connection.vendor == "postgresql":
        with owner_connection(connection) as owner:
            return {name: repr(owner.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}
    with connection.cursor() as cursor:
        return {name: repr(cursor.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}


def tables_with(*words, left_out=()):
    return {
        name
        for name, text in everything(left_out).items()
        if any(word.lower() in text.lower() for word in words)
    }


def files_with(word):
    """Return the names of the files of this test database that hold a word, free pages and log included."""
    if connection.vendor == "postgresql":
        return set()
    base = Path(connection.settings_dict["NAME"])
    return {path.name for path in base.parent.glob(f"{base.name}*") if word.encode() in path.read_bytes()}


@pytest.fixture
def world(transactional_db):
    """Ada with a row in every table that this test can reach, all marked; her clinician Ben; strangers."""
    world = build()
    ada = world.people["ada"]
    ada.email = "canary-ada@mail.example"
    ada.save(update_fields=["email"])
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    grant(ada, world.people["ben"], purpose="canary-ada-purpose")
    CalendarLink.objects.create(user=ada, token_hash="canary-ada-link")
    with looking_as(ada):
        Reminder(patient=ada, days=[1]).save(force_insert=True)
        PushSubscription(
            patient=ada, endpoint="https://push.example/canary-ada-push", p256dh="canary-ada-p", auth="a"
        ).save(force_insert=True)
    return world


def test_after_deleting_the_account_nothing_holds_a_word_of_the_patient(world):
    ada = world.people["ada"]
    phone, client = log_in(Client(), ada), log_in(Client(), ada)
    phone.get("/")
    client.get("/")
    assert len(tables_with("canary-ada")) > 10
    assert connection.vendor == "postgresql" or files_with("canary-ada-private")

    page = client.post(PAGE, answer(ACCOUNT))

    assert page.status_code == 200
    assert "Your account is deleted" in page.text
    assert str(ada.pk) in page.text
    kept = {"episodes_auditevent", "episodes_erasurerecord"}
    assert tables_with("canary-ada", ada.email) == set()
    assert tables_with(str(ada.pk), ada.pk.hex) == kept
    assert files_with("canary-ada") == set()
    assert files_with(ada.email) == set()
    opened = [SessionStore().decode(row.session_data) for row in Session.objects.all()]
    assert not any(session.get("_auth_user_id") == str(ada.pk) for session in opened)
    assert phone.get("/").status_code == 302
    assert client.get("/").status_code == 302
    assert not Client().login(username="ada", password=PASSWORD)


def test_others_keep_everything(world):
    before = {name: text.count("canary-cleo") for name, text in everything().items()}

    log_in(Client(), world.people["ada"]).post(PAGE, answer(ACCOUNT))

    after = {name: text.count("canary-cleo") for name, text in everything().items()}
    assert sum(before.values()) > 5
    assert after == before


def test_a_clinician_loses_sight_at_once(world):
    ada, ben = world.people["ada"], log_in(Client(), world.people["ben"])
    assert ben.get(f"/admin/patients/{ada.pk}/").status_code == 200

    log_in(Client(), ada).post(PAGE, answer(DIARY))

    assert ben.get(f"/admin/patients/{ada.pk}/").status_code == 404


def test_clearing_keeps_the_log_in_and_nothing_of_the_diary(world):
    ada = world.people["ada"]
    client = log_in(Client(), ada)

    page = client.post(PAGE, answer(DIARY))

    assert "Your diary is cleared" in page.text
    assert tables_with("canary-ada") == {
        "account_emailaddress",
        "episodes_user",
        "mfa_authenticator",
        "usersessions_usersession",
    }
    assert files_with("canary-ada-private") == set()
    assert client.get("/").status_code == 200
    assert not CalendarLink.objects.filter(user=ada).exists()
    with looking_as(ada):
        for label in DIARY_TABLES:
            assert not apps.get_model(label).objects.owned_by(ada).exists(), label


def test_the_audit_chain_stays_whole_under_the_opaque_key(world):
    ada = world.people["ada"]
    log_in(Client(), ada).post(PAGE, answer(ACCOUNT))

    if connection.vendor == "sqlite":
        assert not check_audit([]).broken
    with looking_as(ada):
        events = list(AuditEvent.objects.owned_by(ada).order_by("sequence"))
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert all(event.computed_hash() == event.hash for event in events)
    assert (events[-1].action, events[-1].resource) == ("erase", "account")


@pytest.mark.django_db(transaction=True)
def test_a_receipt_is_mailed_to_a_confirmed_address():
    ada = make_user("ada")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)

    log_in(Client(), ada).post(PAGE, answer(ACCOUNT))

    (letter,) = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert "deleted" in letter.body


@pytest.mark.parametrize("what", [DIARY, ACCOUNT])
@pytest.mark.parametrize(
    "wrong",
    [{"password": "not the password"}, {"password": ""}, {"sure": ""}],
    ids=["wrong", "none", "unsure"],
)
def test_without_the_password_or_the_tick_nothing_is_erased(clients, ada, what, wrong):
    write_night(ada, dt.date(2026, 3, 14))

    page = clients.ada.post(PAGE, answer(what, **wrong))

    assert page.status_code == 422
    with looking_as(ada):
        assert Night.objects.owned_by(ada).count() == 1


def test_the_page_asks_who_one_is_and_offers_a_copy_first(client, clients, ada):
    client.force_login(ada)  # logged in, but not lately proved

    assert client.get(PAGE).status_code == 302
    page = clients.ada.get(PAGE).text
    assert page.index("/account/export/") < page.index("Clear the diary") < page.index("Delete the account")


def test_a_clinicians_account_is_not_deleted_here(clients, ben):
    page = clients.ben.post(PAGE, answer(ACCOUNT))

    assert "Ask whoever runs this site" in page.text
    assert User.objects.filter(pk=ben.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_an_account_that_others_shared_with_is_kept_whole_and_says_so():
    ada, ben = make_user("ada"), make_user("ben", is_clinician=True)
    grant(ada, ben)
    User.objects.filter(pk=ben.pk).update(is_clinician=False)
    ben.refresh_from_db()

    page = log_in(Client(), ben).post(PAGE, answer(ACCOUNT))

    assert page.status_code == 422
    assert "Ask whoever runs this site" in page.text
    assert User.objects.filter(pk=ben.pk).exists()
    assert not ErasureRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_ledger_outside_names_the_erasure_and_a_failed_line_is_made_up_for(settings, tmp_path, ledger):
    ada, cleo = make_user("ada"), make_user("cleo")
    settings.ERASURE_LEDGER = str(tmp_path / "missing" / "erasures.jsonl")
    with looking_as(ada):
        erase(account=ada, what=ACCOUNT, now=timezone.now(), by=ada)
    settings.ERASURE_LEDGER = str(ledger)
    with looking_as(cleo):
        erase(account=cleo, what=DIARY, now=timezone.now(), by=cleo)

    assert [(entry["account"], entry["what"]) for entry in read_ledger(ledger)] == [
        (ada.pk, ACCOUNT), (cleo.pk, DIARY),
    ]  # fmt: skip
    assert write_ledger() == 0
    assert ledger.stat().st_mode & 0o777 == 0o600


NO_ROOM = """
import pathlib, resource, sys
from episodes.accounts.erasure import append_whole
path = pathlib.Path(sys.argv[1])
append_whole(path, b"first\\n")
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
try:
    append_whole(path, b"second\\n")
except OSError as error:
    print(error.strerror)
"""


def test_a_line_that_finds_half_its_room_is_taken_back(tmp_path):
    """The system takes the first bytes and says so without an error, as on a disk that becomes full."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    code = f"import django; django.setup(){NO_ROOM}"
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "ledger"],
        cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    assert done.stdout == "No space left on device\n"
    assert (tmp_path / "ledger").read_text() == "first\n"


def test_a_torn_ledger_is_refused(ledger):
    ledger.write_text(json.dumps({"id": "x"}) + "\n")

    with pytest.raises(ValueError, match="Line 1"):
        read_ledger(ledger)


def test_an_erasure_that_the_database_knows_is_not_done_again(
    ada, ledger, django_capture_on_commit_callbacks
):
    with looking_as(ada), django_capture_on_commit_callbacks(execute=True):
        erase(account=ada, what=DIARY, now=timezone.now(), by=ada)
    write_night(ada, dt.date(2026, 3, 14))

    assert replay(read_ledger(ledger)) == 0
    with looking_as(ada):
        assert Night.objects.owned_by(ada).count() == 1


def test_a_record_of_an_erasure_is_never_changed_or_removed(ada):
    with looking_as(ada):
        erase(account=ada, what=DIARY, now=timezone.now(), by=ada)

    for change in (
        lambda: ErasureRecord.objects.all().delete(),
        lambda: ErasureRecord.objects.update(what=ACCOUNT),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_rolled_back_erasure_leaves_no_line_and_no_receipt(ada, ledger):
    with looking_as(ada):
        erase(account=ada, what=ACCOUNT, now=timezone.now(), by=ada)
        transaction.set_rollback(True)

    assert User.objects.filter(pk=ada.pk).exists()
    assert not UserSession.objects.exists()
    assert read_ledger(ledger) == []
    assert mail.outbox == []
