"""Personal tokens: a program's way into one patient's own diary."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import HealthModel, HealthQuerySet

LONGEST_TOKEN = dt.timedelta(days=366)
LONGEST_NAME = 60


class ApiTokenQuerySet(HealthQuerySet):
    def live(self, at: dt.datetime) -> Self:
        """Return the tokens that are not over and not revoked at `at`; a changed password is asked elsewhere."""
        return self.filter(made_at__lte=at, expires_at__gt=at, revoked_at=None)


class ApiToken(HealthModel):
    """One program's key to the diary of the patient who made it. Its secret is kept as a hash alone.

    minute, requests: how many requests came in the running minute, one counter for all workers.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    secret_hash = models.CharField(max_length=64)
    password_stamp = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(
        null=True, blank=True
    )  # a day, not a moment: no track of somebody's nights
    minute = models.DateTimeField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)

    rows = ApiTokenQuerySet.as_manager()  # type: ignore[misc]

    class Meta(HealthModel.Meta):
        verbose_name = _("token for a program")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="api_token_patient_id"),
            models.UniqueConstraint(fields=["patient", "secret_hash"], name="api_token_secret_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at"))
                & models.Q(expires_at__lte=models.F("made_at") + LONGEST_TOKEN),
                name="api_token_at_most_a_year",
            ),
        ]

    @classmethod
    def end_all(cls, now: dt.datetime) -> None:
        """End those of everybody: for a restore, in maintenance."""
        cls.rows.filter(revoked_at=None).update(revoked_at=now)

    def is_live(self, at: dt.datetime) -> bool:
        return self.revoked_at is None and self.made_at <= at < self.expires_at
