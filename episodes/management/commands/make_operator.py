"""`manage.py make_operator USER`: let somebody manage accounts; operators see no diary."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from episodes.operations.accounts import account_named, next_step
from episodes.web.roles import make_operator


class Command(BaseCommand):
    help = "Make an account an operator's: they manage accounts and see no diary."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")

    def handle(self, *, user: str, **options: Any) -> None:
        account = account_named(user)
        make_operator(account=account, by=None)
        self.stdout.write(f"{account.username} is an operator now.")
        self.stdout.write(next_step(account))
