"""`manage.py make_clinician USER`: let somebody read the diaries that patients share with them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from episodes.operations.accounts import account_named, next_step
from episodes.web.roles import AccountRefused, make_clinician


class Command(BaseCommand):
    help = "Make an account a clinician's and print the code for their patients."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")
        parser.add_argument(
            "--name", default="", help="the checked name that patients see (default: as in the account)"
        )
        parser.add_argument("--practice", default="", help="the practice that patients see")

    def handle(self, *, user: str, name: str, practice: str, **options: Any) -> None:
        account = account_named(user)
        try:
            card = make_clinician(account=account, name=name or account.name, practice=practice, by=None)
        except AccountRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{account.username} is a clinician now. Code for patients: {card.code}")
        self.stdout.write(next_step(account))
