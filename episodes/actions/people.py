"""What people say about themselves: agreement, settings, usual day, long-term facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.translation import gettext as _

from episodes.knowledge.consent_texts import STORING_TEXTS, STORING_VERSION
from episodes.knowledge.names import one_spelling
from episodes.models import Condition, DataConsent, Medicine, Profile, User, lock_patient

SETTINGS = (
    "display_name",
    "time_zone",
    "night_starts_at",
    "hemisphere",
    "drink_grams",
    "week_starts_on",
    "theme",
    "language",
    "country",
)
ABOUT = ("birth_year", "sex_at_birth", "work_type")

EARLIEST = dt.date(1900, 1, 1)
LONGEST_PREGNANCY = dt.timedelta(weeks=44)

HealthFact = Condition | Medicine


class FactRefused(Exception):
    """A long-term fact cannot be kept like this; `errors` maps field names to sentences."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def complete_sign_up(
    *, time_zone: str, language: str, text_version: str = STORING_VERSION, now: dt.datetime, by: User
) -> DataConsent:
    """Return the agreement of a new account to our storing health data, kept with the text that was read."""
    if text_version not in STORING_TEXTS:
        raise ValueError(f"There is no text {text_version!r} to agree to.")
    with transaction.atomic():
        save_settings(values={"time_zone": time_zone, "language": language}, by=by)
        return DataConsent.objects.create(user=by, text_version=text_version, at=now)


def keep_password_in_one_spelling(*, typed: str, by: User) -> None:
    """Keep the password that `by` just logged in with as every system types it; an old one may be kept as typed.

    It counts as a new password: sessions elsewhere and tokens of programs end.
    """
    if typed != one_spelling(typed) and not check_password(one_spelling(typed), by.password):
        by.set_password(typed)
        by.save(update_fields=["password"])


def save_settings(*, values: Mapping[str, Any], by: User) -> None:
    """Keep the settings of one's own account; nights that are already written keep their clock."""
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise ValueError(f"Not a setting: {', '.join(sorted(unknown))}")
    for name, value in values.items():
        setattr(by, name, value)
    by.save(update_fields=list(values))


def save_usual_day(*, usual_day: Mapping[str, Any], active_habits: Sequence[str], by: User) -> None:
    """Keep the answers of the usual day and which questions come first. Nights written before keep theirs."""
    _save_profile({"usual_day": dict(usual_day), "active_habits": list(active_habits)}, by)


def save_first_habits(*, active_habits: Sequence[str], by: User) -> None:
    """Keep which questions come first, and nothing else."""
    _save_profile({"active_habits": list(active_habits)}, by)


def save_evening_card(*, wanted: bool, by: User) -> None:
    """Keep whether Today asks about the day in the evening."""
    _save_profile({"evening_card": wanted}, by)


def save_safety_read(*, values: Mapping[str, dt.datetime], by: User) -> None:
    """Keep when safety words were read."""
    if values:
        _save_profile(dict(values), by)


def save_about(*, values: Mapping[str, Any], by: User) -> None:
    """Keep birth year, sex at birth and kind of work; None is "not answered"."""
    _save_profile({name: values[name] for name in ABOUT}, by)


def _save_profile(values: dict[str, Any], by: User) -> None:
    with transaction.atomic():
        lock_patient(by.pk)
        if not Profile.objects.owned_by(by).update(**values):
            Profile(patient=by, **values).save(force_insert=True)


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
