"""`manage.py seed_demo`: generated diaries in a database of their own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from episodes.models import User
from episodes.operations.demo.second_step import second_step_of
from episodes.operations.demo.store import MOST_PATIENTS, PASSWORD, NotADemo, demo_people, seed

WRONG_ARGUMENTS = 2
MOST_NIGHTS = 3650


class Command(BaseCommand):
    help = "Fill an empty database with generated, clearly marked diaries and print their log-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=2, help="how many patients (default 2)")
        parser.add_argument("--nights", type=int, default=365, help="nights up to last night (default 365)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same number makes the same diaries (default 1)"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="leave a demo that is already there as it is"
        )

    def handle(self, *, patients: int, nights: int, seed: int, if_empty: bool, **options: Any) -> None:
        if not 1 <= patients <= MOST_PATIENTS or not 1 <= nights <= MOST_NIGHTS:
            raise CommandError(
                f"Use 1 to {MOST_PATIENTS} patients and 1 to {MOST_NIGHTS} nights.",
                returncode=WRONG_ARGUMENTS,
            )
        try:
            there = demo_people()
        except NotADemo:
            raise CommandError(
                "This database has people who are not part of a demo: use another DATABASE_URL."
            ) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read: run migrate first ({error}).") from None
        if there and not if_empty:
            raise CommandError("The demo is here already: use --if-empty to keep it, or an empty database.")
        self._print_logins(there or self._seeded(patients, nights, seed))

    def _seeded(self, patients: int, nights: int, seed_number: int) -> list[User]:
        try:
            return seed(patients=patients, nights=nights, seed_number=seed_number, now=timezone.now())
        except DatabaseError as error:
            raise CommandError(f"The diaries could not be written: {error}") from None

    def _print_logins(self, people: list[User]) -> None:
        self.stdout.write("Generated diaries: nobody's, to look at. Log in with:")
        for person in people:
            role = "clinician" if person.is_clinician else "patient"
            self.stdout.write(f"  {person.username:<12} {PASSWORD}   ({role})")
            for line in second_step_of(person):
                self.stdout.write(f"  {'':<12} {line}")
