"""How often somebody may try: one counter for all workers, per address, account or typed name.

The rates stand in `settings.ACCOUNT_RATE_LIMITS` ("5/m/user,30/d/user"), the counts in the shared cache.
The address is the one that the adapter trusts (`TRUSTED_PROXIES`).
"""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest


def is_allowed(request: HttpRequest, action: str, *, key: str | None = None) -> bool:
    """Count one try of `action` and return whether it is still within its limits.

    `key` is what was typed, for rates per "key". A GET request is never counted and always allowed.
    """
    allowed: bool = ratelimit.consume(request, action=action, key=key)
    return allowed
