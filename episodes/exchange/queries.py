"""The diary of one person as a stream: a few statements, however many nights, and never all rows at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import FilteredRelation, Q

from episodes.exchange.formats.entries import HabitEntry, NightEntry
from episodes.exchange.formats.fields import ANSWERS, EPISODE, PROVENANCE
from episodes.models import Episode, Night, PrivateNote, SharedNote, User
from episodes.nights.own_habits import own_habits_of

CHUNK = 100
NIGHT_COLUMNS = ("date", *(field.name for field in ANSWERS), *(field.name for field in PROVENANCE))
EPISODE_COLUMNS = tuple(field.name for field in EPISODE)
_FIRST_PROVENANCE = 1 + len(ANSWERS)
_USE = ("tried__remedy", "tried__helped", "tried__seconds_to_relief")


def habit_entries(*, by: User) -> list[HabitEntry]:
    """Return the own habits of `by`, hidden ones too; one statement."""
    return [
        HabitEntry(each.key, each.label, each.kind, each.unit, tuple(each.levels), each.active, each.added_at)
        for each in own_habits_of(by=by)
    ]


def night_values(*, by: User, more: Sequence[str] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield NIGHT_COLUMNS, `custom_answers` and `more` of each night, oldest first; one statement."""
    rows = Night.objects.owned_by(by).order_by("date").values_list(*NIGHT_COLUMNS, "custom_answers", *more)
    yield from rows.iterator(CHUNK)


def night_episodes(*, by: User, more: Sequence[str] = ()) -> Iterator[tuple[dt.date, list[dict[str, Any]]]]:
    """Yield (date, cramps) of each night with cramps, oldest first; one statement.

    A cramp is a dictionary of the EPISODE fields, of `more`, and of `remedies`.
    """
    rows = (
        Episode.objects.owned_by(by)
        .filter(night__patient_id=by.pk)
        .annotate(tried=FilteredRelation("remedies", condition=Q(remedies__patient_id=by.pk)))
        .order_by("night__date", "position", "id", "tried__remedy")
        .values_list("night__date", "id", *_USE, *EPISODE_COLUMNS, *more)
    )
    names = (*EPISODE_COLUMNS, *more)
    date: dt.date | None = None
    last: uuid.UUID | None = None
    cramps: list[dict[str, Any]] = []
    for row in rows.iterator(CHUNK):
        if row[0] != date:
            if date is not None:
                yield date, cramps
            date, cramps = row[0], []
        if row[1] != last:
            last = row[1]
            cramps.append({**dict(zip(names, row[5:], strict=True)), "remedies": []})
        if row[2] is not None:
            use = {"remedy": row[2], "helped": row[3], "seconds_to_relief": row[4]}
            cramps[-1]["remedies"].append(use)
    if date is not None:
        yield date, cramps


def notes_of(model: type[SharedNote | PrivateNote], *, by: User) -> Iterator[tuple[dt.date, str]]:
    """Yield (date, text) of each note, oldest first; one statement."""
    yield from model.objects.owned_by(by).order_by("date").values_list("date", "text").iterator(CHUNK)


class Beside:
    """Walks along a stream of (date, something) while the nights go by, both oldest first."""

    def __init__(self, pairs: Iterable[tuple[dt.date, Any]], missing: Any) -> None:
        self._pairs, self._missing = iter(pairs), missing
        self._next = next(self._pairs, None)

    def at(self, date: dt.date) -> Any:
        while self._next is not None and self._next[0] < date:
            self._next = next(self._pairs, None)
        if self._next is None or self._next[0] != date:
            return self._missing
        found = self._next[1]
        self._next = next(self._pairs, None)
        return found


def diary_entries(
    *, by: User, with_notes: bool = True, more: Sequence[str] = (), more_of_episode: Sequence[str] = ()
) -> Iterator[tuple[NightEntry, tuple[Any, ...]]]:
    """Yield each night with its cramps and notes, and its columns `more`; at most four statements."""
    cramps = Beside(night_episodes(by=by, more=more_of_episode), ())
    shared = Beside(notes_of(SharedNote, by=by) if with_notes else (), "")
    private = Beside(notes_of(PrivateNote, by=by) if with_notes else (), "")
    answer_names = NIGHT_COLUMNS[1:_FIRST_PROVENANCE]
    told_names = NIGHT_COLUMNS[_FIRST_PROVENANCE:]
    end = len(NIGHT_COLUMNS)
    for row in night_values(by=by, more=more):
        date = row[0]
        yield (
            NightEntry(
                date,
                answers=dict(zip(answer_names, row[1:_FIRST_PROVENANCE], strict=True)),
                provenance=dict(zip(told_names, row[_FIRST_PROVENANCE:end], strict=True)),
                own=row[end],
                episodes=list(cramps.at(date)),
                shared_note=shared.at(date),
                private_note=private.at(date),
            ),
            row[end + 1 :],
        )
