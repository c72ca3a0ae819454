"""Own habits: adding, renaming and hiding them, and what an answer about one may be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _

from episodes.models import CustomHabit, User
from episodes.stats.associations.analysis_input import AMOUNT, BINARY, FactorKind, category
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.records import NightRecord

MOST_HABITS = 30
LONGEST_LABEL = 60
LONGEST_UNIT = 20
LONGEST_LEVEL = 40
FEWEST_LEVELS, MOST_LEVELS = 2, 8
LARGEST_AMOUNT = 99_999


class HabitRefused(Exception):
    """An own habit cannot be kept like this; `errors` maps field names to sentences."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def own_habits_of(*, by: User) -> list[CustomHabit]:
    """Return the own habits of `by`, hidden ones too, in the order they were added; one statement."""
    return sorted(CustomHabit.objects.owned_by(by), key=lambda habit: _number_of(habit.key))


def own_habit_kinds(*, by: User) -> dict[str, FactorKind]:
    """Return `habit_<key>` to its kind for the factor analysis; hidden habits too, for their old answers."""
    return {f"{OWN_HABIT_PREFIX}{habit.key}": kind_of(habit) for habit in own_habits_of(by=by)}


def kind_of(habit: CustomHabit) -> FactorKind:
    """Return how a habit enters the analysis; levels stand in the order in which they were added."""
    if habit.kind == "levels":
        return category(*habit.levels)
    return AMOUNT if habit.kind == "amount" else BINARY


def with_level_words(nights: Iterable[NightRecord], kinds: Mapping[str, FactorKind]) -> list[NightRecord]:
    """Return the nights with answers about levels as their words: the diary stores positions.

    kinds: as `own_habit_kinds` returns them. Other answers, and nights without any, are unchanged.
    """
    levels = {name: kind.levels for name, kind in kinds.items() if kind.name == "category"}
    worded = []
    for night in nights:
        words = {
            name: words[int(position)]
            for name, words in levels.items()
            if (position := night.habits.get(name)) is not None and not isinstance(position, str)
        }
        worded.append(night._replace(habits={**night.habits, **words}) if words else night)
    return worded


def changed_answers(answers: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers about own habits that are new or differ; yes differs from 1."""
    return {
        key: answer
        for key, answer in answers.items()
        if key not in before or before[key] != answer or type(before[key]) is not type(answer)
    }


def answer_errors(answers: Mapping[str, Any], habits: Iterable[CustomHabit]) -> dict[str, str]:
    """Return field names to sentences for the answers that no own habit allows; empty where all are good.

    answers: {key: bool, number or position of a level}.
    """
    known = {habit.key: habit for habit in habits}
    errors = {}
    for key, answer in answers.items():
        habit = known.get(key)
        if habit is None:
            errors[f"{OWN_HABIT_PREFIX}{key}"] = _(
                "One of these habits is not in your list. Reload the page to see your habits as they are."
            )
        elif not _allows(habit, answer):
            errors[f"{OWN_HABIT_PREFIX}{key}"] = _sentence_for(habit)
    return errors


def own_answer(habit: CustomHabit, answer: Any) -> str:
    """Return a stored answer about an own habit in words; one that its kind does not allow, as it stands."""
    if not _allows(habit, answer):
        return str(answer)
    if habit.kind == "yes_no":
        return _("yes") if answer else _("no")
    if habit.kind == "levels":
        return str(habit.levels[answer])
    return f"{localize(answer)} {habit.unit}"


def _allows(habit: CustomHabit, answer: Any) -> bool:
    if habit.kind == "yes_no":
        return isinstance(answer, bool)
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    if habit.kind == "amount":
        return math.isfinite(answer) and 0 <= answer <= LARGEST_AMOUNT
    return isinstance(answer, int) and 0 <= answer < len(habit.levels)


def _sentence_for(habit: CustomHabit) -> str:
    if habit.kind == "yes_no":
        return _("%(habit)s: answer yes or no.") % {"habit": habit.label}
    if habit.kind == "amount":
        most = {"habit": habit.label, "most": LARGEST_AMOUNT}
        return _("%(habit)s: write a number from 0 to %(most)s.") % most
    return _("%(habit)s: choose one of its answers.") % {"habit": habit.label}


def _number_of(key: str) -> int:
    digits = key.removeprefix("h")
    return int(digits) if digits.isdecimal() else 0
