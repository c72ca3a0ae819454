"""Answers about habits, and the seasons of a comparison, in the reader's words; formatting only, never a query."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from episodes.questions.habits import unit_for

register = template.Library()

SEASONS = {
    "spring": gettext_noop("spring"),
    "summer": gettext_noop("summer"),
    "autumn": gettext_noop("autumn"),
    "winter": gettext_noop("winter"),
}


@register.filter
def said(answer: Any, unit: str = "") -> str:
    """Return an answer as "yes", "3 hours" or "1.5–4 hours"; the patient's own words stay as they are.

    answer: AnswerWords, or None for an empty text. unit: English, printed after an amount.
    """
    if answer is None:
        return ""
    if answer.lowest is None:
        return answer.text if answer.is_own else _(answer.text)
    highest = _short(answer.highest)
    words = localize(highest)
    if answer.lowest != answer.highest:
        words = f"{localize(_short(answer.lowest))}–{words}"
    return f"{words} {_(unit_for(unit, highest))}" if unit else str(words)


@register.filter
def named(label: str, is_own: bool) -> str:
    """Return the name of a habit: translated, or as the patient typed it."""
    return label if is_own else _(label)


@register.filter
def season_names(seasons: Iterable[str]) -> str:
    """Return "spring, summer"."""
    return ", ".join(_(SEASONS[season]) for season in seasons)


def _short(amount: float) -> Decimal:
    """Return a number that prints as 1, not as 1.0."""
    return Decimal(str(round(amount, 6))).normalize() + 0
