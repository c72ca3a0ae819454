"""The stored fields of nights and cramps: what each may hold, and how it stands in a cell and in JSON.

One table for the writers, the readers and the code book, so that they cannot differ.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from episodes.article.marks import gettext_noop as _
from episodes.exchange.formats.problems import CellRefused
from episodes.questions import choices
from episodes.questions.habits import HABITS, Habit

Kind = Literal[
    "word", "whole", "decimal", "yes_no", "moment", "words", "zone", "hour", "text", "date", "uses"
]

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
LONGEST_NOTE = 2_000
_WHOLE = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?")
_YES_NO = {"1": True, "0": False, "true": True, "false": False, "yes": True, "no": False}
_WORD = re.compile(r"[a-z0-9_]{1,40}")
_BROKEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Field:
    """One stored field: its name, what it may hold and what it means.

    words: (stored word, label) where only some words are allowed. low, high, step: of a number.
    has_none: False where something always stands there.
    """

    name: str
    kind: Kind
    meaning: str
    words: choices.Choices = ()
    low: float = 0
    high: float = 0
    step: float = 1
    unit: str = ""
    default: Any = None

    @property
    def values(self) -> tuple[str, ...]:
        return choices.values(self.words)


def _scale(name: str, meaning: str) -> Field:
    return Field(name, "whole", meaning, high=10)


def _yes_no(name: str, meaning: str, default: bool | None = None) -> Field:
    return Field(name, "yes_no", meaning, default=default)


def _habit(habit: Habit) -> Field:
    if habit.kind == "binary":
        return _yes_no(habit.key, habit.question)
    if habit.kind == "levels":
        words = tuple((level.key, level.label) for level in habit.levels)
        if habit.levels_are_numbers:
            return Field(habit.key, "whole", habit.question, words, high=len(words) - 1)
        return Field(habit.key, "word", habit.question, words)
    kind: Kind = "whole" if habit.step == 1 and habit.key != "alcohol_drinks" else "decimal"
    return Field(
        habit.key, kind, habit.question,
        low=habit.minimum or 0, high=habit.maximum or 0, step=habit.step or 1, unit=habit.unit,
    )  # fmt: skip


ANSWERS: tuple[Field, ...] = (
    Field("outcome", "word", _("How the night was."), choices.OUTCOME),
    Field(
        "episode_count", "whole", _("How many cramps in all, where more than are described."), low=1, high=20
    ),
    _scale("sleep_disturbance_0_10", _("How much it disturbed sleep.")),
    _scale("soreness_morning_0_10", _("How sore in the morning.")),
    _scale("soreness_next_day_0_10", _("How sore on the whole day after.")),
    Field(
        "kept_awake_minutes", "whole", _("How long the cramps kept you awake."), high=600, unit=_("minutes")
    ),
    Field("sleep_quality_1_5", "whole", _("How well you slept."), choices.SLEEP_QUALITY, low=1, high=5),
    Field("restless_legs", "word", _("Whether the legs were restless."), choices.YES_NO_UNSURE),
    *(Field(name, "word", question, choices.YES_NO_UNSURE) for name, question in choices.RESTLESS_QUESTIONS),
    Field("leg_warning_sign", "word", _("Which leg was swollen, red or hot."), choices.LEG_WARNING_SIGN),
    _yes_no("numbness", _("Whether a leg was numb.")),
    _yes_no("weakness_after", _("Whether a leg was weak afterwards.")),
    *(_habit(habit) for habit in HABITS),
    Field("banded", "words", _("Amounts that were answered by a button for a range."), default=[]),
    Field("dont_know", "words", _("Habits that were answered with “don't know”."), default=[]),
)
PROVENANCE: tuple[Field, ...] = (
    Field("outcome_recorded_at", "moment", _("When the night was first answered.")),
    Field("habits_recorded_at", "moment", _("When the habits were first answered.")),
    Field("answered_at", "moment", _("The same by the clock of the device.")),
    Field("imported_at", "moment", _("When the night was read from a file.")),
    Field("changed_at", "moment", _("When an answer about the night was last changed.")),
    Field("warned_at", "moment", _("When a warning sign was first noted.")),
    Field("time_zone", "zone", _("The time zone of the night.")),
    Field("night_starts_at", "hour", _("When the night begins on its evening.")),
    Field("entered_via", "word", _("How the night was written."), choices.ENTERED_VIA),
    _yes_no("habits_before_night", _("Whether the habits were answered before the night."), default=False),
    Field("habits_source", "word", _("Where the answers about habits come from."), choices.HABITS_SOURCE),
)
EPISODE: tuple[Field, ...] = (
    Field("side", "word", _("Which leg."), choices.SIDE),
    Field("location", "word", _("Where in the leg."), choices.LOCATION),
    Field("started_at", "moment", _("When the cramp began, in UTC.")),
    Field("part_of_night", "word", _("Roughly when it began."), choices.PART_OF_NIGHT),
    Field(
        "duration_seconds", "whole", _("How long it lasted, exactly."), low=1, high=7200, unit=_("seconds")
    ),
    Field("duration_band", "word", _("How long it lasted, roughly."), choices.DURATION_BAND),
    _scale("pain_0_10", _("How bad the pain was.")),
    _yes_no("woke_me", _("Whether it woke you.")),
    Field("felt", "word", _("What it felt like."), choices.FELT),
    Field("wanted_to", "word", _("What you wanted to do."), choices.WANTED_TO),
    _yes_no("could_not_move", _("Whether you could not move the leg.")),
    _yes_no("hard_knot", _("Whether there was a hard, painful knot.")),
    _yes_no("toe_curl_or_twist", _("Whether the toes curled or the foot twisted.")),
    _yes_no("fell", _("Whether you fell.")),
    _yes_no("is_open", _("Whether the cramp was still running."), default=False),
)
NOTES: tuple[Field, ...] = (
    Field("shared_note", "text", _("The note that you may share.")),
    Field("private_note", "text", _("The note that only you read.")),
)
REMEDY_USE: tuple[Field, ...] = (
    Field("remedy", "word", _("What you did."), choices.REMEDY),
    Field("helped", "word", _("Whether it helped."), choices.HELPED),
    Field("seconds_to_relief", "whole", _("How long until it was better."), high=7200, unit=_("seconds")),
)
ANSWERS_BY_NAME = {field.name: field for field in ANSWERS}
PROVENANCE_BY_NAME = {field.name: field for field in PROVENANCE}
EPISODE_BY_NAME = {field.name: field for field in EPISODE}
REMEDY_USE_BY_NAME = {field.name: field for field in REMEDY_USE}
HABIT_NAMES = tuple(habit.key for habit in HABITS)
HOURS = {"12:00": dt.time(12), "18:00": dt.time(18)}


def from_text(field: Field, cell: str) -> Any:
    """Return the stored value of a cell that is not empty. Raises CellRefused."""
    if field.kind == "yes_no":
        value = _YES_NO.get(cell.lower())
        if value is None:
            raise CellRefused("yes_no")
        return value
    if field.kind == "whole":
        return _whole(field, cell)
    if field.kind == "decimal":
        return _decimal(field, cell)
    if field.kind == "words":
        return _words(cell.split())
    return _from_word(field, cell)


def from_json(field: Field, value: Any) -> Any:
    """Return the stored value of a JSON value that is not null. Raises CellRefused."""
    if field.kind == "yes_no":
        if not isinstance(value, bool):
            raise CellRefused("yes_no")
        return value
    if field.kind in ("whole", "decimal"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CellRefused("number")
        return _whole(field, str(value)) if field.kind == "whole" else _decimal(field, str(value))
    if field.kind == "words":
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise CellRefused("word")
        return _words(value)
    if not isinstance(value, str):
        raise CellRefused("word")
    return _from_word(field, value)


def to_text(field: Field, value: Any) -> str:
    """Return the cell of a stored value; empty where there is none."""
    if value is None:
        return ""
    if field.kind == "yes_no":
        return "1" if value else "0"
    if field.kind == "words":
        return " ".join(sorted(value))
    if field.kind == "decimal":
        return number_text(value)
    plain = to_json(field, value)
    return plain if isinstance(plain, str) else str(plain)


def to_json(field: Field, value: Any) -> Any:
    """Return a stored value as JSON knows it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return sorted(value) if field.kind == "words" else value


def number_text(value: Decimal | float) -> str:
    """Return a number without trailing zeros: 6, 6.5."""
    return f"{Decimal(str(value)).normalize() + 0:f}"


def moment_text(moment: dt.datetime) -> str:
    """Return a moment in UTC to the microsecond, such as 2026-10-25T01:30:00Z."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def moment_of(text: str) -> dt.datetime:
    """Return an aware moment in UTC. Raises CellRefused for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise CellRefused("moment_zone")
        moment = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, CellRefused) else CellRefused("moment") from None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise CellRefused("moment")
    return moment


def date_of(text: str) -> dt.date:
    """Return a date such as 2026-11-22. Raises CellRefused."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise CellRefused("date")
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        raise CellRefused("date") from None
    if not EARLIEST_YEAR <= date.year <= LATEST_YEAR:
        raise CellRefused("date_range")
    return date


def text_of(value: str, longest: int) -> str:
    """Return a text that can be stored as it is. Raises CellRefused."""
    if _BROKEN.search(value):
        raise CellRefused("broken_text")
    if len(value) > longest:
        raise CellRefused("long", most=longest)
    return value


def _from_word(field: Field, text: str) -> Any:
    if field.kind == "moment":
        return moment_of(text)
    if field.kind == "zone":
        return _zone(text)
    if field.kind == "hour":
        if text not in HOURS:
            raise CellRefused("choice", allowed=", ".join(HOURS))
        return HOURS[text]
    if field.kind == "text":
        return text_of(text, LONGEST_NOTE)
    if text not in field.values:
        raise CellRefused("choice", allowed=", ".join(field.values))
    return text


def _whole(field: Field, text: str) -> int:
    number = text.removesuffix(".0")
    if not _WHOLE.fullmatch(number) or not field.low <= int(number) <= field.high:
        raise CellRefused("range", low=number_text(field.low), high=number_text(field.high))
    return int(number)


def _decimal(field: Field, text: str) -> Decimal:
    allowed = {"low": number_text(field.low), "high": number_text(field.high)}
    if not _DECIMAL.fullmatch(text):
        raise CellRefused("range", **allowed)
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise CellRefused("range", **allowed) from None
    if not Decimal(str(field.low)) <= number <= Decimal(str(field.high)):
        raise CellRefused("range", **allowed)
    if number % Decimal(str(field.step)):
        raise CellRefused("step", step=number_text(field.step))
    return number


def _words(words: list[str]) -> list[str]:
    if len(words) > 100 or not all(_WORD.fullmatch(word) for word in words):
        raise CellRefused("word")
    return sorted(words)


def _zone(name: str) -> str:
    if len(name) > 64:
        raise CellRefused("zone")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise CellRefused("zone") from None
    return name
