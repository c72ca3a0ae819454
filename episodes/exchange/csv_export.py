"""The diary as spreadsheets: nights.csv, episodes.csv, own_habits.csv and a code book of their columns."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from episodes.exchange.formats.entries import HabitEntry
from episodes.exchange.formats.fields import Field, number_text
from episodes.exchange.formats.tables import (
    HABIT_COLUMNS,
    OWN_PREFIX,
    code_book_columns,
    csv_lines,
    episode_row,
    episodes_header,
    habit_rows,
    night_row,
    nights_header,
)
from episodes.exchange.queries import (
    NIGHT_COLUMNS,
    Beside,
    habit_entries,
    night_episodes,
    night_values,
    notes_of,
)
from episodes.models import PrivateNote, SharedNote, User

CODE_BOOK_COLUMNS = ("file", "column", "meaning", "type", "allowed", "unit")


def nights_csv(*, by: User, with_notes: bool = False) -> Iterator[str]:
    """Yield nights.csv, a piece at a time: one line per night, every stored field a column."""
    habits = habit_entries(by=by)
    yield from csv_lines(nights_header(habits, with_notes=with_notes), _night_rows(habits, with_notes, by))


def _night_rows(habits: list[HabitEntry], with_notes: bool, by: User) -> Iterator[list[str]]:
    end = len(NIGHT_COLUMNS)
    if not with_notes:
        for row in night_values(by=by):
            yield night_row(row[:end], row[end], habits)
        return
    shared, private = (Beside(notes_of(model, by=by), "") for model in (SharedNote, PrivateNote))
    for row in night_values(by=by):
        yield night_row(row[:end], row[end], habits, (shared.at(row[0]), private.at(row[0])))


def episodes_csv(*, by: User) -> Iterator[str]:
    """Yield episodes.csv, a piece at a time: one line per cramp, with what was tried in `remedies`."""
    cramps = (episode_row(date, cramp) for date, night in night_episodes(by=by) for cramp in night)
    yield from csv_lines(episodes_header(), cramps)


def own_habits_csv(*, by: User) -> Iterator[str]:
    """Yield own_habits.csv: what the columns `habit_...` of nights.csv mean."""
    yield from csv_lines(HABIT_COLUMNS, habit_rows(habit_entries(by=by)))


def code_book_csv(*, by: User) -> Iterator[str]:
    """Yield codebook.csv: every column of the other files, its meaning and what it may hold, in words."""
    rows = [[file, *_told(column)] for file, column in code_book_columns(habit_entries(by=by))]
    yield from csv_lines(CODE_BOOK_COLUMNS, rows)


def _told(column: Field | HabitEntry) -> list[str]:
    if isinstance(column, HabitEntry):
        kind = {"yes_no": _("1 is yes, 0 is no"), "amount": _("number"), "levels": _("one of the words")}
        allowed = ", ".join(column.levels)
        return [f"{OWN_PREFIX}{column.key}", column.label, kind[column.kind], allowed, column.unit]
    kinds = {
        "word": _("one of the words"),
        "whole": _("whole number"),
        "decimal": _("number"),
        "yes_no": _("1 is yes, 0 is no"),
        "moment": _("date and time in UTC"),
        "words": _("names of columns"),
        "zone": _("time zone"),
        "hour": _("time of day"),
        "text": _("text"),
        "date": _("date"),
        "uses": _("remedy:helped:seconds until it was better"),
    }
    allowed = ""
    if column.words:
        allowed = "; ".join(f"{value} = {_(label)}" for value, label in column.words)
    elif column.high:
        allowed = f"{number_text(column.low)}-{number_text(column.high)}"
    unit = _(column.unit) if column.unit else ""
    return [column.name, _(column.meaning), kinds[column.kind], allowed, unit]
