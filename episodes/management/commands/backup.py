"""`manage.py backup PATH`: copy the database while the site runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from episodes.accounts.erasure import write_ledger
from episodes.operations.backup import BackupFailed, make_backup
from episodes.operations.maintenance import in_maintenance


class Command(BaseCommand):
    help = "Copy the database into the new folder PATH, with a manifest; check the copy (exit 0, 1 or 2)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="a new or empty folder")

    def handle(self, *, path: Path, **options: Any) -> None:
        try:
            with in_maintenance():
                manifest = make_backup(path)
                self._complete_ledger()
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {str(error).splitlines()[0]}") from None
        tables = manifest["tables"].values()
        self.stdout.write(
            f"{sum(table['rows'] for table in tables)} rows of {len(tables)} tables are in {path}. The keys of the "
            "site are not: keep copies of the secret key, push_key.pem and the erasure ledger elsewhere."
        )

    def _complete_ledger(self) -> None:
        try:
            write_ledger()
        except (OSError, ValueError) as error:
            sys.stderr.write(f"Warning: the erasure ledger could not be completed: {error}\n")
