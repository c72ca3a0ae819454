"""Adding and changing habits of one's own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from episodes.models import CustomHabit, User, lock_patient
from episodes.models.names import is_plain
from episodes.models.people import HIDES_SOMETHING, validate_name
from episodes.nights.own_habits import (
    FEWEST_LEVELS,
    LONGEST_LABEL,
    LONGEST_LEVEL,
    LONGEST_UNIT,
    MOST_HABITS,
    MOST_LEVELS,
    HabitRefused,
    _number_of,
    own_habits_of,
)


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
