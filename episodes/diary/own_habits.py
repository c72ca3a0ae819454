"""The patient's own habits on the night form: their fields, and their answers as stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from episodes.diary.fields import DONT_KNOW, Amount, AmountField, OptionsField
from episodes.models import CustomHabit
from episodes.nights.content import NightContent
from episodes.nights.own_habits import LARGEST_AMOUNT, answer_errors, own_answer
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX

SHOWN = "habits_shown"
"""A hidden field: the keys that stood in the page, so that an empty answer is told from one not asked."""


class OwnAmountField(AmountField):
    """A number in the patient's own unit: there are no bands, so the exact number stands open."""

    template = "habits/_amount.html"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([], low=0, high=LARGEST_AMOUNT, step=0.01, dont_know=True, **kwargs)


def name_of(key: str) -> str:
    """Return the name of an own habit's field, as in the analysis: `habit_<key>`."""
    return f"{OWN_HABIT_PREFIX}{key}"


def own_field(habit: CustomHabit) -> forms.Field:
    """Return the form field of an own habit."""
    if habit.kind == "amount":
        return OwnAmountField(unit=habit.unit, label=habit.label)
    if habit.kind == "levels":
        answers = [(str(position), word) for position, word in enumerate(habit.levels)]
        return OptionsField(answers, label=habit.label, stored=int, dont_know=True)
    return OptionsField((("no", _("No")), ("yes", _("Yes"))), label=habit.label, stored=bool, dont_know=True)


def own_fields(habits: Iterable[CustomHabit]) -> dict[str, forms.Field]:
    """Return the fields of own habits by name, `habit_<key>`."""
    return {name_of(habit.key): own_field(habit) for habit in habits}


def own_initial(content: NightContent, fields: Mapping[str, forms.Field]) -> dict[str, str]:
    """Return the form values that stand for the stored answers about own habits."""
    initial = {}
    for name, field in fields.items():
        answer = content.answers["custom_answers"].get(name.removeprefix(OWN_HABIT_PREFIX))
        if name in content.answers["dont_know"]:
            initial[name] = DONT_KNOW
        elif isinstance(field, AmountField):
            initial[name] = field.shown(Amount(None if answer is None else Decimal(str(answer))))
        elif isinstance(field, OptionsField):
            initial[name] = field.shown(answer)
    return initial


def keys_sent(data: Mapping[str, Any]) -> set[str]:
    """Return the keys of own habits that a sent form is about."""
    prefix = OWN_HABIT_PREFIX
    named = {name.removeprefix(prefix).removesuffix("_exact") for name in data if name.startswith(prefix)}
    return named | {key for key in data.get(SHOWN, "").split() if key}


def own_answers(answers: dict[str, Any], fields: Iterable[str]) -> dict[str, bool | int | float]:
    """Take the cleaned answers about own habits out of `answers` and return them by key, as stored."""
    kept: dict[str, bool | int | float] = {}
    for name in fields:
        answer = answers.pop(name, None)
        if isinstance(answer, Decimal):
            answer = int(answer) if answer == answer.to_integral_value() else float(answer)
        if answer is not None:
            kept[name.removeprefix(OWN_HABIT_PREFIX)] = answer
    return kept


def own_usual(
    usual_day: Mapping[str, Any], habits: Iterable[CustomHabit], asked: set[str] | None = None
) -> dict[str, Any]:
    """Return the usual answers about own habits by key: of shown habits, and as their kind still allows.

    asked: keys to keep to, None for all.
    """
    shown = [habit for habit in habits if habit.active and (asked is None or habit.key in asked)]
    usual = {habit.key: usual_day[name_of(habit.key)] for habit in shown if name_of(habit.key) in usual_day}
    return {key: answer for key, answer in usual.items() if not answer_errors({key: answer}, shown)}


def own_words(content: NightContent, habits: Iterable[CustomHabit]) -> str:
    """Return the answers of a copy about own habits in a line, hidden habits too; empty without any."""
    answers = content.answers["custom_answers"]
    return "; ".join(
        f"{habit.label}: {own_answer(habit, answers[habit.key])}" for habit in habits if habit.key in answers
    )


def keep_unasked(wanted: NightContent, stored: NightContent, sent: set[str]) -> None:
    """Put the stored answers back about own habits that the sent form did not show."""
    before, now = stored.answers["custom_answers"], wanted.answers["custom_answers"]
    unasked = {key: answer for key, answer in before.items() if key not in sent}
    wanted.answers["custom_answers"] = {**unasked, **{key: now[key] for key in now if key in sent}}
    unknown = {
        name
        for name in stored.answers["dont_know"]
        if name.startswith(OWN_HABIT_PREFIX) and name.removeprefix(OWN_HABIT_PREFIX) not in sent
    }
    wanted.answers["dont_know"] = sorted({*wanted.answers["dont_know"], *unknown})
