"""Links to a visit report that open without an account, for a few days."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from episodes.models.access import in_range
from episodes.models.secrets import TimedSecret, TimedSecretQuerySet

MOST_PIN_FAILURES = 5
LONGEST_LINK = dt.timedelta(days=30)


class ReportLinkQuerySet(TimedSecretQuerySet):
    def live(self, at: dt.datetime) -> Self:
        """Return the links that open at `at`: not over, not ended, not locked by wrong PINs."""
        return super().live(at).filter(pin_failures__lt=MOST_PIN_FAILURES)


class ReportLink(TimedSecret):
    """One report, with the nights and parts chosen when it was made, readable by whoever has the address.

    The secret of the address is kept as a hash alone: what is lost cannot be shown again.
    """

    pin_hash = models.CharField(max_length=128, blank=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    first = models.DateField()
    last = models.DateField()
    sections = models.JSONField(default=list)

    rows = ReportLinkQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TimedSecret.Meta):
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

    def is_live(self, at: dt.datetime) -> bool:
        return not self.is_locked and super().is_live(at)
