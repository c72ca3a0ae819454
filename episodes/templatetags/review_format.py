"""Answers in words for the clinician's tables; formatting only, never a query."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _

from episodes.article.remedies import REMEDIES
from episodes.questions import choices
from episodes.stats.periods.cramps import whole_minutes

register = template.Library()


@register.filter
def answer_to(habits: Any, column: Any) -> str:
    """Return the answer to the habit of a column in words, an empty text where there is none."""
    answer = habits.get(column.key)
    if answer is None:
        return ""
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    if column.habit is not None and column.habit.kind == "levels":
        key = str(int(answer)) if isinstance(answer, float) else str(answer)
        return next((_(level.label) for level in column.habit.levels if level.key == key), key)
    return str(localize(int(answer) if isinstance(answer, float) and answer.is_integer() else answer))


@register.filter
def birth_words(consent: Any) -> str:
    """Return what a consent says of the patient's birth."""
    if consent.birth_date:
        return _("born %(day)s") % {"day": date_format(consent.birth_date, "j F Y")}
    return (
        _("born %(day)s") % {"day": consent.birth_year} if consent.birth_year else _("birth date not shared")
    )


@register.filter
def identified(person: Any, consent: Any) -> str:
    """Return name and birth in one: "Ada (born 24 March 1951)"; the name alone where there is no consent."""
    return f"{person.name} ({birth_words(consent)})" if consent else person.name


@register.filter
def numbered(words: str, number: str) -> str:
    """Return words with the clinician's record number behind them, where there is one."""
    return ", ".join([words, _("record number %(number)s") % {"number": number}]) if number else words


@register.filter
def review_undo_target(tags: str | None) -> dict[str, str] | None:
    """Return the patient and the mark that a "Marked as reviewed" message can undo, None for any other message."""
    words = (tags or "").split()
    return {"patient": words[1], "mark": words[2]} if len(words) >= 3 and words[0] == "undo-review" else None


@register.filter
def minutes_long(seconds: int) -> str:
    """Return the length of a timed cramp: "45 s", "12 min"."""
    if seconds < 60:
        return _("%(n)d s") % {"n": seconds}
    return _("%(n)d min") % {"n": whole_minutes(seconds / 60)}


@register.filter
def band_words(band: str) -> str:
    """Return the words of a length that was answered by a band."""
    return _(choices.label_of(choices.DURATION_BAND, band))


@register.filter
def remedy_label(key: str) -> str:
    """Return the words of a remedy page."""
    return next((_(remedy.label) for remedy in REMEDIES if remedy.key == key), key)
