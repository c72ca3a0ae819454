"""Personal tokens: a program's way into one patient's own diary."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from episodes.models.secrets import TimedSecret, TimedSecretQuerySet

LONGEST_TOKEN = dt.timedelta(days=366)
LONGEST_NAME = 60


class ApiToken(TimedSecret):
    """One program's key to the diary of the patient who made it.

    password_stamp: it also ends with the password under which it was made, which `live` does not ask.
    minute, requests: how many requests came in the running minute, one counter for all workers.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    password_stamp = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    last_used_on = models.DateField(
        null=True, blank=True
    )  # a day, not a moment: no track of somebody's nights
    minute = models.DateTimeField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)

    rows = TimedSecretQuerySet.as_manager()  # type: ignore[misc]

    class Meta(TimedSecret.Meta):
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
