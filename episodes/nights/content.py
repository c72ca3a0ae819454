"""The content of a night as plain data: what a form shows, a revision keeps and a write compares."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, Subquery

from episodes.models import (
    EPISODE_ANSWERS,
    NIGHT_ANSWERS,
    Episode,
    Night,
    PrivateNote,
    SharedNote,
    User,
)

EMPTY: dict[str, Any] = {"custom_answers": {}, "banded": [], "dont_know": [], "habits_before_night": False}


@dataclass
class NightContent:
    """Everything a patient wrote about one night.

    answers: by field name, None where unanswered. episodes: dictionaries of EPISODE_ANSWERS with
    `id` (None for a new one) and `remedies`, a list of {remedy, helped, seconds_to_relief}.
    version: 0 for a night not written yet.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    episodes: list[dict[str, Any]] = field(default_factory=list)
    shared_note: str = ""
    private_note: str = ""
    version: int = 0
    night_id: uuid.UUID | None = None
    provenance: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.answers = {name: self.answers.get(name, EMPTY.get(name)) for name in NIGHT_ANSWERS}

    @property
    def outcome(self) -> str | None:
        outcome: str | None = self.answers["outcome"]
        return outcome

    @property
    def cramp_count(self) -> int:
        """Return how many cramps are described or counted."""
        return max(len(self.episodes), self.answers["episode_count"] or 0)

    def same_as(self, other: NightContent) -> bool:
        """Return whether both say the same, whatever their version and row ids."""
        return self.as_json() == other.as_json() and self.private_note == other.private_note

    def as_json(self) -> dict[str, Any]:
        """Return the content without ids and without the private note, ready for JSON."""
        return {
            "answers": {name: _plain(value) for name, value in self.answers.items()},
            "episodes": [
                {name: _plain(episode.get(name)) for name in (*EPISODE_ANSWERS, "remedies")}
                for episode in self.episodes
            ],
            "shared_note": self.shared_note,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], private_note: str = "") -> NightContent:
        """Return the content that `as_json` wrote."""
        episodes = []
        for episode in data["episodes"]:
            started = episode.get("started_at")
            episodes.append(
                {**episode, "started_at": dt.datetime.fromisoformat(started) if started else None}
            )
        answers = {
            name: Decimal(str(value)) if name in DECIMALS and value is not None else value
            for name, value in data["answers"].items()
        }
        return cls(answers, episodes, data.get("shared_note", ""), private_note)


DECIMALS = ("sitting_hours", "hard_floor_hours", "longest_still_hours", "alcohol_drinks")


def asks_about_the_hour(
    episode: dict[str, Any], stored: dict[str, Any] | None, *, is_confirmed: bool
) -> bool:
    """Return whether a cramp over an hour is new and was not confirmed: every door asks once. `stored`: as it was."""
    return is_over_an_hour(episode) and not is_over_an_hour(stored or {}) and not is_confirmed


def is_over_an_hour(episode: dict[str, Any]) -> bool:
    return (episode.get("duration_seconds") or 0) > 3600 or episode.get("duration_band") == "over_60"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, list):
        return sorted(value, key=str) if value and isinstance(value[0], str) else value
    return value


_PROVENANCE = (
    "outcome_recorded_at", "habits_recorded_at", "answered_at", "imported_at", "time_zone", "night_starts_at",
    "entered_via",
)  # fmt: skip


def read_night(*, patient: User, date: dt.date, by: User) -> NightContent:
    """Return what is written about the night of `date`; version 0 and no answers where nothing is.

    Two statements. Raises nothing: a foreign patient simply has no nights that `by` may see.
    """
    nights = Night.objects.visible_to(by).of(patient).on(date)
    return _read(nights, patient, by).get(date) or NightContent()


def read_nights(
    *, patient: User, first: dt.date, last: dt.date, most: int, by: User
) -> dict[dt.date, NightContent]:
    """Return the first `most` nights with something written, by evening date, oldest first; two statements."""
    nights = Night.objects.visible_to(by).of(patient).between(first, last).order_by("date")
    return _read(nights[:most], patient, by)


def _read(nights: Any, patient: User, by: User) -> dict[dt.date, NightContent]:
    notes = {
        name: Subquery(
            model.objects.visible_to(by)
            .filter(patient_id=patient.pk, date=OuterRef("date"))
            .values("text")[:1]
        )
        for name, model in (("private_text", PrivateNote), ("shared_text", SharedNote))
    }
    rows = list(
        nights.annotate(**notes).values(
            "id", "date", "version", "private_text", "shared_text", *NIGHT_ANSWERS, *_PROVENANCE
        )
    )
    episodes = _read_episodes(patient, [row["id"] for row in rows], by) if rows else {}
    return {
        row["date"]: NightContent(
            answers={name: row[name] for name in NIGHT_ANSWERS},
            episodes=episodes.get(row["id"], []),
            shared_note=row["shared_text"] or "",
            private_note=row["private_text"] or "",
            version=row["version"],
            night_id=row["id"],
            provenance={name: row[name] for name in _PROVENANCE},
        )
        for row in rows
    }


def _read_episodes(
    patient: User, night_ids: list[uuid.UUID], by: User
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    rows = (
        Episode.objects.visible_to(by)
        .of(patient)
        .filter(night_id__in=night_ids)
        .annotate(tried=FilteredRelation("remedies", condition=Q(remedies__patient_id=patient.pk)))
        .order_by("position", "id", "tried__id")
        .values(
            "id", "night_id", "client_id", *EPISODE_ANSWERS,
            "tried__remedy", "tried__helped", "tried__seconds_to_relief",
        )
    )  # fmt: skip
    episodes: dict[uuid.UUID, dict[str, Any]] = {}
    remedies: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        remedy, helped = row.pop("tried__remedy"), row.pop("tried__helped")
        seconds = row.pop("tried__seconds_to_relief")
        if remedy is not None:
            remedies[row["id"]].append({"remedy": remedy, "helped": helped, "seconds_to_relief": seconds})
        episodes.setdefault(row["id"], row)
    of_night: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for episode_id, episode in episodes.items():
        episode["remedies"] = sorted(remedies[episode_id], key=lambda use: use["remedy"])
        of_night[episode.pop("night_id")].append(episode)
    return of_night


def falls_in(episodes: Iterable[Mapping[str, Any]]) -> int:
    """Return in how many of these cramps the patient fell."""
    return sum(episode.get("fell") is True for episode in episodes)
