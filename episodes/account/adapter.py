"""Our choices inside allauth's account pages."""

from __future__ import annotations

import unicodedata

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

WRONG_LOGIN = _("The name or the password is not right. Check both and try again.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is switched off. Ask the person who runs this site."),
        "cannot_remove_primary_email": _("Add another e-mail first, then remove this one."),
        "duplicate_email": _("This e-mail already belongs to your account."),
        "email_password_mismatch": WRONG_LOGIN,
        "enter_current_password": _("This is not your password now. Try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_password_reset": _("This link is no longer valid. Ask for a new one."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
        "same_as_current": _("This is what you have already: write another one."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "username_password_mismatch": WRONG_LOGIN,
        "username_taken": _("This user name is taken: please choose another."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the name in one spelling; a name that looks like an e-mail is refused."""
        name = unicodedata.normalize("NFKC", username)
        if "@" in name:
            raise ValidationError(_("A user name cannot hold the sign @: leave it out."))
        cleaned: str = super().clean_username(name, shallow)
        return cleaned

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account:overview")
