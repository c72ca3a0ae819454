"""The people and rows of the access matrix, each marked with words that nobody else may read."""

import datetime as dt
from collections import defaultdict
from types import SimpleNamespace

from allauth.usersessions.models import UserSession
from django.utils import timezone

from episodes.exchange.formats.uploads import recognised
from episodes.exchange.uploads import keep_upload
from episodes.models import (
    ApiToken,
    Condition,
    Consent,
    CustomHabit,
    Experiment,
    Medicine,
    RecordNumber,
    ReportLink,
    ReviewNote,
    VisitQuestion,
)
from episodes.models.secrets import hash_of
from episodes.sharing.actions import withdraw_consent
from episodes.sharing.codes import make_invitation
from tests.conftest import grant, looking_as, make_clinician, make_operator, make_user, write_night
from tests.passkeys import SoftPasskey

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
PATIENTS = ("ada", "cleo", "eva", "finn")
NIGHT = dt.date(2026, 3, 14)
# What of a patient's is marked; the last three only the patient ever sees.
OWN = ("name", "private", "shared", "medicine", "question", "note", "habit", "passkey", "device", "file")
OWN = (
    "name",
    "private",
    "shared",
    "medicine",
    "question",
    "note",
    "habit",
    "passkey",
    "device",
    "token",
    "number",
)


def canary(name, part):
    """Return the mark of one part of one patient's diary."""
    return f"canary-{name}-{part}"


def build():
    """Return all people and rows: Ada shares with Ben, Eva's consent is over, Finn withdrew his, Cleo shares nothing.

    Hal is a clinician whom Ada lets read, and Olga an operator, both without a second factor.
    """
    world = SimpleNamespace(people={}, rows={})
    for name in PATIENTS:
        world.people[name] = make_user(name, display_name=canary(name, "name"))
    world.people["ben"] = make_clinician("ben")
    world.people["dora"] = make_clinician("dora")
    world.people["odd"] = make_operator("odd")
    world.people["hal"] = make_clinician("hal", has_second_factor=False)
    world.people["olga"] = make_user("olga", is_superuser=True)
    world.people["gone"] = make_user("gone")
    for name in PATIENTS:
        world.rows[name] = _diary(name, world.people[name])
    ben = world.people["ben"]
    world.rows["ada"]["consent"] = grant(world.people["ada"], ben)
    grant(world.people["ada"], world.people["hal"])
    world.rows["eva"]["consent"] = grant(world.people["eva"], ben)
    world.rows["finn"]["consent"] = grant(world.people["finn"], ben)
    world.rows["cleo"]["consent"] = None
    for name in PATIENTS:
        world.rows[name]["invitation"] = None
    invitation = make_invitation(now=timezone.now(), by=ben)[1]
    world.rows["ben"] = defaultdict(lambda: None, invitation=invitation)
    past = timezone.now() - dt.timedelta(days=200)
    with looking_as(world.people["eva"]):
        Consent.objects.owned_by(world.people["eva"]).update(
            valid_from=past, valid_until=past + dt.timedelta(days=30)
        )
    with looking_as(world.people["finn"]):
        Consent.objects.owned_by(world.people["finn"]).update(
            withdrawn_at=timezone.now(), withdrawn_by=world.people["finn"].pk
        )
    world.people["gone"].is_active = False
    world.people["gone"].save(update_fields=["is_active"])
    return world


def _diary(name, patient):
    """Write a marked diary and return its rows."""
    write_night(
        patient, NIGHT, "cramps", episodes=[{"location": "calf", "side": "left"}],
        private_note=canary(name, "private"), shared_note=canary(name, "shared"),
    )  # fmt: skip
    with looking_as(patient):
        rows = {
            "patient": patient,
            "account": patient,
            "condition": Condition(patient=patient, key="kidney", started_on=dt.date(2020, 1, 1)),
            "medicine": Medicine(patient=patient, drug_class="statin", name=canary(name, "medicine")),
            "question": VisitQuestion(
                patient=patient, text=canary(name, "question"), asked_on=dt.date(2026, 3, 1)
            ),
        }
        rows["habit"] = CustomHabit(patient=patient, key="h1", label=canary(name, "habit"), kind="yes_no")
        rows["experiment"] = Experiment(
            patient=patient, remedy="stretching", design="nightly", started_on=NIGHT, nights=56, schedule=[0, 1] * 28,
            nonce="n", hash="h", stopped_on=NIGHT,
        )  # fmt: skip
        rows["link"] = ReportLink(
            patient=patient, secret_hash=hash_of(name.encode()), first=NIGHT, last=NIGHT, sections=["questions"],
            expires_at=timezone.now() + dt.timedelta(days=7),
        )  # fmt: skip
        rows["token"] = ApiToken(
            patient=patient, name=canary(name, "token"), secret_hash=hash_of(name.encode()), password_stamp="x",
            scopes=["export"], expires_at=timezone.now() + dt.timedelta(days=7),
        )  # fmt: skip
        rows["passkey"] = SoftPasskey().stored_for(patient, name=canary(name, "passkey"))
        rows["session"] = UserSession.objects.create(
            user=patient, ip="192.0.2.7", session_key=f"session-of-{name}", user_agent=canary(name, "device")
        )
        for key in ("condition", "medicine", "question", "habit", "experiment", "link", "token"):
            rows[key].save(force_insert=True)
        file = f"date,outcome,shared_note\n2026-03-15,no_cramps,{canary(name, 'file')}\n".encode()
        rows["import"] = keep_upload(upload=recognised([file]), now=timezone.now(), by=patient)
    note_of_a_former_clinician(patient, canary(name, "note"))
    return rows


def note_of_a_former_clinician(patient, text, author_name="Dr Old", purpose="Next visit"):
    """Leave a note, and a record number, of somebody who may no longer read the diary."""
    former = make_clinician(f"former-of-{patient.username}", display_name="Old")
    consent = grant(patient, former, purpose=purpose)
    with looking_as(former):
        ReviewNote(patient=patient, author=former, author_name=author_name, text=text).save(force_insert=True)
        RecordNumber(patient=patient, clinician=former, number=text.replace("-note", "-number")).save(
            force_insert=True
        )
    withdraw_consent(consent=consent, now=timezone.now(), by=patient)


def readable(role):
    """Return the marks that this role may find in a page; everything else is a leak."""
    if role in PATIENTS:
        return {canary(role, part) for part in OWN}
    if role == "ben":
        return {canary("ada", part) for part in ("name", "shared", "medicine", "question", "note", "habit")}
    if role == "odd":
        return {canary(name, "name") for name in PATIENTS}
    return set()


def all_marks():
    return {canary(n, p) for n in PATIENTS for p in OWN}
