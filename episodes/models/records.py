"""Rows of the diary as the frozen records that the pure code reads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, Q

from episodes.stats.nights import is_late, minutes_into_night
from episodes.stats.records import EpisodeRecord, NightRecord, RemedyRecord

if TYPE_CHECKING:
    from episodes.models.diary import NightQuerySet

_FACTS = (
    "date", "outcome", "episode_count", "sleep_disturbance_0_10", "soreness_morning_0_10", "soreness_next_day_0_10",
    "kept_awake_minutes", "sleep_quality_1_5", "restless_legs", "urge_to_move", "crawling", "worse_at_rest",
    "moving_relieves", "comes_back_when_i_stop", "worse_in_evening", "leg_warning_sign", "numbness", "weakness_after",
)  # fmt: skip
_PROVENANCE = ("id", "patient_id", "time_zone", "night_starts_at", "outcome_recorded_at")
_SOURCE = ("habits_source", "habits_before_night")
_EPISODE_FACTS = (
    "pain_0_10", "woke_me", "felt", "wanted_to", "could_not_move", "hard_knot", "toe_curl_or_twist", "fell", "is_open",
)  # fmt: skip


def habit_columns(scopes: frozenset[str] | None) -> tuple[str, ...]:
    """Return the habit columns that may be read: all for the patient, the consented ones else."""
    from episodes.models.diary import HABIT_FIELDS

    if scopes is None:
        return HABIT_FIELDS
    return tuple(
        name for name in HABIT_FIELDS if ("alcohol" if name == "alcohol_drinks" else "habits") in scopes
    )


def night_records(nights: NightQuerySet, scopes: frozenset[str] | None) -> list[NightRecord]:
    """Return one record per night, oldest first; columns outside `scopes` are not even read.

    Where the habits came from, and whether before the night, is told with the habits alone.
    """
    habits = habit_columns(scopes)
    tells_source = scopes is None or "habits" in scopes
    own_habits = ("custom_answers",) if scopes is None or "own_habits" in scopes else ()
    columns = (*_FACTS, *_PROVENANCE, *(_SOURCE if tells_source else ()), *habits, *own_habits)
    rows = list(nights.order_by("date").values_list(*columns))
    if not rows:
        return []
    facts, base = len(_FACTS), len(_FACTS) + len(_PROVENANCE)
    first_habit = base + (len(_SOURCE) if tells_source else 0)
    patient_id = rows[0][facts + 1]
    zones: dict[str, ZoneInfo] = {}
    windows: dict[uuid.UUID, tuple[dt.date, ZoneInfo, int]] = {}
    for row in rows:
        night_id, owner, zone_name, starts_at = row[facts : facts + 4]
        if owner != patient_id:
            raise ValueError("Records are made for one patient at a time: call of(patient) first.")
        zone = zones.get(zone_name) or zones.setdefault(zone_name, ZoneInfo(zone_name))
        windows[night_id] = (row[0], zone, starts_at.hour)
    episodes = _episodes(patient_id, rows[0][0], rows[-1][0], windows)
    records = []
    for row in rows:
        night_id, _owner, _zone, _starts, recorded_at = row[facts:base]
        source, before = row[base:first_habit] if tells_source else (None, False)
        date, zone, hour = windows[night_id]
        answers: dict[str, float | bool | str | None] = {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in zip(habits, row[first_habit:], strict=False)
        }
        if own_habits:
            answers.update((f"habit_{key}", value) for key, value in row[-1].items())
        late = is_late(recorded_at, date, zone) if recorded_at else None
        records.append(
            NightRecord._make(
                (*row[:facts], late, source, before, hour, answers, tuple(episodes.get(night_id, ())))
            )
        )
    return records


def _episodes(
    patient_id: uuid.UUID,
    first: dt.date,
    last: dt.date,
    windows: dict[uuid.UUID, tuple[dt.date, ZoneInfo, int]],
) -> dict[uuid.UUID, list[EpisodeRecord]]:
    from episodes.models.diary import Episode

    rows = (
        Episode.rows.filter(
            patient_id=patient_id, night__patient_id=patient_id, night__date__gte=first, night__date__lte=last
        )
        .annotate(tried=FilteredRelation("remedies", condition=Q(remedies__patient_id=patient_id)))
        .order_by("night_id", "position", "id", "tried__remedy")
        .values_list(
            "night_id",
            "id",
            "side",
            "location",
            "started_at",
            "part_of_night",
            "duration_seconds",
            "duration_band",
            *_EPISODE_FACTS,
            "tried__remedy",
            "tried__helped",
            "tried__seconds_to_relief",
        )
    )
    tried: dict[uuid.UUID, list[RemedyRecord]] = defaultdict(list)
    described: dict[uuid.UUID, tuple[Any, ...]] = {}
    for row in rows:
        described.setdefault(row[1], row)
        if row[-3] is not None:
            tried[row[1]].append(RemedyRecord(*row[-3:]))
    episodes: dict[uuid.UUID, list[EpisodeRecord]] = defaultdict(list)
    for episode_id, row in described.items():
        if (window := windows.get(row[0])) is None:
            continue
        started_at = row[4]
        minutes = minutes_into_night(started_at, *window) if started_at else None
        episodes[row[0]].append(
            EpisodeRecord._make((row[2], row[3], minutes, *row[5:-3], tuple(tried.get(episode_id, ()))))
        )
    return episodes
