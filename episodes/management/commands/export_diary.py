"""`manage.py export_diary USER --format csv|json|fhir --out PATH`: the same files as the web page."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from episodes.exchange.export_files import FILES_OF_FORMAT, write_archive, write_file
from episodes.models import User, acting_as
from episodes.operations.accounts import account_in_use


class Command(BaseCommand):
    help = (
        "Write the diary of USER to PATH. As csv, a PATH that ends with .zip becomes the whole archive; "
        "any other PATH becomes the nights, and cramps, own habits and code book are written beside it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")
        parser.add_argument("--format", required=True, choices=list(FILES_OF_FORMAT))
        parser.add_argument("--out", required=True, type=Path, metavar="PATH")
        parser.add_argument(
            "--notes", action="store_true", help="put the notes into the nights of a csv export"
        )

    def handle(self, *, user: str, format: str, out: Path, notes: bool, **options: Any) -> None:
        """Write all files, or none."""
        account = account_in_use(user)
        now = timezone.now()
        ready: dict[Path, Path] = {}
        try:
            with translation.override(account.language), acting_as(account), transaction.atomic():
                for target, write in _writers(format, out, notes, now, account).items():
                    ready[target] = _beside(target, write)
            for target, file in ready.items():  # the audit row is kept by now
                file.replace(target)
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from None
        except DatabaseError:
            raise CommandError("The diary could not be read: nothing was written.") from None
        finally:
            for file in ready.values():
                file.unlink(missing_ok=True)
        for target in ready:
            self.stdout.write(str(target))


def _writers(
    wanted: str, out: Path, notes: bool, now: Any, account: User
) -> dict[Path, Callable[[BinaryIO], None]]:
    if wanted == "csv" and out.suffix.lower() == ".zip":
        return {out: lambda file: write_archive(file, now=now, by=account, for_operator=True)}

    def writer(name: str) -> Callable[[BinaryIO], None]:
        return lambda file: write_file(file, name, with_notes=notes, now=now, by=account, for_operator=True)

    names = FILES_OF_FORMAT[wanted]
    return {sibling(out, name): writer(name) for name in names}


def sibling(nights: Path, name: str) -> Path:
    """Return where another file of the same export stands, beside the file of the nights.

    `nights.csv` has `episodes.csv` beside it, `ada.csv` has `ada.episodes.csv`.
    """
    if name in ("nights.csv", "diary.json", "fhir.json"):
        return nights
    if nights.stem == "nights":
        return nights.with_name(name)
    return nights.with_name(f"{nights.stem}.{name}")


def _beside(target: Path, write: Callable[[BinaryIO], None]) -> Path:
    """Return a file beside `target` that only its owner may read."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    ready = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
    except BaseException:
        ready.unlink(missing_ok=True)
        raise
    return ready
