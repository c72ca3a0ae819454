"""Writes generated diaries: every row as the person whose row it is."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db import transaction

from episodes.accounts.actions import complete_sign_up
from episodes.diaries.shared import active_consent
from episodes.experiments.actions import store_experiment
from episodes.models import (
    Condition,
    Episode,
    ExperimentNight,
    Medicine,
    Night,
    NightRevision,
    PrivateNote,
    PrivateNoteRevision,
    Profile,
    RemedyUse,
    SharedNote,
    User,
    acting_as,
)
from episodes.nights.content import NightContent
from episodes.operations.demo.diaries import DemoNight, diary
from episodes.operations.demo.people import CLINICIAN, MAIL, DemoPerson, people, usernames
from episodes.operations.demo.second_step import give_second_step
from episodes.questions.habits import DEFAULT_ROWS
from episodes.review.actions import add_review_note, mark_as_reviewed
from episodes.sharing.actions import ask_at_visit, grant_consent, withdraw_consent
from episodes.stats.nights import last_night
from episodes.web.roles import make_clinician

PASSWORD = "moonlit-calf-demo"  # noqa: S105  a demo holds nothing real, and its log-ins are printed
QUESTION = "Generated example question: could one of my tablets have to do with it?"
REVIEW_NOTE = "Generated example note from a clinician: we look at the water tablet at the next visit."
MOST_PATIENTS = 10_000
SHARED_DAYS = 180
REVIEWED_DAYS_AGO = 40
TESTED_NIGHTS = 112
TEST_ENDED_NIGHTS_AGO = 20
FOLLOWED_SHARE = 0.9
EARLIER_SHARING = (300, 240)  # days ago: an earlier consent and its withdrawal


class NotADemo(Exception):
    """This database holds people who are not part of a demo."""


def demo_people(*, number_possible: int = MOST_PATIENTS) -> list[User]:
    """Return the demo's people in the order in which they were made, the clinician last.

    Empty in an empty database. Raises NotADemo as soon as anybody else is there.
    """
    known = usernames(number_possible)
    found = list(User.objects.order_by("date_joined", "username"))
    if any(user.username not in known or not user.email.endswith(MAIL) for user in found):
        raise NotADemo
    return sorted(found, key=lambda user: user.is_clinician)


@transaction.atomic
def seed(*, patients: int, nights: int, seed_number: int, now: dt.datetime) -> list[User]:
    """Return the people made, the clinician last; all of it or nothing."""
    password = make_password(PASSWORD)  # slow on purpose, so once for everybody
    clinician = User(
        username=CLINICIAN,
        email=CLINICIAN + MAIL,
        display_name="Dr Ben Example",
        password=password,
        date_joined=now,
    )
    clinician.save(force_insert=True)
    give_second_step(clinician)
    make_clinician(account=clinician, name="Dr Ben Example", practice="Example Practice (generated)", by=None)
    made = []
    for place, person in enumerate(people(patients, seed_number)):
        user = _account(person, password, now - dt.timedelta(days=nights + 1) + dt.timedelta(seconds=place))
        with acting_as(user):
            _about(person, user, nights, now)
            last = last_night(now, user.zone)
            _write(user, diary(person, nights=nights, last=last, now=now, seed=seed_number))
            _test(person, user, nights=nights, last=last, seed_number=seed_number)
            _share(person, user, clinician, now)
        made.append(user)
    _review(made, clinician, now)
    return [*made, clinician]


def _account(person: DemoPerson, password: str, joined: dt.datetime) -> User:
    user = User(
        username=person.username,
        email=person.email,
        display_name=person.display_name,
        password=password,
        date_joined=joined,
    )
    user.save(force_insert=True)
    complete_sign_up(time_zone=person.zone, language="en", now=joined, by=user)
    return user


def _about(person: DemoPerson, user: User, nights: int, now: dt.datetime) -> None:
    """Write the long-term facts; a start of -2 is two years before, 0.5 the middle of the diary."""
    today = now.astimezone(user.zone).date()

    def day(start: float) -> dt.date:
        back = nights * (1 - start) if start >= 0 else nights - start * 365
        return today - dt.timedelta(days=round(back))

    Profile.objects.owned_by(user).bulk_create(
        [
            Profile(
                patient=user,
                birth_year=person.birth_year,
                sex_at_birth=person.sex_at_birth,
                work_type=person.work_type,
                usual_day=dict(person.usual_day),
                active_habits=list(DEFAULT_ROWS),
            )
        ]
    )
    Condition.objects.owned_by(user).bulk_create(
        Condition(patient=user, key=key, started_on=day(start)) for key, start in person.conditions
    )
    Medicine.objects.owned_by(user).bulk_create(
        Medicine(patient=user, drug_class=drug_class, name=name, started_on=day(start))
        for drug_class, name, start in person.medicines
    )


def _write(user: User, nights: Iterable[DemoNight]) -> None:
    rows, episodes, uses, revisions = [], [], [], []
    shared, private, private_revisions = [], [], []
    for night in nights:
        row = Night(
            patient=user,
            date=night.date,
            time_zone=user.time_zone,
            night_starts_at=user.night_starts_at,
            outcome_recorded_at=night.recorded_at,
            habits_recorded_at=night.habits_recorded_at,
            entered_via=night.entered_via,
            **night.answers,
        )
        rows.append(row)
        for position, described in enumerate(night.episodes):
            facts = {name: value for name, value in described.items() if name != "remedies"}
            episode = Episode(patient=user, night=row, position=position, **facts)
            episodes.append(episode)
            uses += [RemedyUse(patient=user, episode=episode, **use) for use in described["remedies"]]
        content = NightContent(night.answers, night.episodes, night.shared_note)
        revisions.append(
            NightRevision(
                patient=user,
                date=night.date,
                version=1,
                content=content.as_json(),
                reason="written",
                by=user.pk,
                at=night.recorded_at,
            )
        )
        if night.shared_note:
            shared.append(SharedNote(patient=user, date=night.date, text=night.shared_note))
        if night.private_note:
            private.append(PrivateNote(patient=user, date=night.date, text=night.private_note))
            private_revisions.append(
                PrivateNoteRevision(patient=user, date=night.date, version=1, text=night.private_note)
            )
    for model, made in (
        (Night, rows),
        (Episode, episodes),
        (RemedyUse, uses),
        (NightRevision, revisions),
        (SharedNote, shared),
        (PrivateNote, private),
        (PrivateNoteRevision, private_revisions),
    ):
        model.objects.owned_by(user).bulk_create(made, batch_size=500)


def _test(person: DemoPerson, user: User, *, nights: int, last: dt.date, seed_number: int) -> None:
    """Give a finished experiment where the diary is long enough; the nights know nothing of its draw."""
    if not person.tested or nights < TESTED_NIGHTS + TEST_ENDED_NIGHTS_AGO:
        return
    chance = random.Random(f"{seed_number}:{person.username}:experiment")  # noqa: S311  to be repeatable
    first = last - dt.timedelta(days=TESTED_NIGHTS + TEST_ENDED_NIGHTS_AGO - 1)
    experiment = store_experiment(
        remedy=person.tested, design="nightly", nights=TESTED_NIGHTS, first=first, by=user,
        now=dt.datetime.combine(first, dt.time(12), dt.UTC), random=chance, nonce=f"{chance.getrandbits(256):064x}",
    )  # fmt: skip
    kept = [night for night in range(TESTED_NIGHTS) if chance.random() < FOLLOWED_SHARE]
    rows = ExperimentNight.objects.owned_by(user).filter(experiment_id=experiment.pk)
    rows.update(followed=False)
    rows.filter(date__in=[first + dt.timedelta(days=night) for night in kept]).update(followed=True)


def _share(person: DemoPerson, user: User, clinician: User, now: dt.datetime) -> None:
    """Give an earlier consent, withdrawn again, and the one that holds now."""
    if not person.shares:
        return
    given, ended = (now - dt.timedelta(days=days) for days in EARLIER_SHARING)
    earlier = grant_consent(
        clinician=clinician,
        scopes=("nights",),
        valid_until=now - dt.timedelta(days=EARLIER_SHARING[1] - 60),
        purpose="An earlier visit (example)",
        now=given,
        by=user,
    )
    withdraw_consent(consent=earlier, now=ended, by=user)
    grant_consent(
        clinician=clinician,
        scopes=person.shares,
        valid_until=now + dt.timedelta(days=SHARED_DAYS),
        purpose="Next visit (example)",
        now=now - dt.timedelta(days=REVIEWED_DAYS_AGO + 5),
        by=user,
    )
    ask_at_visit(text=QUESTION, today=now.astimezone(user.zone).date() - dt.timedelta(days=9), by=user)


def _review(patients: list[User], clinician: User, now: dt.datetime) -> None:
    """Let the clinician have looked at every second shared diary, with a note in the first."""
    then = now - dt.timedelta(days=REVIEWED_DAYS_AGO)
    with acting_as(clinician):
        for place, patient in enumerate(patients[::2]):
            consent = active_consent(patient_id=patient.pk, now=then, by=clinician)
            if consent is None:
                continue
            if place == 0:
                add_review_note(consent=consent, text=REVIEW_NOTE, now=then, by=clinician)
            mark_as_reviewed(consent=consent, now=then, by=clinician)
