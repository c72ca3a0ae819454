"""`manage.py remove_second_factor USER`: for who lost the phone, the key and the recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from episodes.operations.accounts import account_named
from episodes.web.roles import remove_second_factor


class Command(BaseCommand):
    help = "Take away somebody's code app, passkeys and recovery codes, and log them out everywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")

    def handle(self, *, user: str, **options: Any) -> None:
        account = account_named(user)
        if not remove_second_factor(account=account, by=None):
            self.stdout.write(f"{account.username} had no code app and no passkey; every session is ended.")
            return
        self.stdout.write(
            f"{account.username} logs in with the password alone now, and sets up a new second step. "
            "Make sure that it was really they who asked."
        )
