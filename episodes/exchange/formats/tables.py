"""nights.csv, episodes.csv, own_habits.csv and their code book: written row by row, read with limits."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from episodes.article.marks import gettext_noop as _
from episodes.exchange.formats.cells import defused, restored
from episodes.exchange.formats.entries import DiaryFile, HabitEntry, NightEntry, check_episode, check_night
from episodes.exchange.formats.fields import (
    ANSWERS,
    ANSWERS_BY_NAME,
    EPISODE,
    LONGEST_NOTE,
    NOTES,
    PROVENANCE,
    PROVENANCE_BY_NAME,
    REMEDY_USE_BY_NAME,
    Field,
    date_of,
    from_text,
    number_text,
    text_of,
    to_text,
)
from episodes.exchange.formats.problems import (
    CSV_BYTES,
    LONGEST_COLUMN,
    MOST_COLUMNS,
    MOST_EPISODES,
    MOST_NIGHTS,
    CellRefused,
    FileRefused,
    Problem,
)
from episodes.questions import choices

OWN_PREFIX = "habit_"
HABIT_COLUMNS = ("key", "label", "kind", "unit", "levels", "active", "added_at")
LEVELS_APART = " | "
NOTE_NAMES = tuple(field.name for field in NOTES)
_ADDED_AT = Field("added_at", "moment", "")
DATE = Field("date", "date", _("The evening on which the night began."))
USES = Field("remedies", "uses", _("What you did, and whether it helped."), choices.REMEDY)


class Table(NamedTuple):
    """A CSV file in memory: its header and its rows with the line on which each begins."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


# --- Writing ----------------------------------------------------------------------------------------


def _writer(field: Field) -> Callable[[Any], str]:
    """Return what makes a cell of a stored value that is neither None nor a word."""
    if field.kind == "yes_no":
        return lambda value: "1" if value else "0"
    if field.kind == "whole":
        return str
    return lambda value: to_text(field, value)


_WRITERS = (dt.date.isoformat, *map(_writer, (*ANSWERS, *PROVENANCE)))
_FIRST_PROVENANCE = 1 + len(ANSWERS)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a CSV file, formulas defused, one at a time."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(header)
    for row in rows:
        writer.writerow([defused(cell) for cell in row])
        if buffer.tell() > 16_384:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def nights_header(habits: Sequence[HabitEntry], *, with_notes: bool) -> list[str]:
    own = [f"{OWN_PREFIX}{habit.key}" for habit in habits]
    return [
        "date",
        *(field.name for field in ANSWERS),
        *own,
        *(field.name for field in PROVENANCE),
        *(NOTE_NAMES if with_notes else ()),
    ]


def night_row(
    values: Sequence[Any], own: Mapping[str, Any], habits: Sequence[HabitEntry], notes: Sequence[str] = ()
) -> list[str]:
    """Return the cells of a night in the order of `nights_header`.

    values: the date, then ANSWERS, then PROVENANCE, as stored.
    """
    cells = [
        "" if value is None else value if type(value) is str else write(value)
        for write, value in zip(_WRITERS, values, strict=True)
    ]
    if not habits:
        return [*cells, *notes]
    own_cells = [own_cell(habit, own.get(habit.key)) for habit in habits]
    return [*cells[:_FIRST_PROVENANCE], *own_cells, *cells[_FIRST_PROVENANCE:], *notes]


def own_cell(habit: HabitEntry, answer: Any) -> str:
    """Return the answer about an own habit: 1 or 0, a number, or the word of its level."""
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return "1" if answer else "0"
    if habit.kind == "levels" and isinstance(answer, int) and 0 <= answer < len(habit.levels):
        return habit.levels[answer]
    return number_text(answer) if isinstance(answer, int | float) else str(answer)


def episodes_header() -> list[str]:
    return ["date", *(field.name for field in EPISODE), "remedies"]


def episode_row(date: dt.date, episode: Mapping[str, Any]) -> list[str]:
    """Return the cells of a cramp, in the order of `episodes_header`."""
    cells = [to_text(field, episode[field.name]) for field in EPISODE]
    return [date.isoformat(), *cells, " ".join(map(_use_text, episode["remedies"]))]


def _use_text(use: dict[str, Any]) -> str:
    """Return a remedy as `stretch`, `stretch:yes` or `stretch:yes:40` (seconds until it was better)."""
    parts = [use["remedy"], use["helped"] or ""]
    if use["seconds_to_relief"] is not None:
        parts.append(str(use["seconds_to_relief"]))
    return ":".join(parts).rstrip(":")


def habit_rows(habits: Iterable[HabitEntry]) -> Iterator[list[str]]:
    """Yield the cells of each own habit, in the order of HABIT_COLUMNS."""
    for habit in habits:
        yield [
            habit.key, habit.label, habit.kind, habit.unit, LEVELS_APART.join(map(_level_text, habit.levels)),
            "1" if habit.active else "0", to_text(_ADDED_AT, habit.added_at),
        ]  # fmt: skip


def _level_text(level: str) -> str:
    return level.replace("\\", "\\\\").replace("|", "\\p")


def _level_of(text: str) -> str:
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\p", "|") for part in parts)


# --- Reading ----------------------------------------------------------------------------------------


def decoded(data: bytes, most: int = CSV_BYTES) -> str:
    """Return the text of a file. Raises FileRefused for one that is too large or not UTF-8."""
    if len(data) > most:
        raise FileRefused("large", megabytes=most // 1024 // 1024)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused("not_utf8", line=data.count(b"\n", 0, error.start) + 1) from None


def read_table(text: str, delimiter: str = ",") -> Table:
    """Return the cells of a CSV text as typed. Raises FileRefused where it is no table or too large."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                line = reader.line_num + 1
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                if len(header) > MOST_COLUMNS:
                    raise FileRefused("many_columns", most=MOST_COLUMNS)
                if any(len(name) > LONGEST_COLUMN for name in header):
                    raise FileRefused("long_column", most=LONGEST_COLUMN)
            else:
                rows.append((line, cells))
                if len(rows) > MOST_EPISODES:
                    raise FileRefused("many_lines", most=MOST_EPISODES)
            line = reader.line_num + 1
    except csv.Error:
        raise FileRefused("not_csv", line=reader.line_num) from None
    if not header:
        raise FileRefused("empty")
    while header and not header[-1]:  # spreadsheets like to add empty columns at the end
        header.pop()
    names = [name for name in header if name]
    if len(set(names)) < len(names):
        raise FileRefused("column_twice", name=next(name for name in names if names.count(name) > 1))
    return Table(header, rows)


def read_habits_csv(text: str, diary: DiaryFile) -> None:
    """Add the own habits of an own_habits.csv to `diary`."""
    table = read_table(text)
    if not {"key", "label", "kind"} <= set(table.header):
        raise FileRefused("not_habits")
    for line, cells in table.rows:
        row = dict(zip(table.header, map(restored, cells), strict=False))
        try:
            levels = tuple(_level_of(level) for level in row.get("levels", "").split(LEVELS_APART) if level)
            added = row.get("added_at", "")
            diary.habits.append(
                HabitEntry(
                    row["key"], text_of(row["label"], 60), row["kind"], row.get("unit", ""), levels,
                    row.get("active", "1") != "0", from_text(_ADDED_AT, added) if added else None,
                )
            )  # fmt: skip
        except (CellRefused, KeyError) as refused:
            code = refused.code if isinstance(refused, CellRefused) else "short_line"
            diary.complain(Problem(line, code, part="habits"))


def read_nights_csv(text: str, diary: DiaryFile) -> None:
    """Add the nights of a nights.csv to `diary`; a line that cannot be read is a problem, not the end."""
    table = read_table(text)
    if not {"date", "outcome"} <= set(table.header):
        raise FileRefused("not_nights")
    if len(table.rows) > MOST_NIGHTS:
        raise FileRefused("many_nights", most=MOST_NIGHTS)
    known = {"date", *ANSWERS_BY_NAME, *PROVENANCE_BY_NAME, *NOTE_NAMES}
    diary.unread += [name for name in table.header if name not in known and not name.startswith(OWN_PREFIX)]
    seen: dict[Any, int] = {}
    for line, cells in table.rows:
        try:
            night = _night_of(line, table.header, cells)
            if night.date in seen:
                raise CellRefused("date_twice", other=seen[night.date])
            check_night(night)
        except _At as refused:
            diary.complain(Problem(line, refused.code, refused.name, refused.cell, values=refused.values))
        except CellRefused as refused:
            diary.complain(Problem(line, refused.code, values=refused.values))
        else:
            seen[night.date] = line
            diary.nights.append(night)


class _At(Exception):
    """A cell that cannot be stored, with its column."""

    def __init__(self, refused: CellRefused, name: str, cell: str) -> None:
        super().__init__(refused.code)
        self.code, self.values, self.name, self.cell = refused.code, refused.values, name, cell[:60]


def _night_of(line: int, header: Sequence[str], cells: Sequence[str]) -> NightEntry:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise CellRefused("long_line", columns=len(header))
    row = dict(zip(header, cells, strict=False))
    name = "date"
    cell = row.get("date", "").strip()
    try:
        night = NightEntry(date_of(cell), line)
        for name, cell in row.items():
            if field := ANSWERS_BY_NAME.get(name):
                night.answers[name] = _stored(field, cell)
            elif field := PROVENANCE_BY_NAME.get(name):
                night.provenance[name] = _stored(field, cell)
            elif name in NOTE_NAMES:
                setattr(night, name, text_of(restored(cell), LONGEST_NOTE))
            elif name.startswith(OWN_PREFIX):
                night.own = night.own or {}
                if cell := restored(cell):
                    night.own[name.removeprefix(OWN_PREFIX)] = text_of(cell, 60)
    except CellRefused as refused:
        raise _At(refused, name, cell) from None
    return night


def _stored(field: Field, cell: str) -> Any:
    cell = restored(cell.strip())
    if not cell:
        return [] if field.kind == "words" else field.default
    return from_text(field, cell)


def read_episodes_csv(text: str, diary: DiaryFile) -> None:
    """Add the cramps of an episodes.csv to the nights of `diary`, which are read before."""
    table = read_table(text)
    if not {"date", "location"} <= set(table.header):
        raise FileRefused("not_episodes")
    nights = {night.date: night for night in diary.nights}
    for night in diary.nights:
        night.episodes = []
    for line, cells in table.rows:
        row = dict(zip(table.header, cells, strict=False))
        name, cell = "date", row.get("date", "").strip()
        try:
            night = nights[date_of(cell)]
            episode: dict[str, Any] = {}
            for field in EPISODE:
                name, cell = field.name, row.get(field.name, "")
                episode[name] = _stored(field, cell)
            name, cell = "remedies", row.get("remedies", "")
            episode["remedies"] = sorted(map(_use_of, cell.split()), key=lambda use: str(use["remedy"]))
            check_episode(episode, night.date)
            check_night(_with_one_more(night, episode))
        except KeyError:
            diary.complain(Problem(line, "no_such_night", "date", cell, part="episodes"))
        except CellRefused as refused:
            diary.complain(Problem(line, refused.code, name, cell[:60], "episodes", refused.values))
        else:
            assert night.episodes is not None
            night.episodes.append(episode)


def _with_one_more(night: NightEntry, episode: dict[str, Any]) -> NightEntry:
    return NightEntry(night.date, answers=night.answers, episodes=[*(night.episodes or []), episode])


def _use_of(text: str) -> dict[str, Any]:
    parts = text.split(":")
    if len(parts) > 3:
        raise CellRefused("word")
    names = ("remedy", "helped", "seconds_to_relief")
    cells = dict(zip(names, parts, strict=False))
    return {
        name: from_text(REMEDY_USE_BY_NAME[name], cells[name]) if cells.get(name) else None for name in names
    }


def code_book_columns(habits: Iterable[HabitEntry]) -> Iterator[tuple[str, Field | HabitEntry]]:
    """Yield (file, column) of everything that nights.csv and episodes.csv hold, in their order."""
    yield "nights.csv", DATE
    for field in ANSWERS:
        yield "nights.csv", field
    for habit in habits:
        yield "nights.csv", habit
    for field in (*PROVENANCE, *NOTES):
        yield "nights.csv", field
    for field in (DATE, *EPISODE, USES):
        yield "episodes.csv", field
