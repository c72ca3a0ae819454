"""What a program sends and gets about a night, in types made from the same tables as the forms.

An answer that is absent or null is unanswered: never zero, never "no".
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    create_model,
)
from pydantic_core import PydanticCustomError

from episodes.models import HABIT_FIELDS, RESTLESS_QUESTIONS
from episodes.nights.writer import MOST_EPISODES
from episodes.questions import choices
from episodes.questions.habits import HABITS, Habit
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX

LONGEST_NOTE = 2000
LARGEST_VERSION = 999_999_999
OWN_KEY = r"^h[1-9][0-9]{0,8}$"


def _text_only(value: Any) -> Any:
    """Refuse what is no text: else a number would pass for seconds since 1970."""
    if not isinstance(value, str | dt.date | uuid.UUID):
        raise PydanticCustomError("text", "Send this as text.")
    return value


def _date_only(value: Any) -> Any:
    if isinstance(value, str):
        try:
            if len(value) == 10:
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
    elif type(value) is dt.date:
        return value
    raise PydanticCustomError("date", "Write a date as year, month and day, such as 2026-03-14.")


def _clean_text(text: str) -> str:
    if "\0" in text:
        raise PydanticCustomError("text", "This text holds a character that cannot be kept.")
    return text.replace("\r\n", "\n").strip()


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _finite(value: float) -> float:
    if value - value != 0:
        raise PydanticCustomError("number", "Send a finite number.")
    return value


Date = Annotated[dt.date, BeforeValidator(_date_only)]
Moment = Annotated[AwareDatetime, BeforeValidator(_text_only)]
Id = Annotated[uuid.UUID, BeforeValidator(_text_only)]
Note = Annotated[StrictStr, Field(max_length=LONGEST_NOTE), AfterValidator(_clean_text)]
Version = Annotated[
    int, BeforeValidator(_whole), Field(strict=True, ge=0, le=LARGEST_VERSION, description="The version you saw; 0 for a night that is not written yet.")
]  # fmt: skip
OwnAnswer = StrictBool | StrictInt | Annotated[StrictFloat, AfterValidator(_finite)]
Key = Annotated[StrictStr, Field(pattern=OWN_KEY)]


class Answers(BaseModel):
    """A body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


def whole(low: int, high: int) -> Any:
    return Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=low, le=high)] | None


def one_of(pairs: choices.Choices) -> Any:
    return Literal[choices.values(pairs)] | None


def _habit_type(habit: Habit) -> Any:
    if habit.kind == "binary":
        return StrictBool | None
    if habit.minimum is None or habit.maximum is None:
        return one_of(tuple((level.key, level.label) for level in habit.levels))
    if habit.step is None or habit.step >= 1:
        return whole(int(habit.minimum), int(habit.maximum))
    step = Field(strict=True, ge=habit.minimum, le=habit.maximum, multiple_of=habit.step)
    return Annotated[float, step] | None


AMOUNTS = tuple(habit.key for habit in HABITS if habit.kind == "amount")
_NIGHT: dict[str, Any] = {
    "outcome": one_of(choices.OUTCOME),
    "episode_count": whole(1, MOST_EPISODES),
    "sleep_disturbance_0_10": whole(0, 10),
    "soreness_morning_0_10": whole(0, 10),
    "soreness_next_day_0_10": whole(0, 10),
    "kept_awake_minutes": whole(0, 600),
    "sleep_quality_1_5": whole(1, 5),
    "restless_legs": one_of(choices.YES_NO_UNSURE),
    **dict.fromkeys(RESTLESS_QUESTIONS, one_of(choices.YES_NO_UNSURE)),
    "leg_warning_sign": one_of(choices.LEG_WARNING_SIGN),
    "numbness": StrictBool | None,
    "weakness_after": StrictBool | None,
    **{habit.key: _habit_type(habit) for habit in HABITS},
}
_EPISODE: dict[str, Any] = {
    "side": one_of(choices.SIDE),
    "location": one_of(choices.LOCATION),
    "started_at": Moment | None,
    "part_of_night": one_of(choices.PART_OF_NIGHT),
    "duration_seconds": whole(1, 7200),
    "duration_band": one_of(choices.DURATION_BAND),
    "pain_0_10": whole(0, 10),
    "woke_me": StrictBool | None,
    "felt": one_of(choices.FELT),
    "wanted_to": one_of(choices.WANTED_TO),
    "could_not_move": StrictBool | None,
    "hard_knot": StrictBool | None,
    "toe_curl_or_twist": StrictBool | None,
    "fell": StrictBool | None,
}


def _optional(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: (kind, None) for name, kind in fields.items()}


class RemedyAnswer(Answers):
    """What was done during a cramp, and whether it helped."""

    remedy: Literal[choices.values(choices.REMEDY)]  # type: ignore[valid-type]
    helped: one_of(choices.HELPED) = None  # type: ignore[valid-type]
    seconds_to_relief: whole(0, 7200) = None  # type: ignore[valid-type]


class _EpisodeBase(Answers):
    is_open: StrictBool = Field(False, description="Still running, or nobody said when it ended.")
    remedies: list[RemedyAnswer] = Field([], max_length=len(choices.REMEDY))


class _EpisodeIn(_EpisodeBase):
    over_an_hour_confirmed: StrictBool = Field(False, description="Needed for a cramp of more than an hour.")


class _NightBase(Answers):
    custom_answers: dict[Key, OwnAnswer] = Field({}, max_length=30, description="Own habits by their key.")
    banded: list[Literal[AMOUNTS]] = Field([], max_length=len(AMOUNTS), description="Amounts that were answered roughly.")  # type: ignore[valid-type]  # fmt: skip
    dont_know: list[
        Annotated[StrictStr, Field(pattern=rf"^({'|'.join(HABIT_FIELDS)}|{OWN_HABIT_PREFIX}h[1-9][0-9]{{0,8}})$")]
    ] = Field([], max_length=60, description="Habits answered with “don't know”.")  # fmt: skip


EpisodeAnswers: Any = create_model("EpisodeAnswers", __base__=_EpisodeIn, **_optional(_EPISODE))
EpisodeAnswers.__doc__ = "One cramp. Nothing is required."


class EpisodeInNight(EpisodeAnswers):  # type: ignore[misc]
    """One cramp of a night. id: of a cramp that is already there, so that it keeps its place in other tables."""

    id: Id | None = None


class EpisodeWrite(EpisodeAnswers):  # type: ignore[misc]
    """One cramp, and the version of its night that you saw."""

    version: Version


class OutcomeWrite(Answers):
    """The outcome alone; null takes the answer back."""

    version: Version
    outcome: one_of(choices.OUTCOME)  # type: ignore[valid-type]


_NightFields: Any = create_model("_NightFields", __base__=_NightBase, **_optional(_NIGHT))


class NightWrite(_NightFields):  # type: ignore[misc]
    """A whole night. A note that is absent or null stays as it is; an empty one is taken out."""

    version: Version
    episodes: list[EpisodeInNight] = Field([], max_length=MOST_EPISODES)
    shared_note: Note | None = None
    private_note: Note | None = None


class EpisodeRead(create_model("_EpisodeRead", __base__=_EpisodeBase, **_optional(_EPISODE))):  # type: ignore[misc]
    """One cramp as stored."""

    id: uuid.UUID


class NightRead(create_model("_NightRead", __base__=_NightBase, **_optional(_NIGHT))):  # type: ignore[misc]
    """One night as stored, named by the date of the evening on which it began."""

    date: dt.date
    version: int
    episodes: list[EpisodeRead]
    shared_note: str
    private_note: str
    habits_before_night: bool
    habits_source: str | None
    time_zone: str | None
    entered_via: str | None
    outcome_recorded_at: dt.datetime | None
    custom_answers: dict[str, bool | int | float] = {}
    dont_know: list[str] = []


class NightWritten(Answers):
    """The night that was written, for a token that may not read it."""

    date: dt.date
    version: int


class EpisodeList(Answers):
    """The cramps of one night, and the night's version."""

    version: int
    episodes: list[EpisodeRead]


class NightList(Answers):
    """Nights with something written, oldest first. next: where to go on, null at the end."""

    nights: list[NightRead]
    next: dt.date | None
