"""`manage.py statistics`: how many people and about how many rows, from the replica where there is one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from episodes.operations.statistics import operator_statistics


class Command(BaseCommand):
    help = "Print numbers for operators; reads no diary, and reads DATABASE_REPLICA_URL where that is set."

    def handle(self, **options: Any) -> None:
        try:
            numbers = operator_statistics()
        except DatabaseError:
            raise CommandError("The database or its replica does not answer.") from None
        for name, number in numbers.items():
            self.stdout.write(f"{name}: {number}")
