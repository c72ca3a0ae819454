"""A night put back: undo, the bin, earlier copies."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from episodes.models import (
    Episode,
    Night,
    NightRevision,
    PrivateNote,
    PrivateNoteRevision,
    RemedyUse,
    SharedNote,
    User,
    lock_patient,
)
from episodes.nights.content import NightContent, read_night
from episodes.nights.writer import (
    BIN_DAYS,
    GONE,
    NightRefused,
    Source,
    StaleVersion,
    keep_private_revision,
    keep_revision,
    record_night,
    write_night,
)


def undo_last_change(*, date: dt.date, seen_version: int, source: Source, by: User) -> NightContent:
    """Return the night as it was before its last change; a night just begun becomes unwritten."""
    with transaction.atomic():
        lock_patient(by.pk)
        current = read_night(patient=by, date=date, by=by)
        if current.version != seen_version or current.version == 0:
            raise StaleVersion(current)
        earlier = list(
            NightRevision.objects.owned_by(by)
            .filter(date=date, version__lt=current.version)
            .order_by("-version")[:1]
        )
        undone = Source(now=source.now, reason="undone")
        if not earlier or earlier[0].reason == "deleted" or earlier[0].content.get(GONE):
            _remove(date=date, current=current, source=undone, by=by)
            return NightContent()
        note = (
            PrivateNoteRevision.objects.owned_by(by)
            .filter(date=date, version__lte=earlier[0].version)
            .order_by("-version")
            .values_list("text", flat=True)
            .first()
        )
        content = NightContent.from_json(earlier[0].content, note or "")
        return write_night(date=date, content=content, current=current, source=undone, by=by)


def delete_night(*, date: dt.date, seen_version: int, source: Source, by: User) -> None:
    """Move a night to the bin: its content stays as a last revision for 30 days."""
    with transaction.atomic():
        lock_patient(by.pk)
        current = read_night(patient=by, date=date, by=by)
        if current.version == 0:
            return
        if current.version != seen_version:
            raise StaleVersion(current)
        _remove(date=date, current=current, source=Source(now=source.now, reason="deleted"), by=by)


def restore_revision(
    *, date: dt.date, version: int, seen_version: int, source: Source, by: User
) -> NightContent:
    """Return the night with the content it had at `version`, from its history or the bin."""
    revision = NightRevision.objects.owned_by(by).filter(date=date, version=version).first()
    if revision is None:
        raise NightRefused({"version": _("That copy is no longer kept.")})
    note = (
        PrivateNoteRevision.objects.owned_by(by)
        .filter(date=date, version__lte=version)
        .order_by("-version")
        .values_list("text", flat=True)
        .first()
    )
    content = NightContent.from_json(revision.content, note or "")
    restored = Source(now=source.now, reason="restored")
    return record_night(date=date, content=content, seen_version=seen_version, source=restored, by=by)


def nights_in_bin(*, now: dt.datetime, by: User) -> list[NightRevision]:
    """Return the deleted nights of the last 30 days that were not written again, newest first."""
    deleted = NightRevision.objects.owned_by(by).filter(
        reason="deleted", at__gte=now - dt.timedelta(days=BIN_DAYS)
    )
    written = set(Night.objects.owned_by(by).values_list("date", flat=True))
    latest: dict[dt.date, NightRevision] = {}
    for revision in deleted.order_by("version"):
        if revision.date not in written:
            latest[revision.date] = revision
    return sorted(latest.values(), key=lambda revision: revision.at, reverse=True)


def _remove(*, date: dt.date, current: NightContent, source: Source, by: User) -> None:
    keep_revision(
        date=date, version=current.version + 1, content=current, source=source, by=by, more={GONE: True}
    )
    if current.private_note:
        keep_private_revision(date, current.version + 1, current.private_note, by)
    ids = [episode["id"] for episode in current.episodes]
    RemedyUse.objects.owned_by(by).filter(episode_id__in=ids).delete()
    Episode.objects.owned_by(by).filter(night_id=current.night_id).delete()
    for model in (SharedNote, PrivateNote):
        model.objects.owned_by(by).filter(date=date).delete()
    Night.objects.owned_by(by).filter(pk=current.night_id).delete()
