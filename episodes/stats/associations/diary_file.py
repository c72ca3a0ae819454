"""Reads a spreadsheet of nights for the factor analysis: an analysis CSV, or the nights.csv of an export."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping, Sequence

from episodes.stats.associations.analysis_input import (
    AMOUNT,
    BINARY,
    AnalysisInput,
    Answer,
    Factor,
    FactorKind,
    category,
)
from episodes.stats.associations.diary_factors import (
    ACTIVITY_LEVELS,
    DIARY_FACTORS,
    OWN_HABIT_PREFIX,
    diary_answer,
)

LARGEST_AMOUNT = 1e9
MOST_LEVELS = 20
MOST_DAYS = 36_525
"""A hundred years: a wider span is a mistyped year, and every day of it would cost memory."""

ORDERED_LEVELS = ("low", "moderate", "high")
COUNTED_OUTCOMES: Mapping[str, int] = {"cramps": 1, "no_cramps": 0}
OUTCOMES = frozenset({"cramps", "no_cramps", "unsure", "not_in_bed", ""})
BOOLEANS: Mapping[str, str] = {"true": "1", "yes": "1", "false": "0", "no": "0"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NOT_A_NUMBER = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


class DiaryFileError(ValueError):
    """A file that cannot be read as a diary; the message is one sentence for the person who gave it."""


Row = tuple[int, list[str]]
"""Line number in the file and its cells."""


def read_kinds(text: str) -> dict[str, FactorKind]:
    """Return habit kinds from KINDS.json: `{"name": "binary" | "amount" | ["level", ...]}`.

    Raises DiaryFileError with the name of the habit whose kind cannot be read.
    """
    try:
        written = json.loads(text)
    except ValueError as error:
        raise DiaryFileError(f"The kinds are not JSON ({error}).") from None
    if not isinstance(written, dict):
        raise DiaryFileError('The kinds are not an object such as {"alcohol": "amount"}.')
    kinds: dict[str, FactorKind] = {}
    for name, kind in written.items():
        if kind == "binary":
            kinds[name] = BINARY
        elif kind == "amount":
            kinds[name] = AMOUNT
        elif isinstance(kind, list) and kind and all(isinstance(level, str) and level for level in kind):
            if len(set(kind)) != len(kind):
                raise DiaryFileError(f"The kind of {name} names a level twice.")
            kinds[name] = category(*kind)
        else:
            raise DiaryFileError(f'The kind of {name} is not "binary", "amount" or a list of levels.')
    return kinds


def read_diary(text: str, kinds: Mapping[str, FactorKind] | None = None) -> AnalysisInput:
    """Return the counted nights of a CSV text, habits in column order.

    A file with a column `outcome` is read as nights.csv: nights other than cramps and no_cramps are
    dropped, and only habits, evening remedies and own habits are factors. Any other file needs `date` and
    `cramp`; `episodes` is read past, every further column is a habit. Empty cells are unanswered; a habit
    without any answer stays.
    kinds: override what would be inferred or declared; names that the file lacks are ignored.
    Raises DiaryFileError with line and column of the first cell that cannot be read.
    """
    header, rows = _table(text)
    if "date" not in header:
        raise DiaryFileError("The column date is missing.")
    is_export = "outcome" in header
    if not is_export and "cramp" not in header:
        raise DiaryFileError("The column cramp is missing (or outcome, for an export of this diary).")
    rows, cramps = _outcomes(header, rows) if is_export else _cramps(header, rows)
    dates = _dates(header.index("date"), rows)
    factors: dict[str, Factor] = {}
    for place, name in enumerate(header):
        if is_export and name not in DIARY_FACTORS and not name.startswith(OWN_HABIT_PREFIX):
            continue
        if name in ("date", "cramp", "episodes"):
            continue
        cells = [(line, row[place]) for line, row in rows]
        declared = (kinds or {}).get(name) or (DIARY_FACTORS.get(name) if is_export else None)
        if is_export:
            cells = [(line, _export_cell(name, cell)) for line, cell in cells]
        factors[name] = _factor(name, cells, declared)
    return AnalysisInput(dates=dates, cramps=cramps, factors=factors)


def _table(text: str) -> tuple[list[str], list[Row]]:
    """Return the header and the rows that are not empty, every row as long as the header."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header: list[str] = []
    rows: list[Row] = []
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if not header:
                header = cells
                continue
            if len(cells) > len(header) and any(cells[len(header) :]):
                raise DiaryFileError(f"Line {reader.line_num} has more cells than the header has columns.")
            rows.append((reader.line_num, (cells + [""] * len(header))[: len(header)]))
    except csv.Error as error:
        raise DiaryFileError(f"Line {reader.line_num} is not readable as CSV ({error}).") from None
    if not header:
        raise DiaryFileError("The file is empty.")
    while header and not header[-1]:  # spreadsheets like to add empty columns at the end
        header.pop()
    for name in header:
        if not name:
            raise DiaryFileError("A column has no name.")
        if header.count(name) > 1:
            raise DiaryFileError(f"The column {name} stands twice.")
    return header, rows


def _cramps(header: Sequence[str], rows: list[Row]) -> tuple[list[Row], list[int]]:
    place = header.index("cramp")
    cramps = []
    for line, row in rows:
        number = _number(row[place])
        if number not in (0.0, 1.0):
            raise DiaryFileError(f"Line {line}: cramp is {row[place]!r}, not 0 or 1.")
        cramps.append(int(number))
    return rows, cramps


def _outcomes(header: Sequence[str], rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Return the counted rows of a nights.csv and their outcomes as 0 or 1."""
    place = header.index("outcome")
    for line, row in rows:
        if row[place] not in OUTCOMES:
            raise DiaryFileError(f"Line {line}: outcome is {row[place]!r}, which this diary does not know.")
    counted = [(line, row) for line, row in rows if row[place] in COUNTED_OUTCOMES]
    return counted, [COUNTED_OUTCOMES[row[place]] for _, row in counted]


def _dates(place: int, rows: Sequence[Row]) -> list[dt.date]:
    dates: list[dt.date] = []
    seen: set[dt.date] = set()
    for line, row in rows:
        try:
            date = dt.date.fromisoformat(row[place])
        except ValueError:
            raise DiaryFileError(
                f"Line {line}: date is {row[place]!r}, not one such as 2026-11-22."
            ) from None
        if date in seen:
            raise DiaryFileError(f"Line {line}: the date {date} stands twice.")
        seen.add(date)
        dates.append(date)
    if dates and (max(dates) - min(dates)).days > MOST_DAYS:
        raise DiaryFileError(f"The dates {min(dates)} and {max(dates)} are more than a hundred years apart.")
    return dates


def _number(cell: str) -> float | None:
    """Return a cell as a finite number, None when it is none."""
    if not _NUMBER.fullmatch(cell):
        return None
    number = float(cell)
    if abs(number) > LARGEST_AMOUNT:
        raise DiaryFileError(f"The number {cell} is too large for a habit.")
    return number


def _export_cell(name: str, cell: str) -> str:
    """Return a cell of our own export as an analysis CSV would have it."""
    if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS):
        cell = cell[1:]  # the export marks cells that a spreadsheet would run as a formula
    number = _number(cell)
    if name == "activity" and number is not None and number in range(len(ACTIVITY_LEVELS)):
        return ACTIVITY_LEVELS[int(number)]
    if diary_answer(name, cell) is None:
        return ""
    return BOOLEANS.get(cell.lower(), cell) if _may_be_boolean(name) else cell


def _may_be_boolean(name: str) -> bool:
    return DIARY_FACTORS.get(name, BINARY) == BINARY


def _factor(name: str, cells: Sequence[tuple[int, str]], declared: FactorKind | None) -> Factor:
    """Return one habit with its answers, its kind as declared or as its cells suggest."""
    kind = declared or _inferred_kind(name, [cell for _, cell in cells if cell])
    values: list[Answer] = []
    for line, cell in cells:
        if not cell:
            values.append(None)
        elif kind.name == "category":
            values.append(_level(name, line, cell, kind))
        else:
            number = _number(cell)
            if number is None or (kind.name == "binary" and number not in (0.0, 1.0)):
                wanted = "0 or 1" if kind.name == "binary" else "a number"
                raise DiaryFileError(f"Line {line}: {name} is {cell!r}, not {wanted}.")
            values.append(number)
    return Factor(kind, values)


def _level(name: str, line: int, cell: str, kind: FactorKind) -> str:
    if cell in kind.levels:
        return cell
    raise DiaryFileError(f"Line {line}: {name} is {cell!r}, not one of {', '.join(kind.levels)}.")


def _inferred_kind(name: str, answers: Sequence[str]) -> FactorKind:
    """Return the kind that the answers suggest: 0 and 1, numbers, or words; without answers yes or no."""
    numbers = [_number(answer) for answer in answers]
    if all(number in (0.0, 1.0) for number in numbers):
        return BINARY
    if None not in numbers:
        return AMOUNT
    for answer in answers:
        if _NOT_A_NUMBER.fullmatch(answer):
            raise DiaryFileError(f"The column {name} contains {answer!r}: leave a cell empty for no answer.")
    levels = set(answers)
    if len(levels) > MOST_LEVELS:
        raise DiaryFileError(
            f"The column {name} has {len(levels)} different words; a habit has at most {MOST_LEVELS} levels."
        )
    if levels <= set(ORDERED_LEVELS):
        return category(*(level for level in ORDERED_LEVELS if level in levels))
    return category(*sorted(levels))
