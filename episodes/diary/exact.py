"""Exact answers of a cramp in words, and the button whose words cover them."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from django.utils.formats import localize
from django.utils.translation import ngettext

from episodes.diary.fields import plain_number
from episodes.stats.periods.cramps import duration_band, part_of_night


def exact_answer(name: str, text: str) -> tuple[str, str]:
    """Return (words, button) of an exact time "03:10" or length in seconds; button "" for what is none."""
    if name == "part_of_night":
        bare = text.rstrip("+")  # "+": the second time the clock showed it
        return bare, _part_of(bare)
    seconds = int(text) if text.isdecimal() and len(text) <= 4 else 0
    if seconds < 60:
        words = ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
        return words, duration_band(seconds) if seconds else ""
    minutes = Decimal(plain_number(round(seconds / 60, 1)))
    words = ngettext("%(n)s minute", "%(n)s minutes", math.ceil(minutes)) % {"n": localize(minutes)}
    return words, duration_band(seconds)


def _part_of(wall_time: str) -> str:
    try:
        wall = dt.time.fromisoformat(wall_time)
    except ValueError:
        return ""
    return part_of_night(wall.hour * 60 + wall.minute)
