"""Rows of the diary as the frozen records that the pure code reads."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, FloatField, Q, TextField
from django.db.models.functions import Cast

from episodes.stats.nights import is_late, minutes_into_night
from episodes.stats.records import EpisodeRecord, NightRecord, RemedyRecord

if TYPE_CHECKING:
    from episodes.models.diary import NightQuerySet

_FACTS = (
    "date", "outcome", "episode_count", "sleep_disturbance_0_10", "soreness_morning_0_10", "soreness_next_day_0_10",
    "kept_awake_minutes", "sleep_quality_1_5", "restless_legs", "urge_to_move", "crawling", "worse_at_rest",
    "moving_relieves", "comes_back_when_i_stop", "worse_in_evening", "leg_warning_sign", "numbness", "weakness_after",
)  # fmt: skip
# As text: an id is only compared here, and of the window only the hour is wanted. Made into objects these took a
# third of the time of ten years.
_PROVENANCE = ("id_text", "patient_text", "time_zone", "starts_text", "outcome_recorded_at")
_AS_TEXT = {
    "id_text": Cast("id", TextField()),
    "patient_text": Cast("patient_id", TextField()),
    "starts_text": Cast("night_starts_at", TextField()),
    "own_text": Cast("custom_answers", TextField()),
}
_AMOUNTS = (
    "sitting_hours",
    "hard_floor_hours",
    "longest_still_hours",
    "alcohol_drinks",
)  # decimals, read as numbers
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

    Where the habits came from, and whether before the night, is told with the habits alone. A night of which
    nothing may be read is left out: its date alone would tell that there is something.
    """
    habits = habit_columns(scopes)
    tells_source = scopes is None or "habits" in scopes
    own_habits = ("own_text",) if scopes is None or "own_habits" in scopes else ()
    amounts = {f"{name}_float": Cast(name, FloatField()) for name in habits if name in _AMOUNTS}
    shown = tuple(f"{name}_float" if name in _AMOUNTS else name for name in habits)
    columns = (*_FACTS, *_PROVENANCE, *(_SOURCE if tells_source else ()), *shown, *own_habits)
    texts = {name: value for name, value in _AS_TEXT.items() if name in columns}
    rows = list(nights.annotate(**texts, **amounts).order_by("date").values_list(*columns))
    if not rows:
        return []
    facts, base = len(_FACTS), len(_FACTS) + len(_PROVENANCE)
    first_habit = base + (len(_SOURCE) if tells_source else 0)
    patient_id = rows[0][facts + 1]
    zones: dict[str, ZoneInfo] = {}
    windows: dict[str, tuple[dt.date, ZoneInfo, int]] = {}
    for row in rows:
        night_id, owner, zone_name, starts_at = row[facts : facts + 4]
        if owner != patient_id:
            raise ValueError("Records are made for one patient at a time: call of(patient) first.")
        zone = zones.get(zone_name) or zones.setdefault(zone_name, ZoneInfo(zone_name))
        windows[night_id] = (row[0], zone, int(starts_at[:2]))
    last_habit = first_habit + len(habits)
    episodes = _episodes(uuid.UUID(patient_id), rows[0][0], rows[-1][0], windows)
    records = []
    for row in rows:
        night_id, _owner, _zone, _starts, recorded_at = row[facts:base]
        source, before = row[base:first_habit] if tells_source else (None, False)
        date, zone, hour = windows[night_id]
        answers: dict[str, float | bool | str | None] = dict(
            zip(habits, row[first_habit:last_habit], strict=True)
        )
        if own_habits and row[-1] != "{}":
            answers.update((f"habit_{key}", value) for key, value in json.loads(row[-1]).items())
        if scopes is not None and night_id not in episodes and not _says_anything(row[1:facts], answers):
            continue
        late = is_late(recorded_at, date, zone) if recorded_at else None
        records.append(
            NightRecord._make(
                (*row[:facts], late, source, before, hour, answers, tuple(episodes.get(night_id, ())))
            )
        )
    return records


def _says_anything(facts: tuple[Any, ...], answers: dict[str, float | bool | str | None]) -> bool:
    return any(answer is not None for answer in (*facts, *answers.values()))


def _episodes(
    patient_id: uuid.UUID,
    first: dt.date,
    last: dt.date,
    windows: dict[str, tuple[dt.date, ZoneInfo, int]],
) -> dict[str, list[EpisodeRecord]]:
    from episodes.models.diary import Episode

    rows = (
        Episode.rows.filter(
            patient_id=patient_id, night__patient_id=patient_id, night__date__gte=first, night__date__lte=last
        )
        .annotate(
            tried=FilteredRelation("remedies", condition=Q(remedies__patient_id=patient_id)),
            id_text=Cast("id", TextField()),
            night_text=Cast("night_id", TextField()),
        )
        .order_by("night_id", "position", "id", "tried__remedy")
        .values_list(
            "night_text",
            "id_text",
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
    tried: dict[str, list[RemedyRecord]] = defaultdict(list)
    described: dict[str, tuple[Any, ...]] = {}
    for row in rows:
        described.setdefault(row[1], row)
        if row[-3] is not None:
            tried[row[1]].append(RemedyRecord(*row[-3:]))
    episodes: dict[str, list[EpisodeRecord]] = defaultdict(list)
    for episode_id, row in described.items():
        if (window := windows.get(row[0])) is None:
            continue
        started_at = row[4]
        minutes = minutes_into_night(started_at, *window) if started_at else None
        episodes[row[0]].append(
            EpisodeRecord._make((row[2], row[3], minutes, *row[5:-3], tuple(tried.get(episode_id, ()))))
        )
    return episodes
