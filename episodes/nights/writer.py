"""Writing, undoing, deleting and restoring nights."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from episodes.models import (
    EPISODE_ANSWERS,
    HABIT_FIELDS,
    NIGHT_ANSWERS,
    NIGHT_ITSELF,
    WARNING_ANSWERS,
    CrampTiming,
    CustomHabit,
    Episode,
    Night,
    NightRevision,
    Operation,
    PrivateNote,
    PrivateNoteRevision,
    RemedyUse,
    SharedNote,
    User,
    lock_patient,
)
from episodes.nights.content import NightContent, falls_in, read_night
from episodes.nights.own_habits import answer_errors, changed_answers, own_habits_of

BIN_DAYS = 30
MOST_EPISODES = 20
EARLIEST = dt.date(1900, 1, 1)
OPERATION_DAYS = 30
WITHOUT_CRAMPS = ("no_cramps", "not_in_bed")
GONE = "gone"  # in the kept copy with which a night stopped being written


class StaleVersion(Exception):
    """The night was changed since this copy was opened; `current` is what is stored now."""

    def __init__(self, current: NightContent) -> None:
        super().__init__("stale version")
        self.current = current


class OperationReused(Exception):
    """An operation id came back with another body."""


class NightRefused(Exception):
    """A rule across fields forbids this night; `errors` maps field names to sentences."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True)
class Source:
    """How a write came in. is_blind: by whom may not read, so that what comes of it depends on versions alone."""

    now: dt.datetime
    session: uuid.UUID | None = None
    operation_id: str = ""
    body_sha256: str = ""
    answered_at: dt.datetime | None = None
    entered_via: str = "web"
    reason: str = "written"
    is_blind: bool = False


def record_night(
    *, date: dt.date, content: NightContent, seen_version: int, source: Source, by: User,
    own_habits: Sequence[CustomHabit] = (), known: NightContent | None = None,
) -> NightContent:  # fmt: skip
    """Return the night as stored after writing `content` over the copy with `seen_version`.

    Writes nothing and raises StaleVersion when the stored version differs, unless the stored
    content already equals `content`; cramps that were timed meanwhile are no such difference: they stay
    beside what `content` says; nor is what the same open form wrote and got no answer about. OperationReused and NightRefused likewise change nothing.
    own_habits: those of `by` where the caller has read them; else they are read when answers need it. known: the
    night as the caller has read it and left it; it is read again where it was written since.
    """
    refuse_impossible(content, date, by, source.now)
    with transaction.atomic():
        lock_patient(by.pk)
        if source.operation_id and (done := _replayed(source, by)):
            return done
        current = known if known and _is_newest(known, date, by) else read_night(patient=by, date=date, by=by)
        _adopt(content, current, by)
        if source.is_blind and current.version != seen_version:
            raise StaleVersion(current)
        if current.same_as(content) and not source.is_blind:
            stored = current
        else:
            if current.version != seen_version and not _wrote_alone(source, date, seen_version, by):
                content = with_timed(content, current, date=date, seen_version=seen_version, by=by)
            _refuse_own_answers(content, current, own_habits, by)
            stored = write_night(date=date, content=content, current=current, source=source, by=by)
        if source.operation_id:
            _remember(source, date, stored.version, by)
        return stored


def _is_newest(known: NightContent, date: dt.date, by: User) -> bool:
    """Return whether nobody has written since: every write of a night gives it a new version, or a new row."""
    stored = Night.objects.owned_by(by).on(date).values_list("pk", "version").first()
    return bool(stored == ((known.night_id, known.version) if known.version else None))


def _wrote_alone(source: Source, date: dt.date, seen_version: int, by: User) -> bool:
    """Return whether the form that writes now, still open, wrote everything since the copy it has seen."""
    if source.session is None or source.entered_via != "web":
        return False
    since = NightRevision.objects.owned_by(by).filter(date=date, version__gt=seen_version)
    return set(since.values_list("session", flat=True)) == {source.session}


def set_outcome(
    *, date: dt.date, outcome: str | None, seen_version: int, source: Source, by: User, deletes_cramps: bool = False
) -> NightContent:  # fmt: skip
    """Return the night after changing its outcome alone.

    Going to "no cramp" is refused while cramps are described, unless `deletes_cramps`: they would be lost unseen.
    Whoever may not know whether there are any is refused in any case.
    """
    if source.operation_id and (done := _replayed(source, by)):
        return done
    content = read_night(patient=by, date=date, by=by)
    if content.version != seen_version and (source.is_blind or content.outcome != outcome):
        raise StaleVersion(content)
    if source.is_blind and content.version and outcome in ("no_cramps", "not_in_bed"):
        raise NightRefused(
            {
                "outcome": _(
                    "This program may not see whether a cramp is described here: write the whole night."
                )
            }
        )
    seen = content.version
    content.answers = {**content.answers, "outcome": outcome}
    if deletes_cramps and outcome in WITHOUT_CRAMPS:
        content.episodes = []
    if outcome != "cramps" and not content.episodes:
        content.answers["episode_count"] = None
    return record_night(date=date, content=content, seen_version=seen, source=source, by=by)


def refuse_impossible(content: NightContent, date: dt.date, by: User, now: dt.datetime) -> None:
    """Raise NightRefused where answers contradict each other or the calendar."""
    errors: dict[str, str] = {}
    if date < EARLIEST:
        errors["date"] = _("Choose a night after 1900.")
    if date > now.astimezone(by.zone).date():
        errors["date"] = _("This night has not begun yet: choose tonight or an earlier night.")
    if content.outcome in WITHOUT_CRAMPS and content.cramp_count:
        errors["outcome"] = _(
            "You described a cramp for this night. Choose “Yes”, or remove the cramp first."
        )
    count = content.answers["episode_count"]
    if count is not None and count < len(content.episodes):
        errors["episode_count"] = _(
            "You described more cramps than this number: make it larger or leave it empty."
        )
    if len(content.episodes) > MOST_EPISODES:
        errors["episodes"] = _too_many()
    if errors:
        raise NightRefused(errors)


def _too_many() -> str:
    return _("A night can hold 20 cramps: write the others as a number only.")


def with_timed(
    content: NightContent, current: NightContent, *, date: dt.date, seen_version: int, by: User
) -> NightContent:
    """Return `content` with the cramps that were timed since `seen_version`, and with what the clock said of others.

    Raises StaleVersion when anything else was changed since, or when `content` says that there was none.
    """
    if seen_version > current.version or (current.episodes and content.outcome in WITHOUT_CRAMPS):
        raise StaleVersion(current)
    reasons = list(
        NightRevision.objects.owned_by(by)
        .filter(date=date, version__gt=seen_version, version__lte=current.version)
        .values_list("reason", flat=True)
    )
    if len(reasons) != current.version - seen_version or set(reasons) != {"timed"}:
        raise StaleVersion(current)
    new = set(
        CrampTiming.objects.owned_by(by)
        .filter(night_version__gt=seen_version)
        .values_list("client_id", flat=True)
    )
    answers = dict(content.answers)
    answers["outcome"] = content.outcome or current.outcome
    answers["restless_legs"] = answers["restless_legs"] or current.answers["restless_legs"]
    merged = NightContent(answers, list(content.episodes), content.shared_note, content.private_note)
    for timed in current.episodes:
        if timed["client_id"] is None:
            continue
        known = [
            episode
            for episode in merged.episodes
            if episode.get("id") == timed["id"] or episode.get("client_id") == timed["client_id"]
        ]
        if not known and timed["client_id"] in new:
            merged.episodes.append(timed)
        for episode in known:
            if episode.get("duration_seconds") is None and episode.get("duration_band") is None:
                episode |= {name: timed[name] for name in ("duration_seconds", "is_open")}
    if len(merged.episodes) > MOST_EPISODES:
        raise NightRefused({"episodes": _too_many()})
    return merged


def _adopt(content: NightContent, current: NightContent, by: User) -> None:
    """Let a described cramp be the timed one that its device names, wherever that one is stored by now."""
    named = [episode for episode in content.episodes if episode.get("client_id") and not episode.get("id")]
    if not named:
        return
    here = {episode["client_id"]: episode["id"] for episode in current.episodes}
    taken = {episode["id"] for episode in content.episodes if episode.get("id")}
    ids = [episode["client_id"] for episode in named]
    known = set(Episode.objects.owned_by(by).filter(client_id__in=ids).values_list("client_id", flat=True))
    for episode in named:
        client_id = episode["client_id"]
        if client_id in here and here[client_id] not in taken:
            episode["id"] = here[client_id]
            taken.add(episode["id"])
        elif client_id in known:
            episode["client_id"] = None
        known.add(client_id)


def _refuse_own_answers(
    content: NightContent, current: NightContent, own_habits: Sequence[CustomHabit], by: User
) -> None:
    """Raise NightRefused where a changed answer is none that an own habit allows.

    Habits read a moment earlier are good enough: none goes away, and its answers are only added to.
    """
    changed = changed_answers(content.answers["custom_answers"], current.answers["custom_answers"])
    if changed and (errors := answer_errors(changed, own_habits or own_habits_of(by=by))):
        raise NightRefused(errors)


def _replayed(source: Source, by: User) -> NightContent | None:
    done = Operation.objects.owned_by(by).filter(operation_id=source.operation_id).first()
    if done is None:
        return None
    if done.body_sha256 != source.body_sha256:
        raise OperationReused
    content = read_night(patient=by, date=dt.date.fromisoformat(done.answer["date"]), by=by)
    content.version = done.answer["version"]
    return content


def _remember(source: Source, date: dt.date, version: int, by: User) -> None:
    Operation(
        patient=by,
        operation_id=source.operation_id,
        body_sha256=source.body_sha256,
        answer={"date": date.isoformat(), "version": version},
        at=source.now,
    ).save(force_insert=True)
    Operation.objects.owned_by(by).filter(at__lt=source.now - dt.timedelta(days=OPERATION_DAYS)).delete()


def write_night(
    *, date: dt.date, content: NightContent, current: NightContent, source: Source, by: User
) -> NightContent:
    """Return the night as stored after `content` took the place of `current`; the caller holds the patient's lock."""
    kept = {episode.get("id") for episode in content.episodes}
    loses_cramp = any(episode["id"] not in kept for episode in current.episodes)
    night_id, version = _write_night(date=date, content=content, current=current, source=source, by=by)
    if content.episodes != current.episodes:
        _write_episodes(night_id, content, current, by)
    _write_note(SharedNote, date, content.shared_note, current.shared_note, by)
    has_new_note = _write_note(PrivateNote, date, content.private_note, current.private_note, by)
    # A night begun anew says also that it has no note: else an older one would come back with an undo.
    if has_new_note or (current.night_id is None and version > 1):
        keep_private_revision(date, version, content.private_note, by)
    keep_revision(date=date, version=version, content=content, source=source, by=by, is_apart=loses_cramp)
    return NightContent(
        content.answers, content.episodes, content.shared_note, content.private_note, version, night_id
    )


def _write_night(
    *, date: dt.date, content: NightContent, current: NightContent, source: Source, by: User
) -> tuple[uuid.UUID, int]:
    answers = {name: content.answers[name] for name in NIGHT_ANSWERS}
    values: dict[str, Any] = dict(answers)
    provenance = current.provenance
    if answers["outcome"] is not None and not provenance.get("outcome_recorded_at"):
        values["outcome_recorded_at"] = source.now
    answered = any(answers[name] is not None for name in HABIT_FIELDS) or bool(answers["custom_answers"])
    if answered and not provenance.get("habits_recorded_at"):
        values["habits_recorded_at"] = source.now
        values["habits_before_night"] = answers["outcome"] is None
    if any(answers[name] != current.answers[name] for name in NIGHT_ITSELF) or (
        content.episodes != current.episodes
    ):
        values["changed_at"] = source.now
    if _has_new_warning(answers, current.answers) or falls_in(content.episodes) > falls_in(current.episodes):
        values["warned_at"] = source.now
    if source.answered_at and not provenance.get("answered_at"):
        values["answered_at"] = source.answered_at
    if current.night_id is not None:
        version = current.version + 1
        Night.objects.owned_by(by).filter(pk=current.night_id).update(version=version, **values)
        return current.night_id, version
    newest = (
        NightRevision.objects.owned_by(by)
        .filter(date=date)
        .order_by("-version")
        .values_list("version", flat=True)
    ).first()
    night = Night(
        patient=by, date=date, version=(newest or 0) + 1, time_zone=by.time_zone,
        night_starts_at=by.night_starts_at, entered_via=source.entered_via, **values,
    )  # fmt: skip
    night.save(force_insert=True)
    _purge_bin(source.now, by)
    return night.pk, night.version


def _has_new_warning(answers: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Return whether a warning answer is there that was not there before."""
    return any(answers[name] not in (None, False, "none", before[name]) for name in WARNING_ANSWERS)


def _write_episodes(night_id: uuid.UUID, content: NightContent, current: NightContent, by: User) -> None:
    """Make the stored episodes equal to `content.episodes`; their ids are kept where known."""
    known = {episode["id"] for episode in current.episodes}
    kept = {episode["id"] for episode in content.episodes if episode.get("id") in known}
    if current.episodes:
        RemedyUse.objects.owned_by(by).filter(episode_id__in=known).delete()
        if gone := known - kept:
            Episode.objects.owned_by(by).filter(pk__in=gone).delete()
    new: list[Episode] = []
    changed: list[Episode] = []
    uses: list[RemedyUse] = []
    for position, episode in enumerate(content.episodes):
        row = Episode(
            patient=by,
            night_id=night_id,
            position=position,
            **{name: episode.get(name) for name in EPISODE_ANSWERS},
        )
        row.is_open = bool(episode.get("is_open"))
        if episode.get("id") in kept:
            row.pk = episode["id"]
            changed.append(row)
        else:
            row.client_id = episode.get("client_id")
            new.append(row)
        episode["id"] = row.pk
        uses += [RemedyUse(patient=by, episode=row, **use) for use in episode.get("remedies", [])]
    if changed:
        Episode.objects.owned_by(by).bulk_update(changed, [*EPISODE_ANSWERS, "position"])
    if new:
        Episode.objects.owned_by(by).bulk_create(new)
    if uses:
        RemedyUse.objects.owned_by(by).bulk_create(uses)


def _write_note(
    model: type[SharedNote | PrivateNote], date: dt.date, text: str, before: str, by: User
) -> bool:
    if text == before:
        return False
    notes = model.objects.owned_by(by).filter(date=date)
    if not text:
        notes.delete()
    elif not before or not notes.update(text=text):
        model(patient=by, date=date, text=text).save(force_insert=True)
    return True


def keep_private_revision(date: dt.date, version: int, text: str, by: User) -> None:
    PrivateNoteRevision(patient=by, date=date, version=version, text=text).save(force_insert=True)


def keep_revision(
    *, date: dt.date, version: int, content: NightContent, source: Source, by: User,
    more: Mapping[str, Any] | None = None, is_apart: bool = False,
) -> None:  # fmt: skip
    """Keep the night as it now reads; the autosaves of one open form share one revision.

    is_apart: it gets one of its own, so that Undo brings back a cramp that was taken out.
    """
    revisions = NightRevision.objects.owned_by(by).filter(date=date)
    reason = "changed" if source.reason == "written" and version > 1 else source.reason
    values = {"version": version, "content": {**content.as_json(), **(more or {})}, "at": source.now}
    before = revisions.filter(version=version - 1, session=source.session)
    if source.session and not is_apart and before.update(**values):
        return
    NightRevision(patient=by, date=date, reason=reason, session=source.session, by=by.pk, **values).save(
        force_insert=True
    )


def _purge_bin(now: dt.datetime, by: User) -> None:
    """Forget nights that lay in the bin for over 30 days, with every earlier copy of them."""
    long_ago = now - dt.timedelta(days=BIN_DAYS)
    revisions = NightRevision.objects.owned_by(by)
    gone = set(revisions.filter(reason="deleted", at__lt=long_ago).values_list("date", flat=True))
    if not gone:
        return
    gone -= set(revisions.filter(date__in=gone, at__gte=long_ago).values_list("date", flat=True))
    gone -= set(Night.objects.owned_by(by).filter(date__in=gone).values_list("date", flat=True))
    for model in (NightRevision, PrivateNoteRevision):
        model.objects.owned_by(by).filter(date__in=gone).delete()
