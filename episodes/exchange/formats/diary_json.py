"""Reads the nights, own habits and other rows of a diary.json."""

from __future__ import annotations

from typing import Any

from episodes.exchange.formats.entries import (
    DiaryFile,
    HabitEntry,
    NightEntry,
    check_episode,
    check_night,
    in_order,
)
from episodes.exchange.formats.fields import (
    ANSWERS,
    EPISODE,
    LONGEST_NOTE,
    PROVENANCE,
    REMEDY_USE,
    Field,
    date_of,
    from_json,
    moment_of,
    text_of,
)
from episodes.exchange.formats.problems import MOST_EPISODES, MOST_NIGHTS, CellRefused, FileRefused, Problem

KNOWN_VERSIONS = (1,)
MOST_ROWS = 2_000
MOST_COPIES = 30_000
# Parts that can be brought in besides nights, own habits and the settings of the account, and how many rows
# each may have; the rest tells what was, or opens something, and stays in the file.
OTHER_PARTS = {
    **dict.fromkeys(("profile", "reminder", "conditions", "medicines", "visit_questions"), MOST_ROWS),
    **dict.fromkeys(("remedy_plans", "experiments"), MOST_ROWS),
    **dict.fromkeys(("experiment_nights", "night_history", "private_note_history"), MOST_COPIES),
}


class _At(CellRefused):
    """A value that cannot be stored, with its field."""

    def __init__(self, refused: CellRefused, field: str, value: Any) -> None:
        super().__init__(refused.code, **refused.values)
        self.field, self.value = field, str(value)[:60]


def read_diary_json(content: Any, diary: DiaryFile) -> None:
    """Add what a diary.json holds to `diary`; rows are numbered from 1. Raises FileRefused."""
    if not isinstance(content, dict) or content.get("schema_version") not in KNOWN_VERSIONS:
        raise FileRefused("unknown_version")
    nights = _rows(content, "nights", MOST_NIGHTS)
    for number, row in enumerate(_rows(content, "own_habits", MOST_ROWS), 1):
        try:
            diary.habits.append(habit_of(row))
        except CellRefused as refused:
            diary.complain(_problem(number, refused, "habits"))
    for part, most in OTHER_PARTS.items():
        diary.parts[part] = list(enumerate(_rows(content, part, most), 1))
    account = content.get("account", {})
    if not isinstance(account, dict):
        raise FileRefused("not_a_list", name="account")
    diary.parts["account"] = [(1, account)] if account else []
    add_nights(nights, diary)


def add_nights(rows: list[dict[str, Any]], diary: DiaryFile) -> None:
    """Add nights as JSON to `diary`; one that cannot be read is a problem, not the end."""
    seen: dict[Any, int] = {}
    cramps = 0
    for number, row in enumerate(rows, 1):
        try:
            night = night_of(number, row)
            if night.date in seen:
                raise CellRefused("date_twice", other=seen[night.date])
            check_night(night)
        except CellRefused as refused:
            diary.complain(_problem(number, refused, "nights"))
            continue
        seen[night.date] = number
        diary.nights.append(night)
        cramps += len(night.episodes or ())
        if cramps > MOST_EPISODES:
            raise FileRefused("many_episodes", most=MOST_EPISODES)


def _problem(number: int, refused: CellRefused, part: str) -> Problem:
    field, value = (refused.field, refused.value) if isinstance(refused, _At) else ("", "")
    return Problem(number, refused.code, field, value, part, refused.values)


def _rows(content: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    rows = content.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileRefused("not_a_list", name=name)
    if len(rows) > most:
        raise FileRefused("many_nights" if name == "nights" else "many_lines", most=most)
    return rows


def copy_of(number: int, date: str, content: Any) -> NightEntry:
    """Return how a night read earlier, as its history keeps it. Raises CellRefused."""
    if not isinstance(content, dict) or not isinstance(content.get("answers"), dict):
        raise CellRefused("word")
    parts = {name: content[name] for name in ("episodes", "shared_note") if name in content}
    return night_of(number, {**content["answers"], **parts, "private_note": "", "date": date})


def habit_of(row: dict[str, Any]) -> HabitEntry:
    key, label, kind = row.get("key"), row.get("label"), row.get("kind")
    unit, levels = row.get("unit", ""), row.get("levels", [])
    texts = (key, label, kind, unit, *(levels if isinstance(levels, list) else [None]))
    if not all(isinstance(each, str) for each in texts):
        raise CellRefused("word")
    added = row.get("added_at")
    for each in texts:
        text_of(str(each), 60)
    return HabitEntry(
        str(key), str(label), str(kind), str(unit), tuple(levels), row.get("active") is not False,
        moment_of(added) if isinstance(added, str) else None,
    )  # fmt: skip


def night_of(number: int, row: dict[str, Any]) -> NightEntry:
    """Return a night of a JSON object. Raises CellRefused."""
    date = row.get("date")
    if not isinstance(date, str):
        raise CellRefused("date")
    night = NightEntry(date_of(date), number)
    night.answers = {field.name: _stored(field, row.get(field.name)) for field in ANSWERS}
    night.provenance = {field.name: _stored(field, row.get(field.name)) for field in PROVENANCE}
    own = row.get("custom_answers", {})
    if not isinstance(own, dict) or len(own) > 100:
        raise CellRefused("word")
    night.own = own
    night.shared_note, night.private_note = (_note(row, name) for name in ("shared_note", "private_note"))
    cramps = row.get("episodes", [])
    if not isinstance(cramps, list) or not all(isinstance(cramp, dict) for cramp in cramps):
        raise CellRefused("word")
    night.episodes = [_episode_of(cramp) for cramp in cramps[:50]]
    for episode in night.episodes:
        check_episode(episode, night.date)
    return night


def _note(row: dict[str, Any], name: str) -> str:
    text = row.get(name, "")
    if not isinstance(text, str):
        raise CellRefused("word")
    return text_of(text, LONGEST_NOTE)


def _episode_of(row: dict[str, Any]) -> dict[str, Any]:
    uses = row.get("remedies", [])
    if not isinstance(uses, list) or not all(isinstance(use, dict) and use.get("remedy") for use in uses):
        raise CellRefused("word")
    episode: dict[str, Any] = {field.name: _stored(field, row.get(field.name)) for field in EPISODE}
    read = [{field.name: _stored(field, use.get(field.name)) for field in REMEDY_USE} for use in uses]
    return {**episode, "remedies": in_order(read)}


def _stored(field: Field, value: Any) -> Any:
    if value is None:
        return [] if field.kind == "words" else field.default
    try:
        return from_json(field, value)
    except CellRefused as refused:
        raise _At(refused, field.name, value) from None
