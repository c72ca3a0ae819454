"""What people say about themselves: agreement, settings, usual day, long-term facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from episodes.models import Condition, Medicine, User, lock_patient
from episodes.models.people import keep_in_profile

ABOUT = ("birth_year", "sex_at_birth", "work_type")

EARLIEST = dt.date(1900, 1, 1)
LONGEST_PREGNANCY = dt.timedelta(weeks=44)

HealthFact = Condition | Medicine


class FactRefused(Exception):
    """A long-term fact cannot be kept like this; `errors` maps field names to sentences."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def save_usual_day(*, usual_day: Mapping[str, Any], active_habits: Sequence[str], by: User) -> None:
    """Keep the answers of the usual day and which questions come first. Nights written before keep theirs."""
    keep_in_profile({"usual_day": dict(usual_day), "active_habits": list(active_habits)}, by)


def save_first_habits(*, active_habits: Sequence[str], by: User) -> None:
    """Keep which questions come first, and nothing else."""
    keep_in_profile({"active_habits": list(active_habits)}, by)


def save_evening_card(*, wanted: bool, by: User) -> None:
    """Keep whether Today asks about the day in the evening."""
    keep_in_profile({"evening_card": wanted}, by)


def save_about(*, values: Mapping[str, Any], by: User) -> None:
    """Keep birth year, sex at birth and kind of work; None is "not answered"."""
    keep_in_profile({name: values[name] for name in ABOUT}, by)


def save_fact(*, fact: HealthFact, now: dt.datetime, by: User) -> None:
    """Keep a condition or a medicine of `by`, new or changed. Raises FactRefused and then keeps nothing."""
    assert fact.patient_id == by.pk
    errors = _impossible_dates(fact, now.astimezone(by.zone).date())
    if errors:
        raise FactRefused(errors)
    with transaction.atomic():
        lock_patient(by.pk)
        if isinstance(fact, Condition) and fact.ended_on is None and _is_noted(fact, by):
            raise FactRefused({"key": _("This is in your list already: change or end that entry.")})
        fact.save(force_insert=fact._state.adding)


def delete_fact(*, fact: HealthFact, by: User) -> None:
    """Remove a condition or a medicine that was noted by mistake."""
    type(fact).objects.owned_by(by).filter(pk=fact.pk).delete()


def _is_noted(fact: Condition, by: User) -> bool:
    same = Condition.objects.owned_by(by).filter(key=fact.key, ended_on=None).exclude(pk=fact.pk)
    return bool(same.exists())


def _impossible_dates(fact: HealthFact, today: dt.date) -> dict[str, str]:
    end_name = "stopped_on" if isinstance(fact, Medicine) else "ended_on"
    start, end = fact.started_on, getattr(fact, end_name)
    errors = {}
    for name, day in (("started_on", start), (end_name, end)):
        if day is not None and day > today:
            errors[name] = _("This day has not come yet: choose today or an earlier day.")
        elif day is not None and day < EARLIEST:
            errors[name] = _("This day is too long ago: check the year.")
    if not errors and start is not None and end is not None and end < start:
        errors[end_name] = _("The end is before the start: check both days.")
    if isinstance(fact, Condition) and (sentence := _impossible_due_date(fact, today)):
        errors["due_on"] = sentence
    return errors


def _impossible_due_date(fact: Condition, today: dt.date) -> str:
    if fact.due_on is None:
        return ""
    if fact.key != "pregnancy":
        return _("Only a pregnancy has a due date: leave this empty.")
    start = fact.started_on
    if fact.due_on < EARLIEST or fact.due_on > today + LONGEST_PREGNANCY:
        return _("This due date is too far away: check the year and the month.")
    if start is not None and not start <= fact.due_on <= start + LONGEST_PREGNANCY:
        return _("The due date does not fit the first day: check both days.")
    return ""
