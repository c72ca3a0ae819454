"""How often somebody may try: one counter for all workers, per address, account or typed name.

The rates stand in `settings.ACCOUNT_RATE_LIMITS` ("5/m/user,30/d/user"), the counts in the shared cache.
The address is the one that the adapter trusts (`TRUSTED_PROXIES`).
"""

from __future__ import annotations

import copy

from allauth.core import ratelimit
from django.http import HttpRequest


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
