"""How often somebody may try: one counter for all workers, per address, account or typed name.

The rates stand in `crampdiary/limits.py` ("5/m/user,30/d/user"), the counts in the shared cache.
The address is the one that the adapter trusts (`TRUSTED_PROXIES`).
"""

from __future__ import annotations

import copy
import time

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import parse_rate
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# What a click on a route counts as. Whatever writes a mail or an audit row or starts a process has a limit: here, in
# its view, in allauth, or because it only ends what was made within one.
CLICKS = {
    "sharing:consent-add": "share",
    "sharing:consent-change": "share",
    "sharing:look-report": "look_report",
    "report:link-add": "make_link",
    "account:token-make": "make_token",
    "admin:patient-note": "review",
    "admin:patient-reviewed": "review",
    "admin:patient-review-undo": "review",
    "admin:patient-number": "review",
    "admin:code-replace": "new_code",
    "admin:episodes_user_change": "account_change",
    "report:shared-report": "open_link",
}
# Here opening the page is the work itself.
LOOKS = {
    "admin:index": "look",
    "admin:patient-detail": "look",
    "report:patient-report": "look",
    "report:patient-pdf": "pdf",
    "report:visit-pdf": "pdf",
    "report:shared-report": "open_link",
}


def refused_click(request: HttpRequest, route: str) -> HttpResponse | None:
    """Return the page that says to wait, where this route was used too often; None where it may be used."""
    is_look = request.method in ("GET", "HEAD")
    action = (LOOKS if is_look else CLICKS).get(route)
    if action is None:
        return None
    if action == "look":
        is_within = _is_within_looks(request)
    else:
        is_within = is_allowed(request, action, key=request.path_info, counts_get=is_look)
    if is_within:
        return None
    return render(request, "429.html", status=429)


def _is_within_looks(request: HttpRequest) -> bool:
    """Count one look of a clinician and return whether it is within the hour's limit.

    Without the library's lock, for which two hundred readers at once would wait or be refused: of two at the same
    instant one may go uncounted.
    """
    rate = parse_rate(settings.ACCOUNT_RATE_LIMITS["look"])
    key = f"look:{request.user.pk}:{int(time.time() // rate.duration)}"
    count = cache.get(key, 0)
    if count >= rate.amount:
        return False
    cache.set(key, count + 1, rate.duration)
    return True


def is_allowed(
    request: HttpRequest, action: str, *, key: str | None = None, counts_get: bool = False
) -> bool:
    """Count one try of `action` and return whether it is still within its limits.

    `key` is what was typed, for rates per "key". A GET request is allowed and not counted, unless it is the
    work itself, such as a download: `counts_get`.
    """
    if counts_get:
        request = copy.copy(request)
        request.method = "POST"  # the library counts no GET and has no public way to say otherwise
    allowed: bool = ratelimit.consume(request, action=action, key=key)
    return allowed
