"""Pages of clinicians and operators open only to a session that used a second factor, and lately.

The use stands in the session; no query is needed, because every change of somebody's factors ends
their other sessions and corrects the one that made the change (`episodes/accounts/factor_views.py`).
"""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from episodes.web.step_up import forget_secrets

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
IDLE_SECONDS = 15 * 60
NOTED_EVERY_SECONDS = 60  # a session is written at most this often for having been used
LAST_SEEN = "staff_last_seen"


def used_second_factor(request: HttpRequest) -> bool:
    return _factor_used_at(request) is not None


def staff_refusal(request: HttpRequest) -> HttpResponse | None:
    """Return None to a session that may open pages for clinicians and operators, else where it goes first.

    Without a factor: to the page that sets one up. Not used in this session, or nothing opened here
    for 15 minutes: to the page that asks for it; what was posted is kept and carried out afterwards.
    """
    used_at = _factor_used_at(request)
    if used_at is None and not is_mfa_enabled(request.user, FACTORS):
        return redirect("mfa_index")
    now = time.time()
    idle_since = max(used_at or 0.0, request.session.get(LAST_SEEN, 0.0))
    if used_at is None or now - idle_since > IDLE_SECONDS:
        return _ask(request)
    if now - idle_since > NOTED_EVERY_SECONDS:
        request.session[LAST_SEEN] = now
    return None


def _factor_used_at(request: HttpRequest) -> float | None:
    records = get_authentication_records(request, request.user)
    used = [float(record["at"]) for record in records if record.get("method") == "mfa"]
    return used[-1] if used else None


def _ask(request: HttpRequest) -> HttpResponse:
    methods = get_adapter().get_reauthentication_methods(request.user)
    forget_secrets(request)
    answer: HttpResponse = suspend_request(request, methods[0]["url"])
    return answer
