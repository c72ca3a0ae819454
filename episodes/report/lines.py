"""Every night of a period as a line of the table on page two. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.charts.words import words_for, words_for_place
from episodes.questions import choices
from episodes.stats.periods.cramps import whole_minutes
from episodes.stats.records import EpisodeRecord, NightRecord

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True)
class CrampCell:
    """One described cramp; words are English, translated where they are printed. Empty: no answer."""

    at: dt.time | None
    part: str
    place: str
    minutes: str
    band: str
    pain: int | None
    remedies: tuple[str, ...]


@dataclass(frozen=True)
class NightLine:
    """One night, None where it was not written."""

    date: dt.date
    night: NightRecord | None
    cramps: tuple[CrampCell, ...]


def night_lines(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> list[NightLine]:
    """Return one line per evening between two, both included, oldest first."""
    written = {night.date: night for night in nights if night.is_written}
    lines = []
    for day in range((last - first).days + 1):
        date = first + dt.timedelta(days=day)
        night = written.get(date)
        cramps = tuple(_cell(episode, night) for episode in night.episodes) if night else ()
        lines.append(NightLine(date, night, cramps))
    return lines


def _cell(episode: EpisodeRecord, night: NightRecord) -> CrampCell:
    seconds = episode.duration_seconds
    minutes = whole_minutes(seconds / 60) if seconds is not None else None
    band = "under_1" if minutes == 0 else episode.duration_band
    at = None
    if episode.minutes_into_night is not None:
        minutes = (night.starts_at_hour * 60 + episode.minutes_into_night) % MINUTES_PER_DAY
        at = dt.time(minutes // 60, minutes % 60)
    return CrampCell(
        at=at,
        part=words_for(episode.part_of_night) if episode.part_of_night and at is None else "",
        place=words_for_place(episode.side, episode.location) if episode.location else "",
        minutes=str(minutes) if minutes else "",
        band=choices.label_of(choices.DURATION_BAND, band) if band else "",
        pain=episode.pain_0_10,
        remedies=tuple(sorted(words_for(use.remedy) for use in episode.remedies)),
    )
