"""Accounts by the name typed on the command line."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError
from django.urls import reverse

from episodes.models import User
from episodes.models.names import one_spelling
from episodes.operations.maintenance import NO_DATABASE


def account_named(name: str) -> User:
    """Return the account with this user name, else with this e-mail, however they are written.

    CommandError: none, several, or no database to look in.
    """
    try:
        return _account_named(name)
    except (OperationalError, ProgrammingError):
        raise CommandError(NO_DATABASE) from None


def account_in_use(name: str) -> User:
    """Return the account of this name or e-mail. CommandError: it is switched off, so that it sees no diary either."""
    account = account_named(name)
    if not account.is_active:
        raise CommandError("This account is switched off: switch it on first.")
    return account


def _account_named(name: str) -> User:
    account = User.objects.named(name)
    if account is not None:
        return account
    found = list(User.objects.filter(email__iexact=one_spelling(name).lower())[:2]) if "@" in name else []
    if len(found) > 1:
        raise CommandError(f"Several accounts have the e-mail {name}: use the user name.")
    if not found:
        raise CommandError(f"There is no account named {name}.")
    return found[0]


def next_step(account: User) -> str:
    """Return what a clinician or operator does before the review opens to them."""
    if is_mfa_enabled(account):
        return "They log in with their second step, and the review opens at " + _address("admin:index")
    return f"Next, they log in and set up a code app or a passkey: {_address('mfa_index')}"


def _address(name: str) -> str:
    address: str = settings.BASE_URL + reverse(name)
    return address
