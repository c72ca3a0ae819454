"""What a patient's own nights say about one remedy: counts, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from episodes.knowledge.remedies import Remedy
from episodes.stats.enough_data import NIGHTS_FOR_COUNTS
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class OwnRecord:
    """uses: during cramps; helped: of `judged` uses; minutes: middle of timed reliefs, None without one.

    evenings: counted nights with and without it as an evening habit, and their cramp nights; None while
    there are fewer than 14 answered nights.
    """

    uses: int
    judged: int
    helped: int
    a_little: int
    minutes: float | None
    evenings: tuple[int, int, int, int] | None
    answered: int


def own_record(nights: Sequence[NightRecord], remedy: Remedy) -> OwnRecord:
    """Return the own record of a remedy. A night without an answer counts on neither side."""
    uses = [
        use
        for night in nights
        for episode in night.episodes
        for use in episode.remedies
        if use.remedy in remedy.during
    ]
    judged = [use for use in uses if use.helped is not None]
    timed = [use.seconds_to_relief for use in uses if use.seconds_to_relief is not None]
    answered = [
        (bool(night.habits.get(remedy.habit)), night.outcome == "cramps")
        for night in nights
        if remedy.habit and night.is_counted and night.is_late is not True
        and night.habits.get(remedy.habit) is not None
    ]  # fmt: skip
    did = [cramp for was_done, cramp in answered if was_done]
    did_not = [cramp for was_done, cramp in answered if not was_done]
    return OwnRecord(
        uses=len(uses),
        judged=len(judged),
        helped=sum(use.helped == "yes" for use in judged),
        a_little=sum(use.helped == "some" for use in judged),
        minutes=median(timed) / 60 if timed else None,
        evenings=(sum(did), len(did), sum(did_not), len(did_not))
        if len(answered) >= NIGHTS_FOR_COUNTS
        else None,
        answered=len(answered),
    )
