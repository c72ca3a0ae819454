"""Earlier copies of nights from a diary.json, for the nights that an import adds.

They come before whatever the diary keeps of such a night already, or not at all: two histories are never
mixed. The copy that the import itself makes follows them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Min

from episodes.exchange.formats.diary_json import copy_of
from episodes.exchange.formats.fields import LONGEST_NOTE, date_of, moment_of, text_of
from episodes.exchange.formats.problems import MOST_PROBLEMS, CellRefused, FileRefused, Problem
from episodes.exchange.habit_mapping import Settled
from episodes.exchange.merge import content_of, whole_night
from episodes.models import NightRevision, PrivateNoteRevision, User
from episodes.questions import choices

HISTORY, NOTES = "night_history", "private_note_history"
HIGHEST_VERSION = 1_000_000
CLOCKS_DIFFER = dt.timedelta(days=1)
REASONS = choices.values(choices.REVISION_REASON)
BATCH = 5_000
Rows = Sequence[tuple[int, dict[str, Any]]]
Read = Callable[[int, Mapping[str, Any], dt.date, int], "_Copy"]


class _Copy(NamedTuple):
    """content, reason, at: of a night. text: of a private note."""

    version: int
    content: dict[str, Any] = {}
    reason: str = ""
    at: dt.datetime = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
    text: str = ""


@dataclass
class Copies:
    """By date and then by version: how nights and their private notes read earlier."""

    nights: dict[dt.date, dict[int, _Copy]] = field(default_factory=dict)
    notes: dict[dt.date, dict[int, _Copy]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.nights.values()))

    def tops(self) -> dict[dt.date, int]:
        """Return the highest version of each night that has earlier copies here."""
        return {
            date: max(max(copies, default=0) for copies in (self.nights[date], self.notes.get(date, {})))
            for date in self.nights
        }

    def rows(self, by: User) -> tuple[list[NightRevision], list[PrivateNoteRevision]]:
        return [
            NightRevision(
                patient=by, date=date, version=copy.version, content=copy.content, reason=copy.reason, by=by.pk,
                at=copy.at,
            )
            for date, copies in self.nights.items()
            for copy in copies.values()
        ], [
            PrivateNoteRevision(patient=by, date=date, version=copy.version, text=copy.text)
            for date, copies in self.notes.items()
            for copy in copies.values()
        ]  # fmt: skip


def plan_copies(
    parts: Mapping[str, Rows],
    added: Collection[dt.date],
    settled: Settled,
    *,
    problems: list[Problem],
    now: dt.datetime,
    by: User,
) -> Copies:
    """Return the earlier copies to add, for nights of the dates `added`; two statements.

    Raises FileRefused where hundreds of them cannot be read.
    """
    if not added or not parts.get(HISTORY):
        return Copies()
    kept: dict[dt.date, int] = {}
    for model in (NightRevision, PrivateNoteRevision):
        lowest = model.objects.owned_by(by).order_by().values_list("date").annotate(Min("version"))
        for date, version in lowest:
            kept[date] = min(version, kept.get(date, version))

    def of_night(number: int, row: Mapping[str, Any], date: dt.date, version: int) -> _Copy:
        return _night_copy(number, row, date, version, settled, now)

    copies = Copies(
        _read(HISTORY, parts[HISTORY], added, of_night, problems),
        _read(NOTES, parts.get(NOTES) or (), added, _note_copy, problems),
    )
    tops = copies.tops()
    free = {date for date, top in tops.items() if top < kept.get(date, top + 1)}
    return Copies(
        {date: rows for date, rows in copies.nights.items() if date in free},
        {date: rows for date, rows in copies.notes.items() if date in free},
    )


def take_back_copies(told: Mapping[str, int], nights: Collection[dt.date], by: User) -> None:
    """Delete the copies that an import brought for `nights`; told: the highest version of each by date."""
    tops = {dt.date.fromisoformat(date): top for date, top in told.items()}
    if not any(date in tops for date in nights):
        return
    for model in (NightRevision, PrivateNoteRevision):
        rows = model.objects.owned_by(by)
        ids = [
            pk
            for pk, date, version in rows.order_by().values_list("pk", "date", "version")
            if date in nights and version <= tops.get(date, 0)
        ]
        for at in range(0, len(ids), BATCH):
            rows.filter(pk__in=ids[at : at + BATCH]).delete()


def _read(
    part: str, rows: Rows, added: Collection[dt.date], read: Read, problems: list[Problem]
) -> dict[dt.date, dict[int, _Copy]]:
    found: dict[dt.date, dict[int, _Copy]] = defaultdict(dict)
    bad = 0
    for number, row in rows:
        try:
            date = _date(row)
            if date not in added:
                continue
            version = row.get("version")
            if isinstance(version, bool) or not isinstance(version, int) or version in found[date]:
                raise CellRefused("number")
            if not 1 <= version <= HIGHEST_VERSION:
                raise CellRefused("range", low="1", high=str(HIGHEST_VERSION))
            found[date][version] = read(number, row, date, version)
        except CellRefused as refused:
            problems.append(Problem(number, refused.code, part=part, values=refused.values))
            bad += 1
            if bad > MOST_PROBLEMS:
                raise FileRefused("many_problems", most=MOST_PROBLEMS, first=problems[-bad]) from None
    return {date: dict(sorted(copies.items())) for date, copies in found.items() if copies}


def _night_copy(
    number: int, row: Mapping[str, Any], date: dt.date, version: int, settled: Settled, now: dt.datetime
) -> _Copy:
    reason, told = row.get("reason"), row.get("at")
    if not isinstance(reason, str) or reason not in REASONS:
        raise CellRefused("choice", allowed=", ".join(REASONS))
    if not isinstance(told, str):
        raise CellRefused("moment")
    at = moment_of(told)
    if at > now + CLOCKS_DIFFER:
        raise CellRefused("not_yet")
    night = whole_night(copy_of(number, date.isoformat(), row.get("content")), None, settled)
    content = content_of(night).as_json()
    for episode, told_episode in zip(content["episodes"], row["content"].get("episodes", []), strict=False):
        episode["is_open"] = episode["is_open"] or told_episode.get("is_open")
    return _Copy(version, content, reason, at)


def _note_copy(number: int, row: Mapping[str, Any], date: dt.date, version: int) -> _Copy:
    text = row.get("text", "")
    if not isinstance(text, str):
        raise CellRefused("word")
    return _Copy(version, text=text_of(text, LONGEST_NOTE))


def _date(row: Mapping[str, Any]) -> dt.date:
    text = row.get("date")
    if not isinstance(text, str):
        raise CellRefused("date")
    return date_of(text)
