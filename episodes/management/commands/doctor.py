"""`manage.py doctor`: say in plain sentences what is misconfigured."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from episodes.operations.doctor import WRONG, findings


class Command(BaseCommand):
    help = "Look at settings, files, mail, clock and database; exit 0 when nothing is wrong, else 1."
    requires_system_checks: list[str] = []  # they are part of what is told

    def handle(self, **options: Any) -> None:
        wrong = 0
        for finding in findings():
            self.stdout.write(f"{finding.grade:<6}{finding.what}: {finding.words}")
            wrong += finding.grade == WRONG
        if wrong:
            raise CommandError("1 thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
        self.stdout.write("Nothing is wrong.")
