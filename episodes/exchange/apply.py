"""Bringing a file in, and taking that back: all of it in one transaction, and no statement per row."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from episodes.audit.events import append_audit
from episodes.exchange.formats.entries import DiaryFile, HabitEntry, NightEntry
from episodes.exchange.formats.fields import ANSWERS, PROVENANCE
from episodes.exchange.merge import content_of
from episodes.exchange.plan import Plan, Stored, WantedNight, plan_import, stored_nights
from episodes.exchange.preferences import take_back_preferences, write_preferences
from episodes.exchange.revisions import Copies, take_back_copies
from episodes.models import (
    EPISODE_ANSWERS,
    WARNING_ANSWERS,
    AuditEvent,
    Condition,
    CustomHabit,
    Episode,
    Experiment,
    ExperimentNight,
    HealthModel,
    Import,
    Medicine,
    Night,
    NightRevision,
    PrivateNote,
    PrivateNoteRevision,
    Profile,
    RemedyPlan,
    RemedyUse,
    SharedNote,
    User,
    VisitQuestion,
    acting_as,
    lock_patient,
)
from episodes.nights.content import NightContent, falls_in

BATCH = 500
FACTS: dict[str, type[HealthModel]] = {
    "conditions": Condition,
    "medicines": Medicine,
    "visit_questions": VisitQuestion,
    "remedy_plans": RemedyPlan,
    "experiment_nights": ExperimentNight,
    "experiments": Experiment,
    "profile": Profile,  # of an import before its settings came in one by one
}


class ImportRefused(Exception):
    """This file was carried out, taken back or removed already."""


@dataclass
class _Rows:
    """Rows to insert, collected for one statement a table."""

    nights: list[Night] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    uses: list[RemedyUse] = field(default_factory=list)
    shared: list[SharedNote] = field(default_factory=list)
    private: list[PrivateNote] = field(default_factory=list)
    revisions: list[NightRevision] = field(default_factory=list)
    private_revisions: list[PrivateNoteRevision] = field(default_factory=list)

    def insert(self, by: User) -> None:
        lists: Sequence[tuple[type[HealthModel], list[Any]]] = (
            (Night, self.nights),
            (Episode, self.episodes),
            (RemedyUse, self.uses),
            (SharedNote, self.shared),
            (PrivateNote, self.private),
            (NightRevision, self.revisions),
            (PrivateNoteRevision, self.private_revisions),
        )
        for model, rows in lists:
            model.objects.owned_by(by).bulk_create(rows, batch_size=BATCH)


def carry_out(
    *,
    kept: Import,
    diary: DiaryFile,
    replace: bool,
    now: dt.datetime,
    by: User,
    for_operator: bool = False,
) -> Plan:
    """Write what the file holds and return what was done; everything or nothing.

    for_operator: whoever runs the server brings it in, and the audit row says so.
    The plan is made again under the lock: what was written since the dry run is seen. Raises ImportRefused.
    """
    with transaction.atomic():
        lock_patient(by.pk)
        if (
            not Import.objects.owned_by(by)
            .filter(pk=kept.pk, state="waiting")
            .update(state="done", content=None)
        ):
            raise ImportRefused
        plan = plan_import(diary, replace=replace, now=now, by=by)
        result: dict[str, Any] = {
            "habits": _write_habits(plan, now, by),
            "nights": _write_nights(plan.wanted, plan.copies, now, by),
            "copies": {date.isoformat(): top for date, top in plan.copies.tops().items()},
            "settings": write_preferences(plan.settings, now, by),
        }
        for fact in plan.facts:
            if fact.rows:
                fact.model.objects.owned_by(by).bulk_create(fact.rows, batch_size=BATCH)
                result[fact.part] = [str(row.pk) for row in fact.rows]
        counts = plan.counts
        Import.objects.owned_by(by).filter(pk=kept.pk).update(
            result=result, added=counts["new"], replaced=counts["replaced"], done_at=now
        )
        with acting_as(None) if for_operator else nullcontext():
            _note(
                AuditEvent.Action.IMPORT, kept, len(plan.wanted), now, by, actor=None if for_operator else by
            )
        return plan


def take_back(*, kept: Import, now: dt.datetime, by: User) -> tuple[int, int]:
    """Undo an import; return how many nights went back, and how many stay because they were changed since.

    An added night goes to the bin, an overwritten one reads again as before. Raises ImportRefused.
    """
    with transaction.atomic():
        lock_patient(by.pk)
        mine = Import.objects.owned_by(by).filter(pk=kept.pk, state="done")
        found = mine.values("result").first()
        if found is None:
            raise ImportRefused
        mine.update(state="undone", undone_at=now)
        result = found["result"]
        told = {dt.date.fromisoformat(date): versions for date, versions in result.get("nights", {}).items()}
        stored = {date: night for date, night in stored_nights(by=by).items() if date in told}
        back = {date: night for date, night in stored.items() if night.version == told[date][0]}
        added = [night for date, night in back.items() if not told[date][1]]
        _remove(added, now, by)
        _restore([(night, told[date][1]) for date, night in back.items() if told[date][1]], now, by)
        for part, model in FACTS.items():
            model.objects.owned_by(by).filter(pk__in=[uuid.UUID(pk) for pk in result.get(part, [])]).delete()
        take_back_copies(result.get("copies", {}), {night.entry.date for night in added}, by)
        take_back_preferences(result.get("settings", {}), by)
        _forget_habits(result.get("habits", []), by)
        _note(AuditEvent.Action.UNDO_IMPORT, kept, len(back), now, by, actor=by)
        return len(back), len(stored) - len(back)


def _note(
    action: AuditEvent.Action, kept: Import, nights: int, now: dt.datetime, by: User, *, actor: User | None
) -> None:
    append_audit(
        patient_ids=[by.pk],
        action=action,
        resource=kept.format,
        counts={by.pk: nights},
        now=now,
        by=actor,
    )


# --- Writing ----------------------------------------------------------------------------------------


def _write_habits(plan: Plan, now: dt.datetime, by: User) -> list[str]:
    """Add new own habits and longer lists of levels; return the keys of the new ones."""
    CustomHabit.objects.owned_by(by).bulk_create(
        [_habit_row(habit, now, by) for habit in plan.habits.new.values()]
    )
    for key, habit in plan.habits.longer.items():  # at most 30
        CustomHabit.objects.owned_by(by).filter(key=key).update(levels=list(habit.levels))
    return list(plan.habits.new)


def _habit_row(habit: HabitEntry, now: dt.datetime, by: User) -> CustomHabit:
    return CustomHabit(
        patient=by, key=habit.key, label=habit.label, kind=habit.kind, unit=habit.unit, levels=list(habit.levels),
        active=habit.active, added_at=habit.added_at or now,
    )  # fmt: skip


def _write_nights(
    wanted: Sequence[WantedNight], copies: Copies, now: dt.datetime, by: User
) -> dict[str, list[int]]:
    """Write nights after their earlier copies; return for each date its version now and before, 0 for none."""
    before = [each.before for each in wanted if each.before is not None]
    rows = _Rows()
    _keep_earlier(before, rows, by)
    _delete([night.night_id for night in before], [night.entry.date for night in before], by)
    of_nights, of_notes = copies.rows(by)
    rows.revisions += of_nights
    rows.private_revisions += of_notes
    newest = copies.tops() | (_newest_versions(by) if wanted else {})
    written = {}
    for each in wanted:
        date = each.night.date
        version = max(newest.get(date, 0), each.before.version if each.before else 0) + 1
        _add(rows, each, version, now, by)
        written[date.isoformat()] = [version, each.before.version if each.before else 0]
    rows.insert(by)
    return written


def _newest_versions(by: User) -> dict[dt.date, int]:
    return dict(NightRevision.objects.owned_by(by).order_by().values_list("date").annotate(Max("version")))


def _keep_earlier(nights: Iterable[Stored], rows: _Rows, by: User) -> None:
    """Keep how nights read that are written over, where no earlier copy says it already."""
    nights = list(nights)
    if not nights:
        return
    copies = NightRevision.objects.owned_by(by).order_by()
    known = set(copies.values_list("date", "version"))
    noted = set(PrivateNoteRevision.objects.owned_by(by).order_by().values_list("date", flat=True))
    moment = dt.datetime.now(dt.UTC)
    for night in nights:
        date = night.entry.date
        if (date, night.version) not in known:
            rows.revisions.append(_revision(night.entry, night.version, "written", moment, by))
        if night.entry.private_note and date not in noted:
            rows.private_revisions.append(_private_revision(night.entry, night.version, by))


def _delete(night_ids: Sequence[uuid.UUID], dates: Sequence[dt.date], by: User) -> None:
    """Delete nights with everything that hangs on them; six statements."""
    if not night_ids:
        return
    episodes = Episode.objects.owned_by(by).filter(night_id__in=night_ids)
    RemedyUse.objects.owned_by(by).filter(episode_id__in=list(episodes.values_list("id", flat=True))).delete()
    episodes.delete()
    for model in (SharedNote, PrivateNote):
        model.objects.owned_by(by).filter(date__in=dates).delete()
    Night.objects.owned_by(by).filter(pk__in=night_ids).delete()


def _add(rows: _Rows, each: WantedNight, version: int, now: dt.datetime, by: User) -> None:
    night, before = each.night, each.before
    row = Night(
        patient=by,
        date=night.date,
        version=version,
        custom_answers=night.own or {},
        **{each.name: night.answers[each.name] for each in ANSWERS},
        **_provenance(each, now, by),
    )
    if before is not None:
        row.pk, row.client_id = before.night_id, before.client_id
    rows.nights.append(row)
    _add_parts(rows, night, row, by)
    rows.revisions.append(_revision(night, version, "imported", now, by))
    if night.private_note or (before and before.entry.private_note):
        rows.private_revisions.append(_private_revision(night, version, by))


def _add_parts(rows: _Rows, night: NightEntry, row: Night, by: User) -> None:
    for position, described in enumerate(night.episodes or ()):
        answers = {name: described[name] for name in EPISODE_ANSWERS}
        episode = Episode(patient=by, night=row, position=position, **answers)
        rows.episodes.append(episode)
        rows.uses += [RemedyUse(patient=by, episode=episode, **use) for use in described["remedies"]]
    if night.shared_note:
        rows.shared.append(SharedNote(patient=by, date=night.date, text=night.shared_note))
    if night.private_note:
        rows.private.append(PrivateNote(patient=by, date=night.date, text=night.private_note))


def _provenance(each: WantedNight, now: dt.datetime, by: User) -> dict[str, Any]:
    """Return where the night comes from: as our own file tells it, else that it was read from a file.

    Of a foreign night nobody knows when it was written: its times stay empty, and it counts.
    """
    told = each.night.provenance
    values = {field.name: told.get(field.name) for field in PROVENANCE}
    values["time_zone"] = told.get("time_zone") or by.time_zone
    values["night_starts_at"] = told.get("night_starts_at") or by.night_starts_at
    values["habits_before_night"] = bool(told.get("habits_before_night"))
    is_told = bool(told.get("entered_via")) and each.before is None
    if not is_told:
        values["imported_at"] = values["changed_at"] = now
        values["entered_via"] = told.get("entered_via") or "import"
        answers = each.night.answers
        before = each.before.entry if each.before else None
        earlier = before.answers if before else {}
        has_new_fall = falls_in(each.night.episodes or ()) > falls_in(before.episodes or () if before else ())
        if has_new_fall or any(
            answers[name] not in (None, False, "none", earlier.get(name)) for name in WARNING_ANSWERS
        ):
            values["warned_at"] = now
    return values


def _revision(night: NightEntry, version: int, reason: str, at: dt.datetime, by: User) -> NightRevision:
    return NightRevision(
        patient=by, date=night.date, version=version, content=content_of(night).as_json(), reason=reason, by=by.pk,
        at=at,
    )  # fmt: skip


def _private_revision(night: NightEntry, version: int, by: User) -> PrivateNoteRevision:
    return PrivateNoteRevision(patient=by, date=night.date, version=version, text=night.private_note or "")


# --- Taking back ------------------------------------------------------------------------------------


def _remove(nights: Sequence[Stored], now: dt.datetime, by: User) -> None:
    """Move nights to the bin."""
    rows = _Rows()
    for night in nights:
        rows.revisions.append(_revision(night.entry, night.version + 1, "deleted", now, by))
        if night.entry.private_note:
            rows.private_revisions.append(_private_revision(night.entry, night.version + 1, by))
    rows.insert(by)
    _delete([night.night_id for night in nights], [night.entry.date for night in nights], by)


def _restore(nights: Sequence[tuple[Stored, int]], now: dt.datetime, by: User) -> None:
    """Write nights again as they read at an earlier version."""
    if not nights:
        return
    dates = [night.entry.date for night, _version in nights]
    revisions = NightRevision.objects.owned_by(by).filter(date__in=dates)
    copies = {(row.date, row.version): row.content for row in revisions}
    notes: dict[dt.date, list[tuple[int, str]]] = {}
    private = PrivateNoteRevision.objects.owned_by(by).filter(date__in=dates).order_by("version")
    for date, version, text in private.values_list("date", "version", "text"):
        notes.setdefault(date, []).append((version, text))
    rows = _Rows()
    for stored, version in nights:
        date = stored.entry.date
        note = [text for at, text in notes.get(date, []) if at <= version]
        content = NightContent.from_json(copies[date, version], note[-1] if note else "")
        entry = _entry_of(stored.entry, content)
        row = Night(
            patient=by, date=date, version=stored.version + 1, **content.answers,
            **{
                each.name: stored.entry.provenance[each.name]
                for each in PROVENANCE if each.name not in ("changed_at", *content.answers)
            },
            changed_at=now,
        )  # fmt: skip
        row.pk, row.client_id = stored.night_id, stored.client_id
        rows.nights.append(row)
        _add_parts(rows, entry, row, by)
        rows.revisions.append(_revision(entry, row.version, "undone", now, by))
        if entry.private_note != stored.entry.private_note:
            rows.private_revisions.append(_private_revision(entry, row.version, by))
    _delete([night.night_id for night, _version in nights], dates, by)
    rows.insert(by)


def _entry_of(stored: NightEntry, content: NightContent) -> NightEntry:
    answers = {field.name: content.answers[field.name] for field in ANSWERS}
    told = {
        **stored.provenance,
        **{name: content.answers[name] for name in ("habits_before_night", "habits_source")},
    }
    return NightEntry(
        stored.date, 0, answers, told, content.answers["custom_answers"],
        [
            {**each, "is_open": bool(each.get("is_open")), "remedies": each.get("remedies") or []}
            for each in content.episodes
        ],
        content.shared_note, content.private_note,
    )  # fmt: skip


def _forget_habits(keys: Sequence[str], by: User) -> None:
    """Remove own habits that came with the file, unless a night still has an answer about one."""
    if not keys:
        return
    used: set[str] = set()
    for answers in Night.objects.owned_by(by).values_list("custom_answers", flat=True).iterator(BATCH):
        used |= answers.keys()
    CustomHabit.objects.owned_by(by).filter(key__in=set(keys) - used).delete()
