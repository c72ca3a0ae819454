"""`manage.py distribute`: spread the diaries of one PostgreSQL over the nodes of Citus, by patient."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from episodes.operations.distribution import has_citus, plan
from episodes.operations.maintenance import in_maintenance, need_database


class Command(BaseCommand):
    help = "Distribute the health tables by patient on Citus; run again after an error, it goes on where it stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="print the statements that are still to be sent, and send none",
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL can be distributed; this is SQLite.")
        with in_maintenance():
            need_database()
            if dry_run:
                self._print()
            else:
                self._run()

    def _print(self) -> None:
        with connection.cursor() as cursor:
            title = ""
            for step in plan(cursor):
                if step.title != title:
                    title = step.title
                    self.stdout.write(f"-- {title}")
                self.stdout.write(f"{step.sql};")

    def _run(self) -> None:
        with connection.cursor() as cursor:
            if not has_citus(cursor):
                raise CommandError(
                    "Citus is not installed in this database: a superuser runs CREATE EXTENSION citus, on every node."
                )
            steps = plan(cursor)
            for number, step in enumerate(steps, 1):
                self.stdout.write(f"{number}/{len(steps)} {step.title}: {step.sql}")
                try:
                    cursor.execute(step.sql)  # one statement, one transaction
                except DatabaseError as error:
                    words = str(error).strip().split("\n")[0]
                    if step.sql.startswith("ALTER ROLE"):
                        words += " (a superuser may send what --dry-run prints of ALTER ROLE)"
                    raise CommandError(
                        f"Stopped at {step.sql}: {words}; mend that and run it again."
                    ) from None
        self.stdout.write("Distributed by patient." if steps else "Everything is distributed already.")
