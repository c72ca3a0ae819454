"""What bringing a file in would change, worked out before anything is written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from episodes.exchange.ended_tests import plan_tests
from episodes.exchange.formats.entries import DiaryFile, NightEntry
from episodes.exchange.formats.fields import ANSWERS
from episodes.exchange.formats.problems import (
    LONGEST_COLUMN,
    MOST_COLUMNS,
    MOST_PROBLEMS,
    CellRefused,
    FileRefused,
    Problem,
    printable,
)
from episodes.exchange.formats.tables import OWN_PREFIX
from episodes.exchange.habit_mapping import Settled, settle
from episodes.exchange.health_facts import FactPlan, plan_facts
from episodes.exchange.merge import whole_night
from episodes.exchange.preferences import SettingLine, plan_preferences
from episodes.exchange.queries import diary_entries, habit_entries
from episodes.exchange.revisions import Copies, plan_copies
from episodes.models import User

Change = Literal["new", "same", "kept", "replaced"]
_BESIDE = ("id", "client_id", "version")


@dataclass(frozen=True)
class Line:
    """What becomes of one line. kept: the diary has another night of this date, which stays."""

    line: int
    date: dt.date
    change: Change
    outcome: str | None
    cramps: int


@dataclass(frozen=True)
class Stored:
    """A night of the diary, with the columns that are not answers."""

    entry: NightEntry
    night_id: uuid.UUID
    client_id: uuid.UUID | None
    version: int


@dataclass(frozen=True)
class WantedNight:
    """A night to write, whole: answers, notes and cramps as they will be stored, over what is there."""

    night: NightEntry
    before: Stored | None


@dataclass
class Plan:
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wanted: list[WantedNight] = field(default_factory=list)
    habits: Settled = field(default_factory=Settled)
    facts: list[FactPlan] = field(default_factory=list)
    settings: list[SettingLine] = field(default_factory=list)
    copies: Copies = field(default_factory=Copies)
    unread: list[str] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.change for line in self.lines)

    @property
    def changes_anything(self) -> bool:
        return bool(
            self.wanted
            or self.habits.new
            or self.habits.longer
            or any(each.rows for each in self.facts)
            or any(line.is_written for line in self.settings)
        )

    @property
    def may_write_over(self) -> bool:
        """Return whether the file differs from something that is here and could be written over."""
        changes = {line.change for line in self.lines} | {line.change for line in self.settings}
        return bool(changes & {"kept", "replaced"})


def plan_import(diary: DiaryFile, *, replace: bool, now: dt.datetime, by: User) -> Plan:
    """Return what would be written. replace: write over nights and settings that are there and differ.

    At most fifteen statements, however long file and diary are. Raises FileRefused for too many bad lines.
    """
    settled = settle(diary.habits, habit_entries(by=by))
    plan = Plan(problems=[*diary.problems, *settled.problems], habits=settled)
    plan.unread = [*diary.unread, *_unknown_habits(diary, settled)]
    stored = stored_nights(by=by) if diary.nights else {}
    tomorrow = now.astimezone(by.zone).date() + dt.timedelta(days=1)
    for night in diary.nights:
        before = stored.get(night.date)
        try:
            if night.date >= tomorrow:
                raise CellRefused("not_begun")
            wanted = whole_night(night, before.entry if before else None, settled)
        except CellRefused as refused:
            if refused.code == "contradicts_yours" and not replace:
                plan.lines.append(
                    Line(night.line, night.date, "kept", night.outcome, len(night.episodes or ()))
                )
            else:
                plan.problems.append(Problem(night.line, refused.code, values=refused.values))
            continue
        if before is None:
            change: Change = "new"
        elif says_the_same(wanted, before.entry):
            change = "same"
        else:
            change = "replaced" if replace else "kept"
        plan.lines.append(Line(night.line, night.date, change, wanted.outcome, len(wanted.episodes or ())))
        if change in ("new", "replaced"):
            plan.wanted.append(WantedNight(wanted, before))
    plan.facts = plan_facts(diary.parts, problems=plan.problems, now=now, by=by)
    plan.facts += plan_tests(diary.parts, problems=plan.problems, now=now, by=by)
    plan.settings = plan_preferences(
        diary.parts, settled, replace=replace, problems=plan.problems, now=now, by=by
    )
    added = {each.night.date for each in plan.wanted if each.before is None}
    plan.copies = plan_copies(diary.parts, added, settled, problems=plan.problems, now=now, by=by)
    plan.problems.sort(key=lambda problem: (problem.part != "nights", problem.part, problem.line))
    if len(plan.problems) > MOST_PROBLEMS:
        raise FileRefused("many_problems", most=MOST_PROBLEMS, first=plan.problems[0])
    return plan


def stored_nights(*, by: User) -> dict[dt.date, Stored]:
    """Return the nights of the diary by date; four statements."""
    return {entry.date: Stored(entry, *beside) for entry, beside in diary_entries(by=by, more=_BESIDE)}


def says_the_same(one: NightEntry, other: NightEntry) -> bool:
    return (
        _comparable(one) == _comparable(other)
        and (one.own or {}) == (other.own or {})
        and (one.episodes or []) == (other.episodes or [])
        and (one.shared_note or "", one.private_note or "")
        == (other.shared_note or "", other.private_note or "")
    )


def _comparable(night: NightEntry) -> list[Any]:
    return [
        sorted(value) if isinstance(value := night.answers.get(field.name), list) else value
        for field in ANSWERS
    ]


def _unknown_habits(diary: DiaryFile, settled: Settled) -> list[str]:
    """Return the columns of own habits that nobody knows, as far as anybody would read on."""
    asked = {key for night in diary.nights for key in night.own or ()}
    unknown = sorted(asked - set(settled.entries))[:MOST_COLUMNS]
    return [f"{OWN_PREFIX}{printable(key[:LONGEST_COLUMN])}" for key in unknown]
