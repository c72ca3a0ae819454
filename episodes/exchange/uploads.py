"""A file between being sent and being carried out: kept in the diary's own database, one at a time, for an hour."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from episodes.exchange.formats.diary_json import read_diary_json
from episodes.exchange.formats.entries import DiaryFile
from episodes.exchange.formats.fhir_read import read_bundle
from episodes.exchange.formats.spreadsheet import Columns, read_spreadsheet
from episodes.exchange.formats.tables import (
    Table,
    read_episodes_csv,
    read_habits_csv,
    read_nights_csv,
    read_table,
)
from episodes.exchange.formats.uploads import Upload, delimiter_of, packed, parsed_json, unpacked
from episodes.models import Import, User, lock_patient

KEPT_FOR = dt.timedelta(hours=1)


def keep_upload(*, upload: Upload, now: dt.datetime, by: User) -> Import:
    """Return the file as a row that waits; one that waited before is gone."""
    kept = Import(patient=by, format=upload.kind, content=packed(upload), made_at=now)
    with transaction.atomic():
        lock_patient(by.pk)
        Import.objects.owned_by(by).filter(state="waiting").delete()
        kept.save(force_insert=True)
    return kept


def waiting_import(*, pk: Any, now: dt.datetime, by: User) -> Import | None:
    """Return the file that waits, or None where it was carried out or an hour is over."""
    found: Import | None = (
        Import.objects.owned_by(by).filter(pk=pk, state="waiting", made_at__gt=now - KEPT_FOR).first()
    )
    return found


def forget_old_uploads(*, now: dt.datetime, by: User) -> None:
    """Remove a file that nobody carried out within the hour."""
    Import.objects.owned_by(by).filter(state="waiting", made_at__lte=now - KEPT_FOR).delete()


def imports_of(*, by: User) -> list[Import]:
    """Return the files that were carried out, newest first, without what they held."""
    rows = Import.objects.owned_by(by).exclude(state="waiting").defer("content", "result")
    return list(rows.order_by("-done_at")[:20])


def diary_file(upload: Upload) -> DiaryFile:
    """Return what an upload in a form of our own holds. Raises FileRefused."""
    diary = DiaryFile()
    if upload.kind == "json":
        read_diary_json(parsed_json(upload.texts["diary.json"]), diary)
    elif upload.kind == "fhir":
        read_bundle(parsed_json(upload.texts["fhir.json"]), diary)
    else:
        if "own_habits.csv" in upload.texts:
            read_habits_csv(upload.texts["own_habits.csv"], diary)
        read_nights_csv(upload.texts["nights.csv"], diary)
        if "episodes.csv" in upload.texts:
            read_episodes_csv(upload.texts["episodes.csv"], diary)
    return diary


def refuse_unreadable(upload: Upload) -> None:
    """Raise FileRefused for a file that could not be carried out, so that it is not even kept."""
    if upload.kind == "table":
        read_table(upload.texts["table"], delimiter_of(upload.texts["table"]))
    else:
        diary_file(upload)


def diary_of(kept: Import) -> DiaryFile:
    """Return what a waiting file holds. Raises FileRefused."""
    if kept.format != "table":
        return diary_file(_upload_of(kept))
    diary = DiaryFile()
    if kept.columns:
        read_spreadsheet(table_of(kept), Columns(**kept.columns), diary)
    return diary


def table_of(kept: Import) -> Table:
    """Return the cells of a foreign spreadsheet that waits. Raises FileRefused."""
    text = _upload_of(kept).texts["table"]
    return read_table(text, delimiter_of(text))


def keep_columns(*, kept: Import, columns: Columns, by: User) -> None:
    """Keep what the columns of a foreign spreadsheet mean."""
    Import.objects.owned_by(by).filter(pk=kept.pk, state="waiting").update(columns=columns.as_json())


def _upload_of(kept: Import) -> Upload:
    assert kept.content is not None
    return unpacked(bytes(kept.content))
