"""The files of an export, written piece by piece, and the audit row of each."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import BinaryIO

from django.utils.translation import gettext as _

from episodes.audit.events import append_audit
from episodes.exchange.csv_export import code_book_csv, episodes_csv, nights_csv, own_habits_csv
from episodes.exchange.fhir_export import fhir_json
from episodes.exchange.json_export import diary_json
from episodes.models import AuditEvent, Night, User, acting_as

CSV, JSON, FHIR, ZIP = (
    "text/csv; charset=utf-8",
    "application/json",
    "application/fhir+json",
    "application/zip",
)
MEDIA_TYPES = {
    "nights.csv": CSV,
    "episodes.csv": CSV,
    "own_habits.csv": CSV,
    "codebook.csv": CSV,
    "diary.json": JSON,
    "fhir.json": FHIR,
}
ARCHIVE = "diary.zip"
FILES_OF_FORMAT = {
    "csv": ("nights.csv", "episodes.csv", "own_habits.csv", "codebook.csv"),
    "json": ("diary.json",),
    "fhir": ("fhir.json",),
}


def pieces(name: str, *, with_notes: bool = False, now: dt.datetime, by: User) -> Iterator[str]:
    """Return the pieces of one file. Raises KeyError for a name that is not in MEDIA_TYPES."""
    writers: dict[str, Callable[[], Iterator[str]]] = {
        "nights.csv": lambda: nights_csv(by=by, with_notes=with_notes),
        "episodes.csv": lambda: episodes_csv(by=by),
        "own_habits.csv": lambda: own_habits_csv(by=by),
        "codebook.csv": lambda: code_book_csv(by=by),
        "diary.json": lambda: diary_json(by=by, now=now),
        "fhir.json": lambda: fhir_json(by=by, now=now),
    }
    return writers[name]()


def write_file(
    file: BinaryIO,
    name: str,
    *,
    with_notes: bool = False,
    now: dt.datetime,
    by: User,
    action: AuditEvent.Action = AuditEvent.Action.EXPORT,
    for_operator: bool = False,
) -> None:
    """Write one file of an export and its audit row. Call inside a transaction: then it is one moment's diary.

    for_operator: the file is taken out by whoever runs the server, and the audit row says so.
    """
    for piece in pieces(name, with_notes=with_notes, now=now, by=by):
        file.write(piece.encode())
    note_export(name, now=now, by=by, action=action, for_operator=for_operator)


def write_archive(
    file: BinaryIO,
    *,
    more: dict[str, bytes] | None = None,
    now: dt.datetime,
    by: User,
    for_operator: bool = False,
) -> None:
    """Write every file of an export as one archive, notes included. more: files that are made already."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", read_me())
        for name in MEDIA_TYPES:
            with archive.open(name, "w") as member:
                for piece in pieces(name, with_notes=True, now=now, by=by):
                    member.write(piece.encode())
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    note_export(ARCHIVE, now=now, by=by, for_operator=for_operator)


def note_export(
    resource: str,
    *,
    now: dt.datetime,
    by: User,
    action: AuditEvent.Action = AuditEvent.Action.EXPORT,
    for_operator: bool = False,
) -> None:
    """Note in the chain of `by` that the diary was taken out, and how many nights."""
    nights = Night.objects.owned_by(by).count()
    with acting_as(None) if for_operator else nullcontext():
        append_audit(
            patient_ids=[by.pk],
            action=action,
            resource=resource,
            counts={by.pk: nights},
            now=now,
            by=None if for_operator else by,
        )


def read_me() -> str:
    """Return what the archive holds, for whoever opens it in ten years."""
    lines = (
        _("Your diary, as you took it out. It holds private facts about your health: keep it safe."),
        "",
        _("nights.csv: one line for each night, for a spreadsheet."),
        _("episodes.csv: one line for each cramp."),
        _("own_habits.csv: your own habits, the columns habit_... in nights.csv."),
        _("codebook.csv: what each column means."),
        _("diary.json: everything, for another program or to read it back here."),
        _("fhir.json: the same nights in a form that hospital programs know."),
        _("visit-report.pdf: the one-page report, if this server can make it."),
        "",
        _("To read it back: Account, Bring a diary in, and choose this file as it is."),
    )
    return "\n".join(str(line) for line in lines) + "\n"
