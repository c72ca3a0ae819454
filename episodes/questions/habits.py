"""Habits of the day before a night, and remedies of the evening, as the diary asks for them.

A habit's key is the name of its column in the night. Amounts are offered as bands with a declared value, so
that one tap answers them; exact numbers stay possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from episodes.article.marks import gettext_noop as _
from episodes.questions import choices

Kind = Literal["binary", "amount", "levels"]
Group = Literal["day", "evening"]


@dataclass(frozen=True)
class Band:
    """A button that answers an amount: what it says and the number it stands for.

    lowest and highest: the exact numbers that its words cover, both included; None where only `value` is.
    """

    label: str
    value: float
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Level:
    """One answer of a habit answered in words. `counts` is False for an answer that names no level."""

    key: str
    label: str
    counts: bool = True


@dataclass(frozen=True)
class Habit:
    """One question about the day or the evening before a night.

    key: column of the night. kind: binary (yes or no), amount (a number in `unit`, from minimum to maximum in
    steps), levels (`levels` in order; `ordered` says whether the order means more and less).
    scope: the section of a consent that shares it. default_row: shown at the start.
    """

    key: str
    label: str
    question: str
    kind: Kind
    group: Group = "day"
    unit: str = ""
    levels: tuple[Level, ...] = ()
    ordered: bool = True
    levels_are_numbers: bool = False
    bands: tuple[Band, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    default_row: bool = False
    scope: str = "habits"
    off_in_pregnancy: bool = False


def _levels(pairs: choices.Choices, *, without_level: tuple[str, ...] = ()) -> tuple[Level, ...]:
    return tuple(Level(key, label, counts=key not in without_level) for key, label in pairs)


HABITS: tuple[Habit, ...] = (
    Habit(
        key="activity",
        label=_("Activity"),
        question=_("How active were you that day?"),
        kind="levels",
        levels=_levels(choices.ACTIVITY),
        levels_are_numbers=True,
        minimum=0,
        maximum=3,
        step=1,
        default_row=True,
    ),
    Habit(
        key="sitting_hours",
        label=_("Sitting"),
        question=_("How long did you sit that day, all together?"),
        kind="amount",
        unit=_("hours"),
        bands=(
            Band(_("Under 4 hours"), 2, 0, 3.5),
            Band(_("4 to 8 hours"), 6, 4, 8),
            Band(_("Over 8 hours"), 10, 8.5, 18),
        ),
        minimum=0,
        maximum=18,
        step=0.5,
        default_row=True,
    ),
    Habit(
        key="hard_floor_hours",
        label=_("Standing on a hard floor"),
        question=_("How long did you stand on a hard floor that day (concrete, stone or tile)?"),
        kind="amount",
        unit=_("hours"),
        bands=(
            Band(_("Not at all"), 0),
            Band(_("Under 2 hours"), 1, 0.5, 1.5),
            Band(_("2 to 4 hours"), 3, 2, 4),
            Band(_("Over 4 hours"), 5, 4.5, 18),
        ),
        minimum=0,
        maximum=18,
        step=0.5,
        default_row=True,
    ),
    Habit(
        key="alcohol_drinks",
        label=_("Alcohol"),
        question=_("How many alcoholic drinks did you have that day and evening?"),
        kind="amount",
        unit=_("drinks"),
        bands=(Band(_("None"), 0), Band(_("1"), 1), Band(_("2"), 2), Band(_("3 or more"), 3, 3, 30)),
        minimum=0,
        maximum=30,
        step=0.5,
        default_row=True,
        scope="alcohol",
        off_in_pregnancy=True,
    ),
    Habit(
        key="fluid_ml",
        label=_("Water and other drinks"),
        question=_("How much did you drink that day, without alcohol?"),
        kind="amount",
        unit=_("ml"),
        bands=(
            Band(_("Under 1 litre"), 750, 0, 999),
            Band(_("1 to 1.5 litres"), 1250, 1000, 1500),
            Band(_("1.5 to 2 litres"), 1750, 1501, 2000),
            Band(_("Over 2 litres"), 2500, 2001, 8000),
        ),
        minimum=0,
        maximum=8000,
        step=1,
        default_row=True,
    ),
    Habit(
        key="stretched_minutes",
        label=_("Stretching before bed"),
        question=_("Did you stretch your legs before bed?"),
        kind="amount",
        group="evening",
        unit=_("minutes"),
        bands=(Band(_("No"), 0), Band(_("About 5 minutes"), 5), Band(_("About 10 minutes"), 10)),
        minimum=0,
        maximum=60,
        step=1,
        default_row=True,
    ),
    Habit(
        key="longest_still_hours",
        label=_("Longest time without moving"),
        question=_("What was the longest you stayed in one place that day without getting up?"),
        kind="amount",
        unit=_("hours"),
        bands=(
            Band(_("Under 1 hour"), 0.5, 0, 0.5),
            Band(_("1 to 2 hours"), 1.5, 1, 2),
            Band(_("2 to 4 hours"), 3, 2.5, 4),
            Band(_("Over 4 hours"), 5, 4.5, 16),
        ),
        minimum=0,
        maximum=16,
        step=0.5,
    ),
    Habit(
        key="sitting_posture",
        label=_("How you sat"),
        question=_("How did you mostly sit that day?"),
        kind="levels",
        levels=_levels(choices.SITTING_POSTURE, without_level=("unsure",)),
        ordered=False,
    ),
    Habit(
        key="hot_or_sweating",
        label=_("Hot day or a lot of sweat"),
        question=_("Was it hot that day, or did you sweat a lot?"),
        kind="binary",
    ),
    Habit(
        key="vomiting_or_diarrhoea",
        label=_("Vomiting or diarrhoea"),
        question=_("Did you vomit or have diarrhoea that day?"),
        kind="binary",
    ),
    Habit(
        key="bedtime_tightness_0_10",
        label=_("Tight legs at bedtime"),
        question=_(
            "How tight did your legs feel when you went to bed? 0 is not at all, 10 is as tight as can be."
        ),
        kind="amount",
        group="evening",
        bands=tuple(Band(str(number), number) for number in range(11)),
        minimum=0,
        maximum=10,
        step=1,
    ),
    Habit(
        key="warm_bath",
        label=_("Warm bath"),
        question=_("Did you have a warm bath before bed?"),
        kind="binary",
        group="evening",
    ),
    Habit(
        key="heat_at_bedtime",
        label=_("Heat at bedtime"),
        question=_("Did you warm your legs at bedtime, with a pad or a bottle?"),
        kind="binary",
        group="evening",
    ),
    Habit(
        key="massage_at_bedtime",
        label=_("Massage at bedtime"),
        question=_("Were your legs massaged before bed, by you or by somebody else?"),
        kind="binary",
        group="evening",
    ),
    Habit(
        key="acupuncture",
        label=_("Acupuncture"),
        question=_("Did you have acupuncture that day?"),
        kind="binary",
        group="evening",
    ),
)

# Units as they stand after the number 1.
UNIT_OF_ONE = {"hours": _("hour"), "minutes": _("minute"), "drinks": _("drink")}


def unit_for(unit: str, number: object) -> str:
    """Return the unit as it stands after `number`, untranslated."""
    return UNIT_OF_ONE.get(unit, unit) if number == 1 else unit


HABITS_BY_KEY = {habit.key: habit for habit in HABITS}
DEFAULT_ROWS = tuple(habit.key for habit in HABITS if habit.default_row)
