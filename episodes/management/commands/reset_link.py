"""`manage.py reset_link USER`: a link with which somebody sets a new password, for when no mail arrives."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from episodes.operations.accounts import account_in_use


class Command(BaseCommand):
    help = "Print a link with which the person sets a new password. It works once and not for long."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")

    def handle(self, *, user: str, **options: Any) -> None:
        account = account_in_use(user)
        path = reverse(
            "account_reset_password_from_key",
            kwargs={
                "uidb36": user_pk_to_url_str(account),
                "key": default_token_generator.make_token(account),
            },
        )
        self.stdout.write(settings.BASE_URL + path)
