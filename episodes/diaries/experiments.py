"""A person's tests of remedies, read: the running one, tonight's night, and the results of those that ended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from episodes.article.remedies import REMEDIES_BY_KEY, Remedy
from episodes.models import Condition, Experiment, ExperimentNight, Night, User
from episodes.nights.safety import NUMB, cautions_about, lasts
from episodes.stats.experiments.design import (
    DesignName,
    counts_in_test,
    schedule_hash,
)
from episodes.stats.experiments.randomisation import (
    ExperimentNights,
    ExperimentResult,
    result_of_experiment,
)

DESIGNS: tuple[DesignName, ...] = ("nightly", "periods")


RATE_NIGHTS = 56


RESULTS_IN_REVIEW = 3


NUMB_DAYS_OF_TEST = 182


ONE_DAY = dt.timedelta(days=1)


HOURS_BEFORE_WINDOW = 8


@dataclass(frozen=True)
class RunningTest:
    """An experiment that runs, or whose last night was last night, without anything still to come.

    tonight, asked: the arm of tonight and of last night, None outside the experiment. asked_followed: the
    answer so far. unsafe: why the remedy is left out from now on, empty while nothing speaks against it.
    """

    pk: uuid.UUID
    remedy: Remedy
    first: dt.date
    nights: int
    asked_date: dt.date
    tonight: int | None
    asked: int | None
    asked_followed: bool | None
    unsafe: str

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=self.nights - 1)

    @property
    def asks(self) -> bool:
        return self.asked is not None and self.asked_followed is None


@dataclass(frozen=True)
class CoveredRemedy:
    """A remedy under test: its comparisons stay covered until the evening `until` is over."""

    remedy: Remedy
    until: dt.date


@dataclass(frozen=True)
class DrawnNight:
    """One night that went by, or any night of an experiment that is over."""

    date: dt.date
    arm: int
    followed: bool | None
    outcome: str | None = None
    is_compared: bool = True


@dataclass(frozen=True)
class FinishedTest:
    """The result of an experiment that is over, worked out from the nights as they are written now.

    nights: all planned ones. is_as_sealed: the plan still fits the hash that was stored at the start.
    """

    result: ExperimentResult
    nights: tuple[DrawnNight, ...]
    is_as_sealed: bool


def today_of(now: dt.datetime, by: User) -> dt.date:
    """Return the evening date of tonight; last night is the day before.

    Who goes to bed after midnight still sees the evening's instruction: the date changes eight hours
    before a night's window does, at 4, or at 10 for people who sleep by day.
    """
    late = dt.timedelta(hours=by.night_starts_at.hour - HOURS_BEFORE_WINDOW)
    return (now.astimezone(by.zone).replace(tzinfo=None) - late).date()


def last_evening(experiment: Experiment) -> dt.date:
    """Return the last evening that was planned."""
    return experiment.started_on + dt.timedelta(days=experiment.nights - 1)


def is_over(experiment: Experiment, today: dt.date) -> bool:
    """Return whether the experiment was stopped or its last night has ended."""
    return experiment.stopped_on is not None or last_evening(experiment) < today


def experiments_of(*, by: User) -> list[Experiment]:
    """Return all experiments of `by`, newest first, without what was drawn; one statement."""
    return list(
        Experiment.objects.owned_by(by).defer("schedule", "nonce").order_by("-started_on", "-made_at")
    )


def covered_remedy(*, now: dt.datetime, by: User) -> CoveredRemedy | None:
    """Return the remedy whose comparisons are covered now, or None; one statement."""
    running = _running(today_of(now, by), by)
    return CoveredRemedy(REMEDIES_BY_KEY[running.remedy], last_evening(running)) if running else None


def _running(today: dt.date, by: User) -> Experiment | None:
    kept = Experiment.objects.owned_by(by).filter(stopped_on=None).defer("schedule", "nonce")
    return next((each for each in kept if not is_over(each, today)), None)


def unsafe_reasons(remedy: Remedy, *, last: dt.date, today: dt.date, by: User) -> list[str]:
    """Return why this remedy is not to be tested by this person until the evening `last`."""
    cautions = cautions_about(remedy, today=today, by=by, numb_days=NUMB_DAYS_OF_TEST)
    reasons = []
    if "pregnancy" in cautions:
        reasons.append("pregnancy")
    elif _is_due_before(last, today, by):
        reasons.append("due_date")
    if cautions & {"diabetes", "neuropathy"}:
        reasons.append("feeling")
    return [*reasons, NUMB] if NUMB in cautions else reasons


def _is_due_before(last: dt.date, today: dt.date, by: User) -> bool:
    pregnancies = Condition.objects.owned_by(by).filter(lasts(today), key="pregnancy")
    return bool(pregnancies.filter(Q(due_on=None) | Q(due_on__lte=last)).exists())


def running_test(*, now: dt.datetime, by: User) -> RunningTest | None:
    """Return tonight's instruction and last night's question, or None.

    One statement without an experiment, two or three with one. Only the rows of these two nights are read.
    """
    today = today_of(now, by)
    rows = list(
        ExperimentNight.objects.owned_by(by)
        .filter(
            date__in=[today - ONE_DAY, today], experiment__patient_id=by.pk, experiment__stopped_on=None
        )
        .order_by("-date")
        .values(
            "date", "arm", "followed", "experiment_id", "experiment__remedy",
            "experiment__started_on", "experiment__nights",
        )
    )  # fmt: skip
    if not rows:
        return None
    newest = rows[0]
    # Last night may be the last one of an earlier experiment than tonight's.
    of_it = {row["date"]: row for row in rows if row["experiment_id"] == newest["experiment_id"]}
    tonight, asked = of_it.get(today), of_it.get(today - ONE_DAY)
    remedy = REMEDIES_BY_KEY[newest["experiment__remedy"]]
    last = newest["experiment__started_on"] + dt.timedelta(days=newest["experiment__nights"] - 1)
    unsafe = unsafe_reasons(remedy, last=last, today=today, by=by) if tonight else []
    return RunningTest(
        pk=newest["experiment_id"],
        remedy=remedy,
        first=newest["experiment__started_on"],
        nights=newest["experiment__nights"],
        asked_date=today - ONE_DAY,
        tonight=tonight["arm"] if tonight else None,
        asked=asked["arm"] if asked else None,
        asked_followed=asked["followed"] if asked else None,
        unsafe=unsafe[0] if unsafe else "",
    )


def nights_gone_by(experiment: Experiment, *, now: dt.datetime, by: User) -> list[DrawnNight]:
    """Return the nights up to last night, newest first, without how they went; one statement."""
    rows = ExperimentNight.objects.owned_by(by).filter(
        experiment_id=experiment.pk, date__lt=_end(experiment, today_of(now, by))
    )
    return [DrawnNight(row.date, row.arm, row.followed) for row in rows.order_by("-date")]


def _end(experiment: Experiment, today: dt.date) -> dt.date:
    """Return the first evening that is no longer part of the experiment, or has not gone by."""
    ends = experiment.stopped_on or last_evening(experiment) + ONE_DAY
    return min(today, ends)


def finished_test(experiment: Experiment, *, now: dt.datetime, by: User) -> FinishedTest:
    """Return the result, worked out now, so that a corrected night changes it; three statements.

    Raises ValueError for an experiment that is not over at `now`.
    """
    if not is_over(experiment, today_of(now, by)):
        raise ValueError("An experiment that runs has no result.")
    return _worked_out(experiment, patient=by, by=by)


def results_for_review(
    *, patient: User, now: dt.datetime, by: User
) -> dict[tuple[str, dt.date], ExperimentResult]:
    """Return the results of the newest tests that are over, by remedy and first evening.

    by: a clinician; without consent to nights and experiments nothing is found. Arms of nights to come are
    never read: a test that runs has no result.
    """
    today = today_of(now, patient)
    kept = Experiment.objects.visible_to(by).of(patient).defer("schedule", "nonce").order_by("-started_on")
    over = [experiment for experiment in kept if is_over(experiment, today)][:RESULTS_IN_REVIEW]
    return {(each.remedy, each.started_on): _worked_out(each, patient=patient, by=by).result for each in over}


def _worked_out(experiment: Experiment, *, patient: User, by: User) -> FinishedTest:
    stored = Experiment.objects.visible_to(by).of(patient).get(pk=experiment.pk)
    drawn_nights = ExperimentNight.objects.visible_to(by).of(patient)
    rows = list(drawn_nights.filter(experiment_id=experiment.pk).order_by("date"))
    first, last = experiment.started_on, last_evening(experiment)
    nights_between = Night.objects.visible_to(by).of(patient).between(first, last)
    outcomes = dict(nights_between.values_list("date", "outcome"))
    followed = {row.date: row.followed for row in rows}
    design: DesignName = "periods" if experiment.design == "periods" else "nightly"
    schedule: list[int] = stored.schedule
    end = min(experiment.stopped_on or last + ONE_DAY, last + ONE_DAY)
    nights = tuple(
        DrawnNight(
            date := first + dt.timedelta(days=number),
            arm,
            followed.get(date) if date < end else None,
            outcomes.get(date) if date < end else None,
            counts_in_test(design, number) and date < end,
        )
        for number, arm in enumerate(schedule)
    )
    known: Collection[str] = ("cramps", "no_cramps")
    result = result_of_experiment(
        ExperimentNights(
            design=design,
            schedule=schedule,
            cramps=[night.outcome == "cramps" if night.outcome in known else None for night in nights],
            done=[None if night.followed is None else night.followed == bool(night.arm) for night in nights],
            nights_run=max(0, (end - first).days),
        )
    )
    drawn = [(row.date, row.arm) for row in rows]
    return FinishedTest(
        result=result,
        nights=nights,
        is_as_sealed=schedule_hash(schedule, stored.nonce) == experiment.hash
        and drawn == [(night.date, night.arm) for night in nights],
    )
