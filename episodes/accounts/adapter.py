"""Our choices inside allauth's account pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from episodes.models import User
from episodes.models.names import folded, one_spelling
from episodes.web.step_up import proved_lately

LONGEST_USER_NAME = 150
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
        name = one_spelling(username)
        if "@" in name:
            raise ValidationError(_("A user name cannot hold the sign @: leave it out."))
        if not re.fullmatch(r"[\w.+-]+", name):
            raise ValidationError(_("Use letters, digits and the signs . + - _ alone, without a space."))
        if len(name) > LONGEST_USER_NAME:
            raise ValidationError(_("A user name has 150 letters at most: choose a shorter one."))
        if User.objects.named(name) is not None:
            raise self.validation_error("username_taken")
        return name

    def clean_email(self, email: str) -> str:
        return one_spelling(email).lower()

    def clean_password(self, password: str, user: Any = None) -> str:
        """Return the password in one spelling, in which it is looked at and kept."""
        cleaned: str = super().clean_password(one_spelling(password), user)
        return cleaned

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return what failed tries are counted under: neither another spelling nor another host is another count."""
        return folded(credentials.get("email", credentials.get("username", "")))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return False to who logged in within the last minutes: they have just said who they are."""
        return not proved_lately(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Return the ways to say once more who one is: who has a second step is asked for that."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        second = [method for method in methods if method["id"] != "reauthenticate"]
        return [{**method, "description": words[method["id"]]} for method in second or methods]

    def post_login(self, request: HttpRequest, user: Any, **login: Any) -> HttpResponse:
        """Go on after a log-in. Who has just signed up has typed the password, which counts as proof."""
        if login["signup"]:
            record_authentication(request, user, method="password")
        response: HttpResponse = super().post_login(request, user, **login)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the last proxy we trust wrote down; what a client wrote is not read.

        A request that came round the proxies has the address of its connection.
        """
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        if len(hops) < settings.TRUSTED_PROXIES:
            return str(request.META["REMOTE_ADDR"])
        address: str = super().get_client_ip(request)
        return address

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail that names BASE_URL, also where the request named another port or a dot behind the host."""
        asked = self.request.build_absolute_uri("/")
        links = {
            name: f"{settings.BASE_URL}/{value.removeprefix(asked)}"
            for name, value in context.items()
            if isinstance(value, str) and value.startswith(asked)
        }
        site = {"domain": urlsplit(settings.BASE_URL).netloc}
        super().send_mail(template_prefix, email, {**context, **links, "current_site": site})

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account:overview")
