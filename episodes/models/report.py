"""Links to a visit report that open without an account, for a few days."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import secrets
import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import HealthModel, HealthQuerySet, in_range
from episodes.models.people import DataConsent, User

SECRET_BYTES = 24
MOST_PIN_FAILURES = 5
LONGEST_LINK = dt.timedelta(days=30)


class ReportLinkQuerySet(HealthQuerySet):
    def live(self, at: dt.datetime) -> Self:
        """Return the links that open at `at`: not over, not ended, not locked by wrong PINs."""
        return self.filter(
            made_at__lte=at, expires_at__gt=at, revoked_at=None, pin_failures__lt=MOST_PIN_FAILURES
        )


class ReportLink(HealthModel):
    """One report, with the nights and parts chosen when it was made, readable by whoever has the address.

    The secret of the address is kept as a hash alone: what is lost cannot be shown again.
    """

    secret_hash = models.CharField(max_length=64)
    pin_hash = models.CharField(max_length=128, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    first = models.DateField()
    last = models.DateField()
    sections = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    rows = ReportLinkQuerySet.as_manager()  # type: ignore[misc]

    class Meta(HealthModel.Meta):
        verbose_name = _("link to a report")
        indexes = [models.Index(fields=["patient", "made_at"], name="report_link_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="report_link_patient_id"),
            models.UniqueConstraint(fields=["patient", "secret_hash"], name="report_link_secret_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at"))
                & models.Q(expires_at__lte=models.F("made_at") + LONGEST_LINK),
                name="report_link_at_most_30_days",
            ),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="report_link_first_to_last"
            ),
            in_range("report_link", "pin_failures", 0, MOST_PIN_FAILURES),
        ]

    @property
    def has_pin(self) -> bool:
        return bool(self.pin_hash)

    @property
    def is_locked(self) -> bool:
        return self.pin_failures >= MOST_PIN_FAILURES

    @classmethod
    def end_all(cls, now: dt.datetime) -> None:
        """End those of everybody: for a restore, in maintenance."""
        cls.rows.filter(revoked_at=None).update(revoked_at=now)

    def is_live(self, at: dt.datetime) -> bool:
        return self.revoked_at is None and not self.is_locked and self.made_at <= at < self.expires_at


def new_secret() -> bytes:
    """Return 192 random bits."""
    return secrets.token_bytes(SECRET_BYTES)


def hash_of(secret: bytes) -> str:
    """Return what is kept of a secret; it is random and long, so that a plain SHA-256 cannot be reversed."""
    return hashlib.sha256(secret).hexdigest()


def token_of(patient_id: uuid.UUID, secret: bytes) -> str:
    """Return the last part of a link's address: whose report, so that the query can name them, and the secret."""
    return base64.urlsafe_b64encode(patient_id.bytes + secret).decode().rstrip("=")


def parts_of(token: str) -> tuple[uuid.UUID, bytes] | None:
    """Return patient and secret of an address, None where it never was one."""
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
