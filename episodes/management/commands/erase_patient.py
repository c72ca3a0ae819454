"""`manage.py erase_patient USER`: erase somebody who asked the operator for it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from episodes.accounts.erasure import ErasureRefused, erase
from episodes.models.erasure import ACCOUNT, DIARY
from episodes.operations.accounts import account_named
from episodes.operations.maintenance import in_maintenance


class Command(BaseCommand):
    help = "Delete an account with its diary, at once and for good (with --diary the diary alone)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")
        parser.add_argument("--diary", action="store_true", help="clear the diary and keep the account")

    @in_maintenance()
    def handle(self, *, user: str, diary: bool, **options: Any) -> None:
        account = account_named(user)
        try:
            receipt = erase(
                account=account,
                what=DIARY if diary else ACCOUNT,
                now=timezone.now(),
                in_maintenance=True,
                by=None,
            )
        except ErasureRefused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{'The diary' if diary else 'The account'} of {user} is erased: {receipt.nights} nights, "
            f"{receipt.rows} rows in all. Audit rows stay under {receipt.key}."
        )
