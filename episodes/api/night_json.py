"""A night as a program reads it, and what a program sends as content of a night."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from episodes.models import EPISODE_ANSWERS, HABIT_FIELDS, NIGHT_ANSWERS, User
from episodes.nights.content import DECIMALS, NightContent, asks_about_the_hour
from episodes.nights.writer import EARLIEST, NightRefused
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.nights import night_window

_MARKS = ("custom_answers", "banded", "dont_know", "habits_before_night", "habits_source")
PLAIN_ANSWERS = tuple(name for name in NIGHT_ANSWERS if name not in _MARKS)
_TOLD = ("time_zone", "entered_via", "outcome_recorded_at")


def night_json(date: dt.date | str, content: NightContent) -> dict[str, Any]:
    """Return the night as `NightRead` describes it."""
    answers = content.as_json()["answers"]
    return {
        "date": date,
        "version": content.version,
        **answers,
        "episodes": [episode_json(episode) for episode in content.episodes],
        "shared_note": content.shared_note,
        "private_note": content.private_note,
        **{name: content.provenance.get(name) for name in _TOLD},
    }


def episode_json(episode: dict[str, Any]) -> dict[str, Any]:
    answers = {name: episode.get(name) for name in EPISODE_ANSWERS}
    return {**answers, "id": episode["id"], "remedies": episode["remedies"]}


def content_of(
    sent: Any, *, date: dt.date, current: NightContent, now: dt.datetime, by: User
) -> NightContent:
    """Return the whole night that was sent. Raises NightRefused with a sentence for each field."""
    errors: dict[str, str] = {}
    answers = {name: getattr(sent, name) for name in PLAIN_ANSWERS}
    for name in DECIMALS:
        answers[name] = None if answers[name] is None else Decimal(str(answers[name]))
    answers["custom_answers"] = dict(sent.custom_answers)
    answers["banded"] = sorted(set(sent.banded))
    answers["dont_know"] = sorted(set(sent.dont_know))
    for name in answers["banded"]:
        if answers[name] is None:
            errors["banded"] = _("Only an amount that is answered can be answered roughly.")
    for name in answers["dont_know"]:
        own = name.removeprefix(OWN_HABIT_PREFIX)
        if answers.get(name) is not None or own in answers["custom_answers"]:
            errors["dont_know"] = _("A habit cannot be answered with “don't know” and with something else.")
    _mark_source(answers, current)
    known = {episode["id"]: episode for episode in current.episodes}
    episodes = []
    for number, each in enumerate(sent.episodes):
        stored = known.pop(each.id, None) if each.id else None
        if each.id and stored is None:
            errors[f"episodes.{number}.id"] = _(
                "This night has no cramp with this id, or it stands there twice."
            )
        episodes.append(
            _episode(each, f"episodes.{number}.", errors, stored, date=date, current=current, now=now, by=by)
        )
    if errors:
        raise NightRefused(errors)
    shared = current.shared_note if sent.shared_note is None else sent.shared_note
    private = current.private_note if sent.private_note is None else sent.private_note
    return NightContent(answers, episodes, shared, private)


def with_episode(
    sent: Any, place: int | None, *, date: dt.date, current: NightContent, now: dt.datetime, by: User
) -> NightContent:
    """Return the stored night with one more cramp, or with another one at `place`."""
    errors: dict[str, str] = {}
    stored = None if place is None else current.episodes[place]
    episode = _episode(sent, "", errors, stored, date=date, current=current, now=now, by=by)
    if errors:
        raise NightRefused(errors)
    episodes = list(current.episodes)
    if place is None:
        episodes.append(episode)
    else:
        episodes[place] = episode
    answers = {**current.answers, "outcome": "cramps"}
    return NightContent(answers, episodes, current.shared_note, current.private_note)


def without_episode(place: int, current: NightContent) -> NightContent:
    episodes = [episode for number, episode in enumerate(current.episodes) if number != place]
    return NightContent(dict(current.answers), episodes, current.shared_note, current.private_note)


def _mark_source(answers: dict[str, Any], current: NightContent) -> None:
    """Say, as the pages do, whether the habits were answered before the night."""
    had = _has_habits(current.answers)
    has = _has_habits(answers)
    before = current.answers["habits_before_night"] if had else answers["outcome"] is None
    answers["habits_before_night"] = bool(has and before)
    answers["habits_source"] = (current.answers["habits_source"] or "own") if has else None


def _has_habits(answers: dict[str, Any]) -> bool:
    return any(answers[name] is not None for name in HABIT_FIELDS) or bool(answers["custom_answers"])


def _episode(
    sent: Any, prefix: str, errors: dict[str, str], stored: dict[str, Any] | None, *, date: dt.date,
    current: NightContent, now: dt.datetime, by: User,
) -> dict[str, Any]:  # fmt: skip
    stored = stored or {}
    answers = {name: getattr(sent, name) for name in EPISODE_ANSWERS}
    if answers["duration_seconds"] is not None and answers["duration_band"] is not None:
        errors[f"{prefix}duration_band"] = _("Send how long it took once: in seconds or roughly.")
    if answers["started_at"] is not None and answers["part_of_night"] is not None:
        errors[f"{prefix}part_of_night"] = _("Send when it began once: the moment or the part of the night.")
    if asks_about_the_hour(answers, stored, is_confirmed=sent.over_an_hour_confirmed):
        errors[f"{prefix}over_an_hour_confirmed"] = _("Over an hour is rare: confirm it.")
    if answers["started_at"] is not None:
        if not _is_in_night(answers["started_at"], date, current, now, by):
            errors[f"{prefix}started_at"] = _("This moment does not lie in this night.")
        else:
            answers["started_at"] = answers["started_at"].astimezone(dt.UTC).replace(second=0, microsecond=0)
    remedies = [use.remedy for use in sent.remedies]
    if len(set(remedies)) != len(remedies):
        errors[f"{prefix}remedies"] = _("Each remedy can stand there once.")
    has_length = answers["duration_seconds"] is not None or answers["duration_band"] is not None
    return {
        **answers,
        "is_open": answers["is_open"] and not has_length,
        "id": stored.get("id"),
        "client_id": stored.get("client_id"),
        "remedies": sorted(
            (
                {"remedy": use.remedy, "helped": use.helped, "seconds_to_relief": use.seconds_to_relief}
                for use in sent.remedies
            ),
            key=lambda use: use["remedy"],
        ),
    }


def _is_in_night(
    moment: dt.datetime, date: dt.date, current: NightContent, now: dt.datetime, by: User
) -> bool:
    if not EARLIEST <= date <= now.astimezone(by.zone).date():
        return True  # the night itself is refused
    zone = ZoneInfo(current.provenance.get("time_zone") or by.time_zone)
    starts_at = current.provenance.get("night_starts_at") or by.night_starts_at
    try:
        first, end = night_window(date, zone, starts_at.hour)
    except OverflowError:
        return False
    return first <= moment < end
