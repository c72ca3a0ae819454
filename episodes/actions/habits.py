"""Own habits: adding, renaming and hiding them, and what an answer about one may be."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import localize
from django.utils.translation import gettext as _

from episodes.knowledge.names import is_plain
from episodes.models import CustomHabit, User, lock_patient
from episodes.models.people import HIDES_SOMETHING, validate_name
from episodes.stats.analysis_input import AMOUNT, BINARY, FactorKind, category
from episodes.stats.diary_factors import OWN_HABIT_PREFIX
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


def add_habit(*, label: str, kind: str, unit: str = "", levels: Sequence[str] = (), by: User) -> CustomHabit:
    """Return a new habit of `by`. Its key comes from here and is never given twice.

    Raises HabitRefused, and keeps nothing, where a rule forbids it.
    """
    label, unit = _tidy(label), _tidy(unit) if kind == "amount" else ""
    words = [word for word in map(_tidy, levels) if word] if kind == "levels" else []
    with transaction.atomic():
        lock_patient(by.pk)
        present = own_habits_of(by=by)
        errors = _label_errors(label, present)
        if kind not in ("yes_no", "amount", "levels"):
            errors["kind"] = _("Choose how you want to answer.")
        if kind == "amount" and not 0 < len(unit) <= LONGEST_UNIT:
            errors["unit"] = _("Write what you count, such as cups, in 1 to 20 letters.")
        if not is_plain(unit):
            errors["unit"] = str(HIDES_SOMETHING)
        if kind == "levels" and (sentence := _level_error(words)):
            errors["levels"] = sentence
        if len(present) >= MOST_HABITS:
            errors["label"] = _("You have 30 habits of your own, and no more fit. You can show a hidden one.")
        if errors:
            raise HabitRefused(errors)
        number = max((_number_of(habit.key) for habit in present), default=0) + 1
        habit = CustomHabit(patient=by, key=f"h{number}", label=label, kind=kind, unit=unit, levels=words)
        habit.save(force_insert=True)
        return habit


def change_habit(
    *, key: str, label: str, active: bool, unit: str | None = None, new_level: str = "", by: User
) -> CustomHabit:
    """Return an own habit after renaming it, adding a level at the end, hiding it or showing it again.

    Answers that are already written stay as they are. unit: None or the unit it has.
    Raises HabitRefused and changes nothing where the old answers would change their meaning, and
    CustomHabit.DoesNotExist where `by` has no such habit.
    """
    label, new_level = _tidy(label), _tidy(new_level)
    with transaction.atomic():
        lock_patient(by.pk)
        present = own_habits_of(by=by)
        habit = next((each for each in present if each.key == key), None)
        if habit is None:
            raise CustomHabit.DoesNotExist
        errors = _label_errors(label, [each for each in present if each.key != key])
        if unit is not None and _tidy(unit) != habit.unit:
            errors["unit"] = _(
                "The unit stays as it is, so that old answers keep their meaning. Add a new habit instead."
            )
        levels = [*habit.levels, new_level] if new_level else habit.levels
        if new_level and habit.kind != "levels":
            errors["new_level"] = _("This habit has no answers to choose from, so none can be added.")
        elif new_level and (sentence := _level_error(levels)):
            errors["new_level"] = sentence
        if errors:
            raise HabitRefused(errors)
        habit.label, habit.levels, habit.active = label, levels, active
        habit.save(update_fields=["label", "levels", "active"])
        return habit


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


def _label_errors(label: str, others: Iterable[CustomHabit]) -> dict[str, str]:
    if not 0 < len(label) <= LONGEST_LABEL:
        return {"label": _("Give the habit a name of 1 to 60 letters.")}
    try:
        validate_name(label)
    except ValidationError as refused:
        return {"label": str(refused.message)}
    if any(other.label.casefold() == label.casefold() for other in others):
        return {"label": _("You have a habit with this name, perhaps a hidden one. Choose another name.")}
    return {}


def _level_error(words: Sequence[str]) -> str:
    if not FEWEST_LEVELS <= len(words) <= MOST_LEVELS:
        return _("Write 2 to 8 answers to choose from.")
    if any(len(word) > LONGEST_LEVEL for word in words):
        return _("Each answer can have at most 40 letters.")
    if not all(map(is_plain, words)):
        return str(HIDES_SOMETHING)
    if len({word.casefold() for word in words}) < len(words):
        return _("Each answer can stand there only once.")
    return ""


def _tidy(text: str) -> str:
    """Return the text on one line, without control characters and halves of characters."""
    spaced = (" " if letter.isspace() else letter for letter in text)
    return " ".join(
        "".join(letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cs")).split()
    )


def _number_of(key: str) -> int:
    digits = key.removeprefix("h")
    return int(digits) if digits.isdecimal() else 0
