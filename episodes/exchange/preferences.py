"""Settings of a diary.json: those of the account, facts about the person, and the reminder; field by field.

A setting that still is as at the beginning takes the file's value. One that was chosen here stays, unless
the person wants what is here to be written over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.db.models import Field as Column
from django.db.models import Model

from episodes.article.red_flags import HELP_NUMBERS
from episodes.exchange.formats.fields import (
    ANSWERS_BY_NAME,
    HABIT_NAMES,
    Field,
    date_of,
    from_json,
    moment_of,
)
from episodes.exchange.formats.problems import CellRefused, Problem
from episodes.exchange.habit_mapping import Settled, names_in, own_answers
from episodes.exchange.json_export import plain
from episodes.models import Profile, Reminder, User
from episodes.questions import choices
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX

Change = Literal["new", "same", "kept", "replaced"]
Read = Callable[[Any, Settled], Any]
MODELS: Mapping[str, type[Model]] = {"account": User, "profile": Profile, "reminder": Reminder}
LONGEST_PAUSE = dt.timedelta(days=366)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class SettingLine:
    """What becomes of one setting. before, after: stored values; kept: what was chosen here stays."""

    part: str
    name: str
    before: Any
    after: Any
    change: Change

    @property
    def is_written(self) -> bool:
        return self.change in ("new", "replaced")


def plan_preferences(
    parts: Mapping[str, Sequence[tuple[int, dict[str, Any]]]],
    settled: Settled,
    *,
    replace: bool,
    problems: list[Problem],
    now: dt.datetime,
    by: User,
) -> list[SettingLine]:
    """Return what becomes of each setting of the file; one statement for each part that the file holds."""
    lines: list[SettingLine] = []
    for part in MODELS:
        if not parts.get(part):
            continue
        number, row = parts[part][0]
        stored = _stored(part, by)
        for name, read in READERS[part].items():
            if row.get(name) is None:
                continue
            try:
                after = read(row[name], settled)
                if name == "paused_until" and after > now.astimezone(by.zone).date() + LONGEST_PAUSE:
                    raise CellRefused("date_range")
            except CellRefused as refused:
                value = str(row[name])[:60]
                problems.append(Problem(number, refused.code, name, value, part, refused.values))
                continue
            lines.append(_line(part, name, after, stored, replace))
    return lines


def write_preferences(lines: Sequence[SettingLine], now: dt.datetime, by: User) -> dict[str, Any]:
    """Write settings; return for each part whether its row is new, and each value before and after."""
    written: dict[str, Any] = {}
    for part in MODELS:
        changes = [line for line in lines if line.part == part and line.is_written]
        if not changes:
            continue
        values = {line.name: line.after for line in changes}
        more = {"resumed_at": now} if part == "reminder" else {}
        is_new = not _rows(part, by).update(**values, **more)
        if is_new:
            MODELS[part](patient=by, **values, **more).save(force_insert=True)
        told = {line.name: [plain(line.before), plain(line.after)] for line in changes}
        written[part] = {"is_new": is_new, "values": told}
    return written


def take_back_preferences(written: Mapping[str, Any], by: User) -> None:
    """Give settings their earlier values, where they still are as the import left them."""
    for part, told in written.items():
        stored = _stored(part, by)
        if stored is None:
            continue
        back = {
            name: _column(part, name).to_python(before)
            for name, (before, after) in told["values"].items()
            if plain(getattr(stored, name)) == after
        }
        for name, value in back.items():
            setattr(stored, name, value)
        untouched = all(getattr(stored, name) == _default(part, name) for name in READERS[part])
        if told["is_new"] and untouched:
            _rows(part, by).delete()
        elif back:
            _rows(part, by).update(**back)


def _line(part: str, name: str, after: Any, stored: Model | None, replace: bool) -> SettingLine:
    default = _default(part, name)
    before = getattr(stored, name) if stored is not None else default
    # A row of the reminder is there because somebody chose when to be reminded.
    is_chosen = stored is not None and (part == "reminder" or before != default)
    change: Change
    if before == after:
        change = "same"
    elif not is_chosen:
        change = "new"
    else:
        change = "replaced" if replace else "kept"
    return SettingLine(part, name, before, after, change)


def _column(part: str, name: str) -> Column[Any, Any]:
    column: Column[Any, Any] = MODELS[part]._meta.get_field(name)  # type: ignore[assignment]
    return column


def _default(part: str, name: str) -> Any:
    return _column(part, name).get_default()


def _rows(part: str, by: User) -> Any:
    if part == "account":
        return User.objects.filter(pk=by.pk)
    return MODELS[part].objects.owned_by(by)  # type: ignore[attr-defined]


def _stored(part: str, by: User) -> Model | None:
    found: Model | None = _rows(part, by).first()
    return found


# --- Reading one value ------------------------------------------------------------------------------


def _by(field: Field) -> Read:
    return lambda value, settled: from_json(field, value)


def _one_of(words: Sequence[str]) -> Read:
    def read(value: Any, settled: Settled) -> str:
        if not isinstance(value, str) or value not in words:
            raise CellRefused("choice", allowed=", ".join(word for word in words if word))
        return value

    return read


def _number_of(numbers: Sequence[int]) -> Read:
    def read(value: Any, settled: Settled) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value not in numbers:
            raise CellRefused("choice", allowed=", ".join(map(str, numbers)))
        return value

    return read


def _yes_no() -> Read:
    return _by(Field("", "yes_no", ""))


def _clock(value: Any, settled: Settled) -> dt.time:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise CellRefused("clock")
    return dt.time.fromisoformat(value)


def _weekdays(value: Any, settled: Settled) -> list[int]:
    if not isinstance(value, list) or any(
        isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 7 for day in value
    ):
        raise CellRefused("weekdays")
    return sorted(set(value))


def _day(value: Any, settled: Settled) -> dt.date:
    if not isinstance(value, str):
        raise CellRefused("date")
    return date_of(value)


def _moment(value: Any, settled: Settled) -> dt.datetime:
    if not isinstance(value, str):
        raise CellRefused("moment")
    return moment_of(value)


def _usual_day(value: Any, settled: Settled) -> dict[str, Any]:
    """Return the answers of a usual day; those about own habits that nobody knows are left out."""
    if not isinstance(value, dict):
        raise CellRefused("fact")
    usual: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, answer in value.items():
        if name.startswith(OWN_HABIT_PREFIX):
            own[name.removeprefix(OWN_HABIT_PREFIX)] = answer
        elif name in HABIT_NAMES:
            read = from_json(ANSWERS_BY_NAME[name], answer)
            usual[name] = float(read) if isinstance(read, Decimal) else read
        else:
            raise CellRefused("fact")
    return usual | {f"{OWN_HABIT_PREFIX}{key}": answer for key, answer in own_answers(own, settled).items()}


def _habit_names(value: Any, settled: Settled) -> list[str]:
    names = _words(value, settled)
    if not all(name in HABIT_NAMES or name.startswith(OWN_HABIT_PREFIX) for name in names):
        raise CellRefused("fact")
    return [names_in([name], settled)[0] for name in names]


def _words(value: Any, settled: Settled) -> list[str]:
    from_json(Field("", "words", ""), value)
    return list(value)


READERS: Mapping[str, Mapping[str, Read]] = {
    "account": {
        "time_zone": _by(Field("time_zone", "zone", "")),
        "night_starts_at": _by(Field("night_starts_at", "hour", "")),
        "week_starts_on": _number_of((1, 6, 7)),
        "theme": _one_of(choices.values(choices.THEME)),
        "language": _one_of([code for code, _name in settings.LANGUAGES]),
        "country": _one_of(["", *HELP_NUMBERS]),
        "hemisphere": _one_of(choices.values(choices.HEMISPHERE)),
        "drink_grams": _number_of([int(grams) for grams in choices.values(choices.DRINK_GRAMS)]),
        "sharing_mails": _yes_no(),
    },
    "profile": {
        "birth_year": _by(Field("birth_year", "whole", "", low=1900, high=2100)),
        "sex_at_birth": _one_of(choices.values(choices.SEX_AT_BIRTH)),
        "work_type": _one_of(choices.values(choices.WORK_TYPE)),
        "usual_day": _usual_day,
        "active_habits": _habit_names,
        "hidden_insights": _words,
        "evening_card": _yes_no(),
        "signs_read_at": _moment,
        "ten_minutes_read_at": _moment,
    },
    "reminder": {
        "at": _clock,
        "days": _weekdays,
        "by_email": _yes_no(),
        "paused_until": _day,
        "stopped_at": _moment,
    },
}
