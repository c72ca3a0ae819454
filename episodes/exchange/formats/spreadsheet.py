"""A spreadsheet that somebody kept before: its columns are chosen by hand, its words are understood loosely."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from episodes.exchange.formats.entries import DiaryFile, NightEntry, blank_episode, check_night
from episodes.exchange.formats.fields import ANSWERS_BY_NAME, EPISODE_BY_NAME, HABIT_NAMES, Field, from_text
from episodes.exchange.formats.problems import MOST_NIGHTS, CellRefused, FileRefused, Problem
from episodes.exchange.formats.tables import Table

DATE_FORMS: Mapping[str, tuple[int, int, int]] = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
# Words in which people keep such lists: English, German, Spanish, French.
YES = {"1", "y", "yes", "x", "true", "ja", "j", "si", "sí", "oui", "o", "✓", "✔", "cramp", "cramps", "krampf"}
NO = {"0", "n", "no", "false", "nein", "non", "none", "-", "–", "no cramp", "no cramps", "kein"}
UNSURE = {"?", "unsure", "not sure", "maybe"}
SIDES: Mapping[str, str] = {
    "left": "left", "l": "left", "links": "left", "linke": "left", "izquierda": "left", "izq": "left", "gauche": "left",
    "right": "right", "r": "right", "rechts": "right", "rechte": "right", "derecha": "right", "der": "right",
    "droite": "right", "both": "both", "beide": "both", "ambas": "both", "ambos": "both", "deux": "both",
}  # fmt: skip
LOCATIONS: Mapping[str, str] = {
    "calf": "calf", "calves": "calf", "wade": "calf", "waden": "calf", "pantorrilla": "calf", "pantorrillas": "calf",
    "mollet": "calf", "mollets": "calf", "foot": "foot", "feet": "foot", "fuß": "foot", "fuss": "foot", "pie": "foot",
    "pies": "foot", "pied": "foot", "pieds": "foot", "toe": "toes", "toes": "toes", "zehe": "toes", "zehen": "toes",
    "dedos": "toes", "orteil": "toes", "orteils": "toes", "shin": "shin", "schienbein": "shin", "espinilla": "shin",
    "tibia": "shin", "thigh": "thigh_front", "thighs": "thigh_front", "oberschenkel": "thigh_front",
    "muslo": "thigh_front", "cuisse": "thigh_front", "hamstring": "hamstring", "hamstrings": "hamstring",
}  # fmt: skip
GUESSES: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "datum", "fecha", "day", "night", "nacht", "jour", "noche"),
    "cramp": ("cramp", "cramps", "krampf", "krämpfe", "calambre", "calambres", "crampe", "crampes"),
    "place": ("place", "where", "location", "leg", "ort", "wo", "lugar", "lieu", "site"),
    "length": (
        "length",
        "duration",
        "minutes",
        "how long",
        "dauer",
        "minuten",
        "duración",
        "minutos",
        "durée",
    ),
    "activity": ("activity", "exercise"),
    "sitting_hours": ("sitting", "sitting hours", "hours sitting"),
    "alcohol_drinks": ("alcohol", "drinks", "alkohol", "alcool"),
    "fluid_ml": ("water", "fluid", "ml"),
    "stretched_minutes": ("stretching", "stretched", "stretch"),
}
_NUMBER = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)")
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True)
class Columns:
    """Which column means what; empty for none. is_morning: the date is that of the morning after."""

    date: str
    cramp: str
    date_form: str = "ymd"
    is_morning: bool = False
    place: str = ""
    length: str = ""
    is_seconds: bool = False
    habits: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {**self.__dict__, "habits": dict(self.habits)}


def guessed(table: Table) -> dict[str, str]:
    """Return a first guess: `date`, `cramp`, `place`, `length` or a habit's name to a column."""
    found: dict[str, str] = {}
    for name in (*GUESSES, *HABIT_NAMES):
        wanted = {name, name.replace("_", " "), *GUESSES.get(name, ())}
        free = [column for column in table.header if column and column not in found.values()]
        match = next((column for column in free if column.casefold().strip() in wanted), None)
        if match is None and name in ("date", "cramp"):
            match = next(
                (column for column in free if any(each in column.casefold() for each in wanted)), None
            )
        if match is not None:
            found.setdefault(name, match)
    return found


def guessed_date_form(cells: Sequence[str], *, month_first: bool) -> str:
    """Return in which order most dates are written. month_first: as where the person lives."""
    parts = [found for cell in cells if len(found := re.findall(r"[0-9]+", cell)) >= 3]
    if not parts or len(parts[0][0]) == 4:
        return "ymd"
    if any(int(each[0]) > 12 for each in parts):
        return "dmy"
    if any(int(each[1]) > 12 for each in parts):
        return "mdy"
    return "mdy" if month_first and "/" in cells[0] else "dmy"


def read_spreadsheet(table: Table, columns: Columns, diary: DiaryFile) -> None:
    """Add the nights of a foreign spreadsheet to `diary`. A line without an answer about cramps is left out.

    Several lines of one night are several cramps. Raises FileRefused.
    """
    diary.is_own_format = False
    nights: dict[dt.date, NightEntry] = {}
    for line, cells in table.rows:
        row = dict(zip(table.header, (cell.strip() for cell in cells), strict=False))
        try:
            night = _night_of(line, row, columns)
            if night is not None:
                _take(nights, night)
        except _At as refused:
            diary.complain(Problem(line, refused.code, refused.name, refused.cell, values=refused.values))
        except CellRefused as refused:
            diary.complain(Problem(line, refused.code, values=refused.values))
        if len(nights) > MOST_NIGHTS:
            raise FileRefused("many_nights", most=MOST_NIGHTS)
    diary.nights = [nights[date] for date in sorted(nights)]
    used = {columns.date, columns.cramp, columns.place, columns.length, *columns.habits.values()}
    diary.unread = [name for name in table.header if name and name not in used]


class _At(CellRefused):
    def __init__(self, refused: CellRefused, name: str, cell: str) -> None:
        super().__init__(refused.code, **refused.values)
        self.name, self.cell = name, cell[:60]


def _take(nights: dict[dt.date, NightEntry], night: NightEntry) -> None:
    earlier = nights.get(night.date)
    if earlier is None:
        nights[night.date] = night
        return
    if earlier.outcome != "cramps" or night.outcome != "cramps":
        raise CellRefused("date_twice", other=earlier.line)
    cramps = [*(earlier.episodes or [blank_episode()]), *(night.episodes or [blank_episode()])]
    both = NightEntry(night.date, earlier.line, {**night.answers, **earlier.answers}, episodes=cramps)
    both.answers.pop("episode_count", None)
    check_night(both)
    nights[night.date] = both


def _night_of(line: int, row: Mapping[str, str], columns: Columns) -> NightEntry | None:
    cell = row.get(columns.cramp, "")
    if not row.get(columns.date, "") and not cell:
        return None
    night = NightEntry(_at(columns.date, row, lambda text: _date(text, columns)), line)
    if not cell:
        return None
    outcome, count = _at(columns.cramp, row, _outcome)
    night.answers["outcome"] = outcome
    if count > 1:
        night.answers["episode_count"] = count
    if outcome == "cramps":
        described = _place(row.get(columns.place, ""))
        if columns.length and row.get(columns.length):
            described["duration_seconds"] = _at(columns.length, row, lambda text: _seconds(text, columns))
        if described:
            night.episodes = [blank_episode(**described)]
    for name, column in columns.habits.items():
        if row.get(column):
            night.answers[name] = _at(
                column, row, lambda text, name=name: _habit(ANSWERS_BY_NAME[name], text)
            )
    check_night(night)
    return night


def _at(column: str, row: Mapping[str, str], read: Any) -> Any:
    cell = row.get(column, "")
    try:
        return read(cell)
    except CellRefused as refused:
        raise _At(refused, column, cell) from None


def _date(text: str, columns: Columns) -> dt.date:
    parts = re.findall(r"[0-9]+", text.split("T")[0].split(" ")[0] if "-" in text else text)[:3]
    if len(parts) < 3 or any(len(part) > 4 for part in parts):
        raise CellRefused("date_format")
    year, month, day = (int(parts[place]) for place in DATE_FORMS[columns.date_form])
    try:
        date = dt.date(year + 2000 if year < 100 else year, month, day)
        if columns.is_morning:
            date -= dt.timedelta(days=1)
    except (ValueError, OverflowError):
        raise CellRefused("date_format") from None
    if not 1900 <= date.year <= 2100:
        raise CellRefused("date_range")
    return date


def _outcome(text: str) -> tuple[str, int]:
    word = text.casefold()
    if word in UNSURE:
        return "unsure", 0
    if word in YES:
        return "cramps", 1
    if word in NO:
        return "no_cramps", 0
    if word.isdecimal() and len(word) < 3 and int(word) <= 20:
        return "cramps", int(word)
    raise CellRefused("no_cramp_word")


def _place(text: str) -> dict[str, Any]:
    """Return side and location as far as the words are known; of other words nothing."""
    words = _LETTERS.findall(text.casefold())
    found: dict[str, Any] = {}
    for name, known in (("side", SIDES), ("location", LOCATIONS)):
        meant = {known[word] for word in words if word in known}
        if name == "side" and {"left", "right"} <= meant:
            meant = {"both"}
        if len(meant) == 1:
            found[name] = meant.pop()
    return found


def _seconds(text: str, columns: Columns) -> int:
    number = _NUMBER.match(text)
    if not number:
        raise CellRefused("number")
    seconds = float(number[1].replace(",", ".")) * (1 if columns.is_seconds else 60)
    return int(from_text(EPISODE_BY_NAME["duration_seconds"], str(max(1, round(seconds)))))


def _habit(habit: Field, text: str) -> Any:
    word = text.casefold()
    if habit.kind == "yes_no":
        if word not in YES | NO:
            raise CellRefused("yes_no")
        return word in YES
    if habit.words:
        named = {label.casefold(): value for value, label in habit.words}
        return from_text(habit, named.get(word, word))
    if word in NO:
        return from_text(habit, "0")
    number = _NUMBER.match(text)
    if not number:
        raise CellRefused("number")
    return from_text(habit, number[1].replace(",", "."))
