"""Own habits of a file beside those of the diary: which is which, which are new, and what an answer means."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from episodes.exchange.formats.entries import HabitEntry
from episodes.exchange.formats.problems import CellRefused, Problem
from episodes.nights.own_habits import (
    FEWEST_LEVELS,
    LARGEST_AMOUNT,
    LONGEST_LABEL,
    LONGEST_LEVEL,
    LONGEST_UNIT,
    MOST_HABITS,
    MOST_LEVELS,
)
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX

_KEY = re.compile(r"h([1-9][0-9]{0,5})")


@dataclass
class Settled:
    """entries: key in the file to (habit of the file or None, habit of the diary as it will be).

    new, longer: habits to add, and habits that get more levels. problems: habits that cannot be kept.
    """

    entries: dict[str, tuple[HabitEntry | None, HabitEntry]] = field(default_factory=dict)
    new: dict[str, HabitEntry] = field(default_factory=dict)
    longer: dict[str, HabitEntry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def settle(of_file: Iterable[HabitEntry], present: Iterable[HabitEntry]) -> Settled:
    """Return how the own habits of a file fit those of the diary.

    The same name, kind and unit is the same habit. A new one keeps its key where that is free.
    """
    settled = Settled()
    known = {habit.key: habit for habit in present}
    for number, habit in enumerate(of_file, 1):
        if code := _not_kept(habit):
            settled.problems.append(Problem(number, code, part="habits", value=habit.label[:60]))
            continue
        same = next((each for each in known.values() if _is_same(each, habit)), None)
        if same is not None:
            levels = _joined(same.levels, habit.levels)
            if len(levels) > MOST_LEVELS:
                settled.problems.append(Problem(number, "many_levels", part="habits", value=habit.label[:60]))
                continue
            if levels != same.levels:
                same = same._replace(levels=levels)
                (settled.new if same.key in settled.new else settled.longer)[same.key] = same
                known[same.key] = same
        elif len(known) >= MOST_HABITS:
            settled.problems.append(Problem(number, "many_habits", part="habits", value=habit.label[:60]))
            continue
        else:
            same = habit._replace(key=_free_key(habit.key, known), label=_free_label(habit.label, known))
            known[same.key] = settled.new[same.key] = same
        settled.entries[habit.key] = (habit, same)
    for key, habit in known.items():
        settled.entries.setdefault(key, (None, habit))
    return settled


def own_answers(own: Mapping[str, Any], settled: Settled) -> dict[str, Any]:
    """Return answers of a file as the diary stores them; of habits nobody knows, none. Raises CellRefused."""
    answers = {}
    for key, raw in own.items():
        if key in settled.entries:
            of_file, habit = settled.entries[key]
            answers[habit.key] = (
                _of_text(habit, raw) if isinstance(raw, str) else _of_json(of_file, habit, raw)
            )
    return answers


def names_in(words: Iterable[str], settled: Settled) -> list[str]:
    """Return names of columns with the keys of own habits as the diary has them."""
    named = []
    for word in words:
        key = word.removeprefix(OWN_HABIT_PREFIX)
        if word.startswith(OWN_HABIT_PREFIX) and key in settled.entries:
            word = f"{OWN_HABIT_PREFIX}{settled.entries[key][1].key}"
        named.append(word)
    return sorted(named)


def _not_kept(habit: HabitEntry) -> str:
    if habit.kind not in ("yes_no", "amount", "levels"):
        return "habit_kind"
    if not 0 < len(habit.label) <= LONGEST_LABEL or habit.label != " ".join(habit.label.split()):
        return "habit_label"
    if len(habit.unit) > LONGEST_UNIT or (habit.kind == "amount") is not bool(habit.unit):
        return "habit_unit"
    if (habit.kind == "levels") is not bool(habit.levels):
        return "habit_levels"
    folded = {level.casefold() for level in habit.levels}
    if habit.levels and (not FEWEST_LEVELS <= len(folded) == len(habit.levels) <= MOST_LEVELS):
        return "habit_levels"
    return "habit_levels" if any(not 0 < len(level) <= LONGEST_LEVEL for level in habit.levels) else ""


def _is_same(one: HabitEntry, other: HabitEntry) -> bool:
    return (one.label.casefold(), one.kind, one.unit) == (other.label.casefold(), other.kind, other.unit)


def _joined(levels: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    there = {level.casefold() for level in levels}
    return (*levels, *(level for level in more if level.casefold() not in there))


def _free_key(key: str, known: Mapping[str, HabitEntry]) -> str:
    if _KEY.fullmatch(key) and key not in known:
        return key
    numbers = [int(found[1]) for each in known if (found := _KEY.fullmatch(each))]
    return f"h{max(numbers, default=0) + 1}"


def _free_label(label: str, known: Mapping[str, HabitEntry]) -> str:
    taken = {each.label.casefold() for each in known.values()}
    number, free = 2, label
    while free.casefold() in taken:
        free = f"{label[: LONGEST_LABEL - 5]} ({number})"
        number += 1
    return free


def _of_text(habit: HabitEntry, cell: str) -> Any:
    cell = cell.strip()
    if habit.kind == "yes_no":
        answer = {"1": True, "0": False, "yes": True, "no": False}.get(cell.lower())
        if answer is None:
            raise CellRefused("yes_no")
        return answer
    if habit.kind == "levels":
        return _level(habit, cell)
    try:
        return _amount(Decimal(cell.replace(",", ".")))
    except InvalidOperation:
        raise CellRefused("number") from None


def _of_json(of_file: HabitEntry | None, habit: HabitEntry, raw: Any) -> Any:
    if habit.kind == "yes_no":
        if not isinstance(raw, bool):
            raise CellRefused("yes_no")
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise CellRefused("number")
    if habit.kind == "amount":
        return _amount(raw)
    levels = (of_file or habit).levels
    if not isinstance(raw, int) or not 0 <= raw < len(levels):
        raise CellRefused("choice", allowed=", ".join(levels))
    return _level(habit, levels[raw])


def _amount(number: Decimal | float) -> int | float:
    if not math.isfinite(number) or not 0 <= number <= LARGEST_AMOUNT:
        raise CellRefused("range", low="0", high=str(LARGEST_AMOUNT))
    return int(number) if number == int(number) else float(number)


def _level(habit: HabitEntry, word: str) -> int:
    exact = {level: place for place, level in enumerate(habit.levels)}
    folded = {level.casefold(): place for level, place in exact.items()}
    place = exact.get(word, folded.get(word.casefold()))
    if place is None:
        raise CellRefused("choice", allowed=", ".join(habit.levels))
    return place
