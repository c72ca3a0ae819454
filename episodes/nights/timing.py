"""A cramp that is timed while it lasts: what devices say, merged, and written into its night.

What a device says may arrive late, twice, and in any order; the night reads the same in the end. A field
of the night is only ever changed while it still holds what an earlier message put there: what the person
wrote by hand stays.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from episodes.models import CrampTiming, User, lock_patient
from episodes.nights.content import NightContent, read_night
from episodes.nights.writer import MOST_EPISODES, Source, write_night
from episodes.stats.nights import night_of, night_window

SECOND_TAP = dt.timedelta(seconds=10)  # a start this soon after another is the same cramp
LONGEST = dt.timedelta(hours=1)  # beyond it nobody pressed stop: the morning asks
IN_PROGRESS = dt.timedelta(hours=1)
OLDEST = dt.timedelta(days=31)
CLOCK_IS_WRONG = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Said:
    """What a device says about one cramp; None where it says nothing. Times are aware, by its own clock."""

    client_id: uuid.UUID
    kind: str = "cramp"
    started_at: dt.datetime | None = None
    stopped_at: dt.datetime | None = None
    side: str | None = None
    side_at: dt.datetime | None = None
    removed_at: dt.datetime | None = None
    kept_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None

    @property
    def moments(self) -> list[dt.datetime]:
        named = (self.started_at, self.stopped_at, self.side_at, self.removed_at, self.kept_at)
        return [moment for moment in named if moment is not None]


@dataclass(frozen=True)
class Timed:
    """One cramp of a night as its timings tell it: several taps within ten seconds are one."""

    ids: frozenset[uuid.UUID]
    started_at: dt.datetime  # whole minutes, as the night form writes them
    duration_seconds: int | None
    is_open: bool
    side: str | None
    is_removed: bool

    @property
    def length(self) -> tuple[int | None, bool]:
        return self.duration_seconds, self.is_open


@dataclass(frozen=True)
class Written:
    """What became of a message. date: None while no start has arrived. is_full: the night holds 20 cramps."""

    timing: CrampTiming
    date: dt.date | None
    is_full: bool = False


def time_cramp(*, said: Said, now: dt.datetime, by: User, entered_via: str = "now") -> Written:
    """Return the merged timing after taking in what a device said, written into its night.

    Raises nothing for late, repeated or disordered messages. A clock that is wrong by half a day or more
    is corrected by what the device believes to be now, and told by `timing.clock_offset_seconds`.
    """
    with transaction.atomic():
        lock_patient(by.pk)
        row = CrampTiming.objects.owned_by(by).filter(client_id=said.client_id).first()
        is_new = row is None
        row = row or CrampTiming(patient=by, client_id=said.client_id, kind=said.kind, received_at=now)
        if is_new:
            row.clock_offset_seconds = _offset(said, now)
        dates = {date_of(row, by)}
        before = {date: _timed(date, by) for date in dates if date}
        _merge(row, said)
        row.save(force_insert=is_new)
        dates.add(date := date_of(row, by))
        is_full = False
        for each in sorted(filter(None, dates)):
            if row.kind == "restless":
                _write_restless(each, row, now, by, entered_via)
            else:
                is_full |= _write_cramps(each, before.get(each, []), now, by, entered_via)
        row.refresh_from_db(
            fields=["night_version", "outcome_before"], from_queryset=CrampTiming.objects.owned_by(by)
        )
        return Written(row, date, is_full)


def running(*, now: dt.datetime, by: User) -> CrampTiming | None:
    """Return the cramp that was started within the last hour and is not over, if any."""
    rows = CrampTiming.objects.owned_by(by).filter(
        kind="cramp", started_at__gt=now - IN_PROGRESS, started_at__lte=now, stopped_at=None
    )
    return next((row for row in rows.order_by("-started_at") if not row.is_removed), None)


def unsettled(*, date: dt.date, by: User) -> set[uuid.UUID]:
    """Return the client ids of the timed cramps of a night whose questions nobody answered or left."""
    first, end = night_window(date, by.zone, by.night_starts_at.hour)
    rows = CrampTiming.objects.owned_by(by).filter(
        kind="cramp", started_at__gte=first, started_at__lt=end, settled_at=None
    )
    return {row.client_id for row in rows if not row.is_removed}


def settle(*, client_ids: Iterable[uuid.UUID], now: dt.datetime, by: User) -> None:
    """Note that the questions about these timed cramps were answered or left: they are not asked again."""
    with transaction.atomic():
        lock_patient(by.pk)
        rows = CrampTiming.objects.owned_by(by).filter(client_id__in=list(client_ids), settled_at=None)
        rows.update(settled_at=now)


def date_of(row: CrampTiming, by: User) -> dt.date | None:
    """Return the evening date of the night that the timing belongs to; None without a start."""
    if row.started_at is None:
        return None
    return night_of(row.started_at, by.zone, by.night_starts_at.hour)


def _offset(said: Said, now: dt.datetime) -> int:
    """Return the seconds to add to the device's times: 0 unless its clock cannot be right."""
    if said.sent_at is not None:
        return clock_offset(said.sent_at, now)
    for moment in said.moments:
        if moment > now + dt.timedelta(minutes=5) or moment < now - OLDEST:
            return round((now - moment).total_seconds())
    return 0


def clock_offset(sent_at: dt.datetime, now: dt.datetime) -> int:
    """Return the seconds by which a device's clock is behind, or 0 where it is right to half a day."""
    wrong = now - sent_at
    return round(wrong.total_seconds()) if abs(wrong) > CLOCK_IS_WRONG else 0


def _merge(row: CrampTiming, said: Said) -> None:
    shift = dt.timedelta(seconds=row.clock_offset_seconds)

    def put_right(moment: dt.datetime | None) -> dt.datetime | None:
        return None if moment is None else moment + shift

    row.started_at = _earliest(row.started_at, put_right(said.started_at))
    row.stopped_at = _earliest(row.stopped_at, put_right(said.stopped_at))
    row.removed_at = _latest(row.removed_at, put_right(said.removed_at))
    row.kept_at = _latest(row.kept_at, put_right(said.kept_at))
    side_at = put_right(said.side_at)
    if (
        said.side
        and side_at
        and (row.side_at is None or (side_at, said.side) > (row.side_at, row.side or ""))
    ):
        row.side, row.side_at = said.side, side_at


def _earliest(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min(one, other) if one and other else one or other


def _latest(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return max(one, other) if one and other else one or other


def _timed(date: dt.date, by: User) -> list[Timed]:
    first, end = night_window(date, by.zone, by.night_starts_at.hour)
    rows = CrampTiming.objects.owned_by(by).filter(kind="cramp", started_at__gte=first, started_at__lt=end)
    return timed_cramps(rows.order_by("started_at", "client_id"))


def timed_cramps(rows: Iterable[CrampTiming]) -> list[Timed]:
    """Return the cramps that timings, ordered by their start, tell of."""
    groups: list[list[CrampTiming]] = []
    for row in rows:
        if groups and row.started_at - groups[-1][0].started_at <= SECOND_TAP:  # type: ignore[operator]
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_cramp(group) for group in groups]


def _cramp(group: Sequence[CrampTiming]) -> Timed:
    started = group[0].started_at
    assert started is not None
    stops = [row.stopped_at for row in group if row.stopped_at and row.stopped_at >= started]
    lasted = min(stops) - started if stops else None
    sides = [(row.side_at, row.side) for row in group if row.side and row.side_at]
    is_known = lasted is not None and lasted <= LONGEST
    return Timed(
        ids=frozenset(row.client_id for row in group),
        started_at=started.replace(second=0, microsecond=0),
        duration_seconds=max(1, round(lasted.total_seconds())) if lasted is not None and is_known else None,
        is_open=not is_known,
        side=max(sides)[1] if sides else None,
        is_removed=any(row.is_removed for row in group),
    )


def _write_cramps(date: dt.date, before: list[Timed], now: dt.datetime, by: User, entered_via: str) -> bool:
    """Make the night tell its timed cramps; return whether one found no room."""
    current = read_night(patient=by, date=date, by=by)
    content = _copy(current)
    earlier = {client_id: timed for timed in before for client_id in timed.ids}
    made, gone, there, is_full = list[Timed](), list[Timed](), list[Timed](), False
    for timed in _timed(date, by):
        episode = next((each for each in content.episodes if each.get("client_id") in timed.ids), None)
        was = next((earlier[each] for each in timed.ids if each in earlier), None)
        if timed.is_removed:
            if episode is not None and _is_only_timed(episode):
                content.episodes.remove(episode)
                gone.append(timed)
        elif episode is not None:
            _update(episode, timed, was)
            there.append(timed)
        elif _was_written(timed, by):
            continue  # taken out of the night by hand
        elif len(content.episodes) >= MOST_EPISODES:
            is_full = True
        else:
            _add(content, timed)
            made.append(timed)
    if made and content.outcome != "cramps":
        outcome_before, content.answers["outcome"] = content.outcome or "", "cramps"
        _rows(made[:1], by).update(outcome_before=outcome_before)
    kept = _outcome_before(gone, by)
    is_empty = not content.episodes and content.answers["episode_count"] is None
    if kept is not None and is_empty and content.outcome == "cramps":
        content.answers["outcome"] = kept or None
    stored = _write(date, content, current, now, by, entered_via)
    if made:
        _rows(made, by).update(night_version=stored.version)
    if gone:
        _rows(gone, by).update(night_version=None, outcome_before=None)
    if kept is not None and there:  # whoever is taken back last puts the outcome back
        _rows(there[:1], by).update(outcome_before=kept)
    return is_full


def _outcome_before(gone: Sequence[Timed], by: User) -> str | None:
    """Return the outcome that one of these cramps replaced, "" for none; None where none of them did."""
    if not gone:
        return None
    kept: str | None = (
        _rows(gone, by).exclude(outcome_before=None).values_list("outcome_before", flat=True).first()
    )
    return kept


def _write_restless(date: dt.date, row: CrampTiming, now: dt.datetime, by: User, entered_via: str) -> None:
    """Answer "were your legs restless?" with yes, where the night does not answer it."""
    current = read_night(patient=by, date=date, by=by)
    content = _copy(current)
    mine = CrampTiming.objects.owned_by(by).filter(pk=row.pk)
    if not row.is_removed and content.answers["restless_legs"] is None and row.night_version is None:
        content.answers["restless_legs"] = "yes"
        mine.update(night_version=_write(date, content, current, now, by, entered_via).version)
    elif row.is_removed and row.night_version is not None and content.answers["restless_legs"] == "yes":
        content.answers["restless_legs"] = None
        _write(date, content, current, now, by, entered_via)
        mine.update(night_version=None)


def _write(
    date: dt.date, content: NightContent, current: NightContent, now: dt.datetime, by: User, entered_via: str
) -> NightContent:
    if current.same_as(content):
        return current
    source = Source(now=now, reason="timed", entered_via=entered_via)
    return write_night(date=date, content=content, current=current, source=source, by=by)


def _copy(content: NightContent) -> NightContent:
    return NightContent(
        dict(content.answers), [dict(episode) for episode in content.episodes], content.shared_note,
        content.private_note, content.version, content.night_id, content.provenance,
    )  # fmt: skip


def _rows(timed: Sequence[Timed], by: User) -> Any:
    ids = frozenset[uuid.UUID]().union(*(each.ids for each in timed))
    return CrampTiming.objects.owned_by(by).filter(client_id__in=ids)


def _was_written(timed: Timed, by: User) -> bool:
    return bool(_rows([timed], by).exclude(night_version=None).exists())


def _is_only_timed(episode: dict[str, Any]) -> bool:
    """Return whether nobody described this cramp beyond what the clock and one tap said."""
    from_clock = {"started_at", "duration_seconds", "is_open", "side", "id", "client_id"}
    return not any(value for name, value in episode.items() if name not in from_clock)


def _add(content: NightContent, timed: Timed) -> None:
    episode: dict[str, Any] = {
        "id": None, "client_id": min(timed.ids), "started_at": timed.started_at, "side": timed.side,
        "duration_seconds": timed.duration_seconds, "is_open": timed.is_open, "remedies": [],
    }  # fmt: skip
    later = (
        place
        for place, other in enumerate(content.episodes)
        if other.get("client_id") and other.get("started_at") and other["started_at"] > timed.started_at
    )
    content.episodes.insert(next(later, len(content.episodes)), episode)


def _update(episode: dict[str, Any], timed: Timed, was: Timed | None) -> None:
    """Bring what the clock said earlier up to what it says now; what was typed over it stays."""
    untouched = (None, False), (was.length if was else None)
    length = (episode.get("duration_seconds"), bool(episode.get("is_open")))
    if episode.get("duration_band") is None and length in untouched:
        episode["duration_seconds"], episode["is_open"] = timed.length
    if episode.get("side") == (was.side if was else None) and episode.get("location") is None:
        episode["side"] = timed.side
    if (
        episode.get("started_at") == (was.started_at if was else None)
        and episode.get("part_of_night") is None
    ):
        episode["started_at"] = timed.started_at
