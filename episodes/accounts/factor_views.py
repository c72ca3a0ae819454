"""Changing the second step of log-in: allauth's pages, after which only this session goes on."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from episodes.web.roles import end_sessions
from episodes.web.second_factor import FACTORS


class FactorChange:
    """A page that changes somebody's factors: the change and the end of the other sessions are one step."""

    is_a_new_factor = False
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            keep_only_this_session(self.request)
        if self.is_a_new_factor:  # its first code, or the new passkey itself, was shown here and now
            record_authentication(self.request, self.request.user, "mfa")
        elif not is_mfa_enabled(self.request.user, FACTORS):
            forget_second_factor(self.request)
        return response


def keep_only_this_session(request: HttpRequest) -> None:
    user: Any = request.user
    end_sessions(account=user)
    update_session_auth_hash(request, user)
    UserSession.objects.purge_and_list(user)
    UserSession.objects.create_from_request(request)


def forget_second_factor(request: HttpRequest) -> None:
    """Make this session as good as one that never used a second factor."""
    records = get_authentication_records(request, request.user)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record for record in records if record.get("method") != "mfa"
    ]


class AddCodeApp(FactorChange, ActivateTOTPView):  # type: ignore[misc]
    is_a_new_factor = True


class OwnQuestion:
    """A page that asks for a passkey: the answer counts here alone, and once.

    The library keeps one question for all its pages, and they ask for different things: a second step is
    content with a touch, a log-in without a password is not.
    """

    ceremony = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = f"passkey_question_{self.ceremony}"
        asked = request.session.pop(own, None)
        request.session[STATE_SESSION_KEY] = asked if request.method == "POST" else None
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        asks = request.session.pop(STATE_SESSION_KEY, None)
        if asks and asks != asked:
            request.session[own] = asks
        return response


class AddPasskey(OwnQuestion, FactorChange, AddWebAuthnView):  # type: ignore[misc]
    ceremony = "add"
    is_a_new_factor = True


class LogInWithPasskey(OwnQuestion, LoginWebAuthnView):  # type: ignore[misc]
    ceremony = "log_in"


class PasskeyAgain(OwnQuestion, ReauthenticateWebAuthnView):  # type: ignore[misc]
    ceremony = "again"


class SecondStep(OwnQuestion, AuthenticateView):  # type: ignore[misc]
    ceremony = "second_step"


class RemoveCodeApp(FactorChange, DeactivateTOTPView):  # type: ignore[misc]
    pass


class RemovePasskey(FactorChange, RemoveWebAuthnView):  # type: ignore[misc]
    pass


class NewRecoveryCodes(FactorChange, GenerateRecoveryCodesView):  # type: ignore[misc]
    pass
