"""`manage.py verify_restore PATH`: whether everything that a backup counts is in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from episodes.operations.backup import BackupFailed, missing_rows, read_backup, row_counts
from episodes.operations.maintenance import in_maintenance, need_database


class Command(BaseCommand):
    help = "Compare the rows of the database with the backup in PATH, after `restore` and before the site starts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="folder that `backup` made")

    def handle(self, *, path: Path, **options: Any) -> None:
        need_database()
        try:
            expected = {
                name: int(table["rows"])
                for name, table in read_backup(path)["tables"].items()
                if table["rows"] and name.startswith("episodes_")
            }
            with in_maintenance():
                found = row_counts(expected)
                erased = row_counts(["episodes_erasurerecord"])["episodes_erasurerecord"]
        except BackupFailed as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: {str(error).splitlines()[0]}") from None
        for name, rows in found.items():
            self.stdout.write(f"{name}: {rows} rows, {expected[name]} in the backup")
        erased -= expected.get("episodes_erasurerecord", 0)
        if lost := missing_rows(found, expected, erased):
            raise CommandError(f"Do not start the site on this database: {', '.join(lost)}.")
        since = f" What is missing belongs to {erased} erasures made since." if erased > 0 else ""
        self.stdout.write(f"Everything in the backup is in the database.{since}")
