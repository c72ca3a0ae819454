"""Consent: which clinician may read which sections of a diary, from when until when."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import SCOPES, HealthModel, HealthQuerySet

LONGEST = dt.timedelta(days=366)


class ConsentQuerySet(HealthQuerySet):
    def in_force(self, at: dt.datetime | None = None) -> Self:
        """Return the consents that hold at `at`: begun, not over, not withdrawn."""
        at = at or timezone.now()
        return self.filter(valid_from__lte=at, valid_until__gt=at, withdrawn_at=None, patient__is_active=True)


class Consent(HealthModel):
    """One patient lets one clinician read some sections. Never edited: withdrawn and granted anew."""

    section = "consent"

    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shares_nights = models.BooleanField(default=True)
    shares_habits = models.BooleanField(default=True)
    shares_alcohol = models.BooleanField(default=False)
    shares_health = models.BooleanField(default=False)
    shares_own_habits = models.BooleanField(default=True)
    shares_experiments = models.BooleanField(default=True)
    shares_notes = models.BooleanField(default=False)
    shares_report = models.BooleanField(default=True)
    valid_from = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField()
    purpose = models.CharField(max_length=200, blank=True)
    text_version = models.CharField(max_length=20)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.UUIDField(null=True, blank=True)

    rows = ConsentQuerySet.as_manager()  # type: ignore[misc]

    class Meta(HealthModel.Meta):
        verbose_name = _("consent")
        indexes = [
            models.Index(fields=["patient", "clinician"], name="consent_of_patient"),
            models.Index(fields=["clinician", "valid_until"], name="consent_of_clinician"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="consent_patient_id"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("valid_from")), name="consent_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__lte=models.F("valid_from") + LONGEST),
                name="consent_at_most_a_year",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="consent_withdrawn_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(patient_id=models.F("clinician_id")), name="consent_to_somebody_else"
            ),
        ]

    @property
    def scopes(self) -> frozenset[str]:
        """Return the keys of the sections that this consent shares."""
        return frozenset(scope for scope in SCOPES if getattr(self, f"shares_{scope}"))
