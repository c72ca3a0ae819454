"""Accounts by the name typed on the command line."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from episodes.models import User


def account_named(name: str) -> User:
    """Return the account with this user name, else with this e-mail.

    CommandError: none, several, or no database to look in.
    """
    try:
        return _account_named(name)
    except (OperationalError, ProgrammingError):
        raise CommandError(
            "The database is not there or not up to date: run `manage.py migrate`, then try again."
        ) from None


def _account_named(name: str) -> User:
    account = User.objects.filter(username=name).first()
    if account is not None:
        return account
    found = list(User.objects.filter(email__iexact=name)[:2]) if "@" in name else []
    if len(found) > 1:
        raise CommandError(f"Several accounts have the e-mail {name}: use the user name.")
    if not found:
        raise CommandError(f"There is no account named {name}.")
    return found[0]
