"""Experiments that run or are over, drawn by the product's own code from a known source of chance."""

import datetime as dt
import random

import pytest
from django.utils import timezone

from episodes.diaries.experiments import today_of
from episodes.experiments.actions import store_experiment
from episodes.models import Experiment, ExperimentNight, Night, acting_as
from tests.conftest import make_user
from tests.diaries import write_nights


def today(patient):
    return today_of(timezone.now(), patient)


def begin(patient, *, days_ago, remedy="stretching", design="nightly", nights=112, seed=1):
    """Return an experiment whose first evening was `days_ago` days ago."""
    with acting_as(patient):
        return store_experiment(
            remedy=remedy, design=design, nights=nights, first=today(patient) - dt.timedelta(days=days_ago),
            now=timezone.now() - dt.timedelta(days=days_ago), by=patient, random=random.Random(seed),
        )  # fmt: skip


def write_outcomes(patient, experiment, risk_with, risk_without, *, seed=5, follow=0.95, skip=()):
    """Write every night of an experiment that went by: a cramp by chance with the risk of its arm."""
    chance = random.Random(seed)
    nights = []
    with acting_as(patient):
        for number, arm in enumerate(experiment.schedule):
            date = experiment.started_on + dt.timedelta(days=number)
            cramp = chance.random() < (risk_with if arm else risk_without)
            followed = chance.random() < follow
            if date >= today(patient) or number in skip:
                continue
            nights.append(
                Night(
                    patient=patient, date=date, outcome="cramps" if cramp else "no_cramps",
                    time_zone=patient.time_zone, stretched_minutes=5 if arm == followed else 0,
                    outcome_recorded_at=dt.datetime.combine(date + dt.timedelta(days=1), dt.time(7), dt.UTC),
                )
            )  # fmt: skip
            ExperimentNight.objects.owned_by(patient).filter(experiment_id=experiment.pk, date=date).update(
                followed=followed
            )
        Night.objects.owned_by(patient).bulk_create(nights)


def experiments_kept(patient):
    with acting_as(patient):
        return list(Experiment.objects.owned_by(patient).order_by("made_at"))


def zone_where_it_is(hour):
    """Return a zone without summer time whose clock shows this hour now."""
    offset = (hour - timezone.now().hour + 12) % 24 - 12
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


@pytest.fixture
def ada(db):
    """A patient in whose zone it is afternoon, so that no test depends on the hour at which it runs."""
    return make_user("ada", time_zone=zone_where_it_is(15))


@pytest.fixture
def cleo(db):
    return make_user("cleo", time_zone=zone_where_it_is(15))


@pytest.fixture
def eligible(ada):
    """Ada with eight written weeks and two cramp nights in each."""
    write_nights(ada, 56)
    return ada
