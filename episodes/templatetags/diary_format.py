"""Dates, nights and answers in words; formatting only, never a query."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from django import template
from django.forms.boundfield import BoundField
from django.utils.formats import date_format, localize
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from episodes.questions import choices
from episodes.questions.habits import HABITS_BY_KEY, Habit, unit_for

register = template.Library()


@register.filter
def night_title(date: dt.date, starts_at: dt.time | None = None) -> str:
    """Return "Night of Sat 21 to Sun 22 November"; by day, "Your sleep after the shift of Sat 21 November"."""
    if starts_at is not None and starts_at.hour == 18:
        return _("Your sleep after the shift of %(day)s") % {"day": date_format(date, "D j F")}
    return _("Night of %(evening)s to %(morning)s") % _ends(date)


@register.filter
def night_between(date: dt.date) -> str:
    """Return "Sat 21 to Sun 22 November"."""
    return _("%(evening)s to %(morning)s") % _ends(date)


def _ends(date: dt.date) -> dict[str, str]:
    morning = date + dt.timedelta(days=1)
    evening_format = "D j" if date.month == morning.month else "D j F"
    return {"evening": date_format(date, evening_format), "morning": date_format(morning, "D j F")}


@register.filter
def in_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence: with a small first letter, but not in German."""
    if (get_language() or "").startswith("de"):
        return label
    return label[:1].lower() + label[1:]


@register.filter
def options(field: BoundField) -> Any:
    """Return the buttons of a question, the chosen one marked."""
    return field.form.field_options(field.name)  # type: ignore[attr-defined]


@register.filter
def typed_number(field: BoundField) -> str:
    """Return the number that was typed for a question on a page that was refused, so that it is not lost."""
    return str(field.form.typed_number(field.name))  # type: ignore[attr-defined]


@register.filter
def has_mistake(helper: FormHelper) -> bool:
    """Return whether one of the fields that a layout prints was refused: what is shut must open then."""
    return any(pointer.name in helper.form.errors for pointer in helper.layout.get_field_names())


@register.filter
def place_words(value: str) -> str:
    """Return the words of a place written as "right-calf"."""
    side, _dash, location = str(value).partition("-")
    label = choices.place_label(side or None, location or None)
    return _(label) if label else ""


@register.filter
def add_days(date: dt.date, days: int) -> dt.date:
    """Return the date so many days later."""
    return date + dt.timedelta(days=days)


@register.filter
def undo_target(tags: str | None) -> dict[str, Any] | None:
    """Return the night and version that a "Saved" message can undo, None for any other message."""
    words = (tags or "").split()
    return (
        {"date": dt.date.fromisoformat(words[1]), "version": words[2]}
        if len(words) >= 3 and words[0] == "undo"
        else None
    )


@register.filter
def episode_words(episode: dict[str, Any]) -> str:
    """Return one cramp in a line: place, length, pain, what was done."""
    words = []
    if place := choices.place_label(episode.get("side"), episode.get("location")):
        words.append(_(place))
    if seconds := episode.get("duration_seconds"):
        words.append(
            ngettext("%(n)s minute", "%(n)s minutes", math.ceil(seconds / 60))
            % {"n": localize(Decimal(f"{seconds / 60:.1f}").normalize() + 0)}
            if seconds >= 60
            else ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
        )
    elif band := episode.get("duration_band"):
        words.append(_(choices.label_of(choices.DURATION_BAND, band)))
    if (pain := episode.get("pain_0_10")) is not None:
        words.append(_("pain %(n)d on a scale up to 10") % {"n": pain})
    words += [_(choices.label_of(choices.REMEDY, use["remedy"])) for use in episode.get("remedies") or []]
    return " · ".join(words) or _("A cramp without details")


@register.filter
def habit_words(content: Any) -> str:
    """Return the answered habits of a copy in a line, as stored."""
    words = []
    for key, habit in HABITS_BY_KEY.items():
        if (answer := content.answers.get(key)) is not None:
            words.append(f"{_(habit.label)}: {habit_answer(habit, answer)}")
    return "; ".join(words)


def habit_answer(habit: Habit, answer: Any) -> str:
    """Return one stored habit answer in words."""
    if habit.kind == "binary":
        return _("yes") if answer else _("no")
    if habit.kind == "levels":
        return next((_(level.label) for level in habit.levels if level.key == str(answer)), str(answer))
    number = Decimal(str(answer)).normalize() + 0  # 1, not 1.0
    return f"{localize(number)} {_(unit_for(habit.unit, number))}" if habit.unit else str(localize(number))


@register.filter
def condition_label(key: str) -> str:
    """Return the words of a long-term condition."""
    return _(choices.label_of(choices.CONDITION, key))


@register.filter
def drug_label(key: str) -> str:
    """Return the words of a class of medicines."""
    return _(choices.label_of(choices.DRUG_CLASS, key))
