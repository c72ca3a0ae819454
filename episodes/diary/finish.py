"""Finish last night: what the morning still asks about cramps that were timed in the dark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from episodes.diary.entry import Setting, setting_of, with_usual_day
from episodes.diary.episode_form import EpisodeForm
from episodes.diary.own_habits import own_usual
from episodes.models import HABIT_FIELDS, CustomHabit, User
from episodes.nights.content import NightContent
from episodes.nights.own_habits import own_habits_of
from episodes.questions.habits import HABITS_BY_KEY
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.records import NightRecord

USUAL, DIFFERENT = "usual", "different"


class AnsweredElsewhere(Exception):
    """A question of the form was answered otherwise meanwhile: what is stored stays."""


class CrampForm(EpisodeForm):
    """Three questions about one timed cramp: where, how bad, what was done. It only adds answers."""

    def __init__(self, data: Any, *, stored: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(data, stored=stored, prefix=f"cramp-{stored['id']}", **kwargs)
        self.cramp = stored
        self.fields["pain_0_10"].label = _("How bad was it?")

    @property
    def asks_place(self) -> bool:
        return self.cramp["location"] is None

    @property
    def finish_layout(self) -> Any:
        """Return what prints the questions that are still open, except the place."""
        is_open = {"pain_0_10": self.cramp["pain_0_10"] is None, "remedies": not self.cramp["remedies"]}
        return self.layout_of([name for name in is_open if is_open[name]])

    @property
    def time(self) -> str:
        """Return when it began, such as 03:12; "" where that is not known."""
        started: dt.datetime | None = self.cramp["started_at"]
        return f"{started.astimezone(self.zone):%H:%M}" if started else ""

    @property
    def has_details(self) -> bool:
        return any(self.cramp[name] for name in ("side", "duration_seconds", "duration_band"))

    def add_answers(self) -> None:
        """Put the answers into the stored cramp. Raises AnsweredElsewhere rather than change one."""
        data, cramp = self.cleaned_data, self.cramp
        if data["place"]:
            place = {"side": data["side"], "location": data["location"]}
            if cramp["location"] is not None and any(cramp[name] != place[name] for name in place):
                raise AnsweredElsewhere
            cramp |= place
        if data["pain_0_10"] is not None:
            if cramp["pain_0_10"] not in (None, data["pain_0_10"]):
                raise AnsweredElsewhere
            cramp["pain_0_10"] = data["pain_0_10"]
        if data["remedies"]:
            if cramp["remedies"] and {use["remedy"] for use in cramp["remedies"]} != set(data["remedies"]):
                raise AnsweredElsewhere
            cramp["remedies"] = cramp["remedies"] or [
                {"remedy": remedy, "helped": None, "seconds_to_relief": None}
                for remedy in sorted(data["remedies"])
            ]


@dataclass
class Finish:
    """The form: one CrampForm for each cramp that is asked about, and the day before."""

    date: dt.date
    content: NightContent
    cramps: Sequence[CrampForm]
    patient: User
    setting: Setting
    day: str = ""  # what was answered about the day: USUAL, DIFFERENT or ""
    own_habits: Sequence[CustomHabit] = field(default_factory=list)

    @property
    def asks_day(self) -> bool:
        """Return whether there is a usual day to offer, and nothing written about this one."""
        return bool(self.setting.usual_day) and not has_day(self.content)

    @property
    def is_valid(self) -> bool:
        return not any(cramp.errors for cramp in self.cramps)

    def places(self) -> list[str]:
        """Return the place of the last cramp and its mirror: offered, never chosen beforehand."""
        side, _dash, location = self.setting.last_place.partition("-")
        mirror = {"left": "right", "right": "left"}.get(side)
        return [f"{each}-{location}" for each in (side, mirror) if each and location]

    def wanted(self) -> NightContent:
        """Return the night with the answers added. Raises AnsweredElsewhere rather than change one."""
        for cramp in self.cramps:
            cramp.add_answers()
        if self.day != USUAL:
            return self.content
        if has_day(self.content):
            raise AnsweredElsewhere
        own = own_usual(self.setting.usual_day, self.own_habits)
        return with_usual_day(self.content, self.setting.usual_day, own)


def is_bare(cramp: Mapping[str, Any]) -> bool:
    """Return whether nobody described this cramp: only a clock, and perhaps a tap on a leg."""
    return cramp["location"] is None and cramp["pain_0_10"] is None and not cramp["remedies"]


def may_have_bare_cramps(record: NightRecord | None) -> bool:
    """Return whether it is worth asking the database for timed cramps of this night."""
    return (
        record is not None
        and record.outcome == "cramps"
        and any(is_bare(each._asdict()) for each in record.episodes)
    )


def has_day(content: NightContent) -> bool:
    """Return whether anything is answered about the day before the night, "don't know" included."""
    answers = content.answers
    unknown = [
        name for name in answers["dont_know"] if name in HABITS_BY_KEY or name.startswith(OWN_HABIT_PREFIX)
    ]
    return any(answers[key] is not None for key in HABIT_FIELDS) or bool(answers["custom_answers"] or unknown)


def finish_form(
    *, date: dt.date, content: NightContent, cramps: Sequence[dict[str, Any]], patient: User, now: dt.datetime,
    data: Any = None,
) -> Finish:  # fmt: skip
    """Return the form about `cramps`, which are those of `content` that are asked about; filled where `data` is."""
    zone = ZoneInfo(content.provenance.get("time_zone") or patient.time_zone)
    starts_at = content.provenance.get("night_starts_at") or patient.night_starts_at
    forms = [
        CrampForm(data, stored=cramp, date=date, zone=zone, starts_at_hour=starts_at.hour) for cramp in cramps
    ]
    day = data.get("day", "") if data else ""
    return Finish(
        date, content, forms, patient, setting_of(patient, date, now.astimezone(patient.zone).date()), day,
        own_habits_of(by=patient),
    )  # fmt: skip
