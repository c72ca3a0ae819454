"""Secrets that open something without a log-in: made, hashed and compared here, and kept as hashes alone.

A row is found by the hash of what was sent: the time that takes tells nothing from which a secret could be made. The
formulas stay as they are, so that links, tokens and codes that people hold go on working.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from episodes.models.access import HealthModel, HealthQuerySet
from episodes.models.people import DataConsent, User

SECRET_BYTES = 24
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is easily mixed up; 60 bits in a code
CODE_LETTERS = 12


class TimedSecretQuerySet(HealthQuerySet):
    def live(self, at: dt.datetime) -> Self:
        """Return what works at `at`: not over, not ended."""
        return self.filter(made_at__lte=at, expires_at__gt=at, revoked_at=None)

    def opened_by(self, secret: bytes) -> Self:
        """Return the row of this secret, working or not, or nothing."""
        return self.filter(secret_hash=hash_of(secret))


class TimedSecret(HealthModel):
    """A way into one patient's diary for a while, until it is over or ended: a link or a token."""

    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        abstract = True

    @classmethod
    def end_all(cls, now: dt.datetime) -> None:
        """End those of everybody: for a restore, in maintenance."""
        cls.rows.filter(revoked_at=None).update(revoked_at=now)

    def is_live(self, at: dt.datetime) -> bool:
        return self.revoked_at is None and self.made_at <= at < self.expires_at


def new_secret() -> bytes:
    """Return 192 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def new_address() -> str:
    """Return 256 random bits as the part of an address."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a code of twelve letters and digits for people to type."""
    return "".join(secrets.choice(LETTERS) for _position in range(CODE_LETTERS))


def hash_of(secret: bytes | str) -> str:
    """Return what is kept of a secret; it is random and long, so that a plain SHA-256 cannot be reversed."""
    content = secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret
    return hashlib.sha256(content).hexdigest()


def hashes_of_code(code: str) -> list[str]:
    """Return what is kept of a code, under today's key first, then under the earlier ones.

    A code is short: without a key all of them could be tried.
    """
    return [
        salted_hmac("episodes.invitation", code, secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def password_stamp(person: User) -> str:
    """Return what changes with the password, and tells nothing about it."""
    return salted_hmac("episodes.api_token", person.password, algorithm="sha256").hexdigest()


def is_of_this_password(stamp: str, person: User) -> bool:
    """Return whether the password is still the one of the stamp, in constant time."""
    return hmac.compare_digest(stamp, password_stamp(person))


def token_of(patient_id: uuid.UUID, secret: bytes) -> str:
    """Return what is handed out: whose diary it opens, so that the query can name them, and the secret."""
    return base64.urlsafe_b64encode(patient_id.bytes + secret).decode().rstrip("=")


def parts_of(token: str) -> tuple[uuid.UUID, bytes] | None:
    """Return patient and secret of what was handed out, None where it never was."""
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(content) != 16 + SECRET_BYTES or token_of(uuid.UUID(bytes=content[:16]), content[16:]) != token:
        return None
    return uuid.UUID(bytes=content[:16]), content[16:]


def sharing_patient(patient_id: uuid.UUID) -> User | None:
    """Return a patient whose account is in use and who still agrees to our storing their data."""
    person = User.objects.filter(pk=patient_id, is_active=True).first()
    if person is None or not DataConsent.objects.filter(user=person, withdrawn_at=None).exists():
        return None
    return person
