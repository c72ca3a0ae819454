"""What the patient wrote about cramp nights with a habit; for the patient's own eyes alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.models import PrivateNote, SharedNote, User
from episodes.trends.factors import HabitCard

MOST_NOTES = 3
NEWEST_NIGHTS = 120


@dataclass(frozen=True)
class NightNote:
    date: dt.date
    text: str


def notes_of(patient: User, cards: Sequence[HabitCard]) -> list[NightNote]:
    """Return the newest notes of cramp nights at the highest answer of these habits; two statements."""
    dates = sorted({date for card in cards for date in card.cramp_dates}, reverse=True)[:NEWEST_NIGHTS]
    if not dates:
        return []
    found = [
        NightNote(date, text)
        for model in (PrivateNote, SharedNote)
        for date, text in model.objects.owned_by(patient)
        .filter(date__in=dates)
        .order_by("-date")
        .values_list("date", "text")[:MOST_NOTES]
    ]
    return sorted(found, key=lambda note: note.date, reverse=True)[:MOST_NOTES]
