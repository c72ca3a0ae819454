"""A personal experiment: who may start one, the draw, tonight's instruction, the early end, the result.

What is drawn for nights to come never leaves this file: callers get tonight, nights gone by, and
the rest only once the experiment is over.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from episodes.article.remedies import EXPERIMENT_ALLOWED, REMEDIES_BY_KEY, Remedy
from episodes.diaries.experiments import (
    DESIGNS,
    ONE_DAY,
    RATE_NIGHTS,
    _end,
    _running,
    last_evening,
    today_of,
    unsafe_reasons,
)
from episodes.models import Experiment, ExperimentNight, Night, User, lock_patient
from episodes.stats.associations.enough_data import NIGHTS_FOR_COUNTS
from episodes.stats.experiments.design import (
    ChanceOfAnswer,
    DesignName,
    allowed_nights,
    chance_of_answer,
    draw_schedule,
    has_enough_cramps,
    schedule_hash,
)

"""The own rate of cramp nights is that of the last eight weeks."""
"""A test of warmth lasts for months: numbness written within half a year refuses it."""


class ExperimentRefused(Exception):
    """An experiment cannot start like this; `proposal.reasons` says why, and nothing was stored."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__(", ".join(proposal.reasons))
        self.proposal = proposal


@dataclass(frozen=True)
class Proposal:
    """What an experiment would be, before it is drawn.

    reasons: why it is refused, empty when it may start: remedy, length, running, few_nights, few_cramps,
    pregnancy (no warmth), due_date, feeling (diabetes or nerve damage), numb. cramps, counted: of the last
    eight weeks. chance: None where there is no own rate, remedy: None where it is unknown.
    """

    remedy: Remedy | None
    design: DesignName
    nights: int
    first: dt.date
    reasons: tuple[str, ...]
    cramps: int = 0
    counted: int = 0
    chance: ChanceOfAnswer | None = None

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=self.nights - 1)

    @property
    def missing_nights(self) -> int:
        return max(0, NIGHTS_FOR_COUNTS - self.counted)


class RandomSource(Protocol):
    def randrange(self, stop: int, /) -> int: ...


# --- Before the start ------------------------------------------------------------------------------


def proposal_of(*, remedy: str, design: str, nights: int, now: dt.datetime, by: User) -> Proposal:
    """Return what an experiment would be and every reason against it; at most four statements."""
    today = today_of(now, by)
    kind: DesignName = "periods" if design == "periods" else "nightly"
    if remedy not in EXPERIMENT_ALLOWED:
        return Proposal(REMEDIES_BY_KEY.get(remedy), kind, 0, today, ("remedy",))
    chosen = REMEDIES_BY_KEY[remedy]
    if design not in DESIGNS or nights not in allowed_nights(kind):
        return Proposal(chosen, kind, 0, today, ("length",))
    # After midnight the night has begun: the coming evening is the first.
    evening = now.astimezone(by.zone).date()
    outcomes = dict(
        Night.objects.owned_by(by)
        .between(evening - dt.timedelta(days=RATE_NIGHTS), evening)
        .written()
        .values_list("date", "outcome")
    )
    # A night that is written before the draw must not be drawn: the outcome would be known first.
    first = evening + ONE_DAY if outcomes.pop(evening, None) else evening
    cramps = sum(outcome == "cramps" for outcome in outcomes.values())
    counted = cramps + sum(outcome == "no_cramps" for outcome in outcomes.values())
    last = first + dt.timedelta(days=nights - 1)
    reasons = ["running"] if _running(today, by) else []
    reasons += unsafe_reasons(chosen, last=last, today=today, by=by)
    if counted < NIGHTS_FOR_COUNTS:
        reasons.append("few_nights")
    elif not has_enough_cramps(cramps, counted):
        reasons.append("few_cramps")
    chance = chance_of_answer(kind, nights, cramps / counted) if counted >= NIGHTS_FOR_COUNTS else None
    return Proposal(chosen, kind, nights, first, tuple(reasons), cramps, counted, chance)


def start_experiment(
    *,
    remedy: str,
    design: str,
    nights: int,
    now: dt.datetime,
    by: User,
    random: RandomSource | None = None,
) -> Experiment:
    """Return an experiment that is drawn, sealed by its hash and stored with all its nights.

    random: for tests and generated diaries; the operating system's by default. Raises ExperimentRefused.
    """
    with transaction.atomic():
        lock_patient(by.pk)
        proposal = proposal_of(remedy=remedy, design=design, nights=nights, now=now, by=by)
        if proposal.reasons:
            raise ExperimentRefused(proposal)
        return store_experiment(
            remedy=remedy, design=proposal.design, nights=nights, first=proposal.first, now=now, by=by, random=random
        )  # fmt: skip


def store_experiment(
    *,
    remedy: str,
    design: DesignName,
    nights: int,
    first: dt.date,
    now: dt.datetime,
    by: User,
    random: RandomSource | None = None,
    nonce: str = "",
) -> Experiment:
    """Draw and store one, all of it or nothing; who may have one is checked by `start_experiment`."""
    schedule = draw_schedule(design, nights, random or secrets.SystemRandom())
    nonce = nonce or secrets.token_hex(32)
    with transaction.atomic():
        experiment = Experiment(
            patient=by, remedy=remedy, design=design, started_on=first, nights=nights, schedule=list(schedule),
            nonce=nonce, hash=schedule_hash(schedule, nonce), made_at=now,
        )  # fmt: skip
        experiment.save(force_insert=True)
        ExperimentNight.objects.owned_by(by).bulk_create(
            ExperimentNight(
                patient=by, experiment=experiment, date=first + dt.timedelta(days=number), arm=arm
            )
            for number, arm in enumerate(schedule)
        )
    return experiment


# --- While it runs ---------------------------------------------------------------------------------


def answer_followed(
    *, experiment: Experiment, date: dt.date, followed: bool | None, now: dt.datetime, by: User
) -> bool:
    """Keep whether the plan of a night gone by was followed; return whether there is such a night."""
    with transaction.atomic():
        lock_patient(by.pk)
        if date >= _end(experiment, today_of(now, by)):
            return False
        rows = ExperimentNight.objects.owned_by(by).filter(experiment_id=experiment.pk, date=date)
        return bool(rows.update(followed=followed))


def stop_experiment(*, experiment: Experiment, now: dt.datetime, by: User) -> bool:
    """End an experiment before its time, from tonight on; return whether it was still running."""
    with transaction.atomic():
        lock_patient(by.pk)
        today = today_of(now, by)
        if last_evening(experiment) < today:
            return False
        kept = Experiment.objects.owned_by(by).filter(pk=experiment.pk, stopped_on=None)
        return bool(kept.update(stopped_on=max(today, experiment.started_on)))


# --- When it is over -------------------------------------------------------------------------------
