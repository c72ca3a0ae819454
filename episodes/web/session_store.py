"""Sessions in the database, sealed, and looked up only by what can be a key of one.

A session holds what somebody had typed when they were asked who they are, perhaps a note about a patient:
whoever reads the table or a backup, which is without the key, reads none of it.
"""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.sessions.backends import db
from django.utils.crypto import salted_hmac

logger = logging.getLogger("django.security.SuspiciousSession")


class SessionStore(db.SessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        content: bytes = self.serializer().dumps(session_dict)
        return _seal().encrypt(content).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return an empty session for what this key did not seal: its owner logs in again."""
        try:
            opened: dict[str, Any] = self.serializer().loads(_seal().decrypt(session_data))
        except (InvalidToken, ValueError):
            logger.warning("Session data corrupted")
            return {}
        return opened

    def _validate_session_key(self, key: Any) -> bool:
        """A cookie may say anything, in quotes even a null character: PostgreSQL refuses to compare with that."""
        is_known: bool = super()._validate_session_key(key)  # type: ignore[misc]  # unknown to its stubs
        return is_known and key.isascii() and key.isalnum()


def _seal() -> MultiFernet:
    return _seal_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=2)
def _seal_of(secrets: tuple[str, ...]) -> MultiFernet:
    """Return what seals with the first secret and opens what any of them has sealed."""
    keys = [
        salted_hmac("episodes.sessions", "", secret=secret, algorithm="sha256").digest() for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
