"""A diary as it stands in a file: nights with their cramps and notes, own habits, long-term facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from episodes.exchange.formats.fields import EPISODE_BY_NAME, REMEDY_USE_BY_NAME
from episodes.exchange.formats.problems import MOST_PROBLEMS, CellRefused, FileRefused, Problem

MOST_EPISODES_OF_NIGHT = 20
FARTHEST_FROM_EVENING = dt.timedelta(hours=50)
"""From midnight UTC of the evening's date to any moment of that night, wherever on earth."""


class HabitEntry(NamedTuple):
    """An own habit: what `Night.custom_answers` means under `key`."""

    key: str
    label: str
    kind: str
    unit: str = ""
    levels: tuple[str, ...] = ()
    active: bool = True
    added_at: dt.datetime | None = None


@dataclass
class NightEntry:
    """One night of a file or of the diary.

    answers, provenance: stored values by field name; a name that is not there was not in the file.
    own: answers about own habits by key, None where the file knows none. episodes: dictionaries of the
    EPISODE fields with `remedies`; None where the file says nothing about cramps. Notes likewise.
    """

    date: dt.date
    line: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] | None = None
    episodes: list[dict[str, Any]] | None = None
    shared_note: str | None = None
    private_note: str | None = None

    @property
    def outcome(self) -> str | None:
        outcome: str | None = self.answers.get("outcome")
        return outcome


@dataclass
class DiaryFile:
    """What was read from a file. unread: names of columns that mean nothing here.

    parts: other rows by part, such as conditions, as plain JSON values with their number in the file.
    """

    nights: list[NightEntry] = field(default_factory=list)
    habits: list[HabitEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    parts: dict[str, list[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    is_own_format: bool = True

    def complain(self, problem: Problem) -> None:
        """Note a line that is left out; a file with hundreds of them is refused."""
        self.problems.append(problem)
        if len(self.problems) > MOST_PROBLEMS:
            raise FileRefused("many_problems", most=MOST_PROBLEMS, first=self.problems[0])


def check_episode(episode: dict[str, Any], date: dt.date) -> None:
    """Raise CellRefused where the answers about one cramp contradict each other or the night."""
    if episode.get("duration_seconds") is not None and episode.get("duration_band") is not None:
        raise CellRefused("two_durations")
    started = episode.get("started_at")
    evening = dt.datetime.combine(date, dt.time(), dt.UTC)
    if started is not None and abs(started - evening) > FARTHEST_FROM_EVENING:
        raise CellRefused("another_night")
    remedies = [use["remedy"] for use in episode["remedies"]]
    if len(set(remedies)) < len(remedies):
        raise CellRefused("remedy_twice")


def check_night(night: NightEntry) -> None:
    """Raise CellRefused where the answers about a night contradict each other."""
    cramps, count = night.episodes or [], night.answers.get("episode_count")
    if night.outcome in ("no_cramps", "not_in_bed") and (cramps or count):
        raise CellRefused("cramps_without_cramp")
    if len(cramps) > MOST_EPISODES_OF_NIGHT:
        raise CellRefused("many_cramps", most=MOST_EPISODES_OF_NIGHT)
    if count is not None and count < len(cramps):
        raise CellRefused("count_too_small")


def blank_episode(**answers: Any) -> dict[str, Any]:
    """Return a cramp with every field, unanswered but for `answers`."""
    episode = {name: field.default for name, field in EPISODE_BY_NAME.items()}
    return {**episode, "remedies": [], **answers}


def remedy_use(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in REMEDY_USE_BY_NAME}


def in_order(uses: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return remedy uses as the diary lists them."""
    return sorted(uses, key=lambda use: str(use["remedy"]))
