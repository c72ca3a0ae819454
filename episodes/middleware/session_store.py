"""Sessions in the database, looked up only by what can be a key of one.

A cookie may say anything, in quotes even a null character, and PostgreSQL refuses to compare with that.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: Any) -> bool:
        is_known: bool = super()._validate_session_key(key)  # type: ignore[misc]  # unknown to its stubs
        return is_known and key.isascii() and key.isalnum()
