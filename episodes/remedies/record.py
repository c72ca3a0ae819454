"""What a patient's own nights say about one remedy: counts, and nothing more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.article.remedies import REMEDIES_DURING_BY_KEY, Remedy
from episodes.stats.associations.comparison import nights_compared
from episodes.stats.associations.enough_data import NIGHTS_FOR_COUNTS
from episodes.stats.periods.after_cramps import RemedyUse, relief_trend
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class OwnUse:
    """One thing done during cramps, with the numbers of the chart in Trends. minutes: None without a timed cramp."""

    label: str
    use: RemedyUse
    minutes: float | None


@dataclass(frozen=True)
class OwnRecord:
    """during: what was used during cramps, most used first; empty when nothing was.

    evenings: nights used with and without it as an evening habit, and their cramp nights; None while
    there are fewer than 14 answered nights.
    """

    during: tuple[OwnUse, ...]
    evenings: tuple[int, int, int, int] | None
    answered: int


def own_record(nights: Sequence[NightRecord], remedy: Remedy, today: dt.date) -> OwnRecord:
    """Return the own record of a remedy. A night without an answer counts on neither side.

    Evenings are those of the habits page: the same nights, up to the same day. today: the patient's civil date.
    """
    compared = nights_compared(nights, today)
    uses = relief_trend(nights, nights[0].date, nights[-1].date).remedies if nights else ()
    answered = [
        (bool(night.habits.get(remedy.habit)), night.outcome == "cramps")
        for night in (compared.used if compared else ())
        if remedy.habit and night.habits.get(remedy.habit) is not None
    ]  # fmt: skip
    did = [cramp for was_done, cramp in answered if was_done]
    did_not = [cramp for was_done, cramp in answered if not was_done]
    return OwnRecord(
        during=tuple(_own_use(use) for use in uses if use.remedy in remedy.during),
        evenings=(sum(did), len(did), sum(did_not), len(did_not))
        if len(answered) >= NIGHTS_FOR_COUNTS
        else None,
        answered=len(answered),
    )


def _own_use(use: RemedyUse) -> OwnUse:
    seconds = use.relief_seconds_median
    minutes = None if seconds is None else seconds / 60
    return OwnUse(REMEDIES_DURING_BY_KEY[use.remedy].label, use, minutes)
