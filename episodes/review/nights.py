"""Every night of a period as a line of a table, the nights that were not written too. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _
from episodes.charts.words import words_for
from episodes.questions import choices
from episodes.questions.habits import HABITS_BY_KEY, Habit
from episodes.stats.records import RESTLESS_ANSWERS, EpisodeRecord, NightRecord

MINUTES_PER_DAY = 24 * 60
MAX_WARNING_NIGHTS = 5
LEG_SIGNS = {
    "left": _("left leg swollen, red or hot"),
    "right": _("right leg swollen, red or hot"),
    "both": _("both legs swollen, red or hot"),
}


@dataclass(frozen=True)
class CrampLine:
    """One described cramp; labels are English and translated where they are printed.

    at: time on the clock; part: a part of the night where no time was written.
    """

    at: dt.time | None
    part: str | None
    place: str | None
    seconds: int | None
    band: str | None
    pain_0_10: int | None
    woke_me: bool | None
    fell: bool | None
    remedies: tuple[str, ...]


@dataclass(frozen=True)
class NightLine:
    """One night; record is None where it was not written. restless: what was answered yes."""

    date: dt.date
    record: NightRecord | None
    cramps: tuple[CrampLine, ...] = ()
    restless: tuple[str, ...] = ()


@dataclass(frozen=True)
class HabitColumn:
    """A habit with at least one answer. label: English, to be translated; an own habit's as typed."""

    key: str
    label: str
    habit: Habit | None


@dataclass(frozen=True)
class WarningNight:
    """A night with warning answers. words: what was answered, the gravest first, English, to be translated."""

    date: dt.date
    words: tuple[str, ...]


@dataclass(frozen=True)
class Warnings:
    """What a clinician sees first. nights: the newest; more: how many are left out; falls: nights with a fall."""

    nights: tuple[WarningNight, ...]
    more: int
    falls: int


def warnings_of(nights: Sequence[NightRecord]) -> Warnings:
    """Return the warning answers of some nights, the newest night first."""
    newest = sorted(nights, key=lambda night: night.date, reverse=True)
    found = [WarningNight(night.date, words) for night in newest if (words := _warning_words(night))]
    shown = tuple(found[:MAX_WARNING_NIGHTS])
    return Warnings(shown, len(found) - len(shown), sum(has_fall(night) for night in nights))


def has_fall(night: NightRecord) -> bool:
    """Return whether the patient fell in a cramp of this night."""
    return night.outcome == "cramps" and any(episode.fell for episode in night.episodes)


def _warning_words(night: NightRecord) -> tuple[str, ...]:
    said = (
        LEG_SIGNS.get(night.leg_warning_sign or ""),
        _("weak afterwards") if night.weakness_after else None,
        _("numb") if night.numbness else None,
        _("fell") if has_fall(night) else None,
    )
    return tuple(words for words in said if words)


def night_lines(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> list[NightLine]:
    """Return one line per evening between two, both included, newest first."""
    written = {night.date: night for night in nights}
    return [_line(day, written.get(day)) for day in _evenings_back(first, last)]


def habit_columns(nights: Sequence[NightRecord], own_labels: Mapping[str, str]) -> list[HabitColumn]:
    """Return the habits that were answered in any of the nights, in the order of the diary.

    own_labels: what the patient called their own habits, by key.
    """
    answered = {key for night in nights for key, value in night.habits.items() if value is not None}
    known = [HabitColumn(key, habit.label, habit) for key, habit in HABITS_BY_KEY.items() if key in answered]
    own = sorted(answered - HABITS_BY_KEY.keys())
    return known + [HabitColumn(key, own_labels.get(key.removeprefix("habit_"), key), None) for key in own]


def _evenings_back(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for back in range((last - first).days + 1):
        yield last - dt.timedelta(days=back)


def _line(day: dt.date, night: NightRecord | None) -> NightLine:
    if night is None:
        return NightLine(day, None)
    restless = tuple(words_for(key) for key in RESTLESS_ANSWERS if getattr(night, key) == "yes")
    return NightLine(day, night, tuple(_cramp(episode, night) for episode in night.episodes), restless)


def _cramp(episode: EpisodeRecord, night: NightRecord) -> CrampLine:
    at = None
    if episode.minutes_into_night is not None:
        minutes = (night.starts_at_hour * 60 + episode.minutes_into_night) % MINUTES_PER_DAY
        at = dt.time(minutes // 60, minutes % 60)
    part = episode.part_of_night if at is None else None
    return CrampLine(
        at=at,
        part=choices.label_of(choices.PART_OF_NIGHT, part) if part else None,
        place=choices.place_label(episode.side, episode.location),
        seconds=episode.duration_seconds,
        band=choices.label_of(choices.DURATION_BAND, episode.duration_band)
        if episode.duration_band
        else None,
        pain_0_10=episode.pain_0_10,
        woke_me=episode.woke_me,
        fell=episode.fell,
        remedies=tuple(sorted(words_for(use.remedy) for use in episode.remedies)),
    )
