"""Consent: which clinician may read which sections of a diary, from when until when."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import OWN, SCOPES, HealthModel, HealthQuerySet, in_range, one_of
from episodes.models.keys import new_id

LONGEST = dt.timedelta(days=366)
WARNED_AHEAD = dt.timedelta(days=14)
NOTICES = ("first_look", "ends_soon", "note")
EARLIEST_BIRTH, LATEST_BIRTH = dt.date(1900, 1, 1), dt.date(2100, 12, 31)


def in_force_at(at: dt.datetime) -> models.Q:
    """Return the condition under which a consent holds at `at`: begun, not over, not withdrawn."""
    return models.Q(valid_from__lte=at, valid_until__gt=at, withdrawn_at=None, patient__is_active=True)


class ConsentQuerySet(HealthQuerySet):
    def in_force(self, at: dt.datetime | None = None) -> Self:
        """Return the consents that hold at `at`."""
        return self.filter(in_force_at(at or timezone.now()))

    def not_over(self, at: dt.datetime) -> Self:
        """Return the consents that hold at `at` or will begin later."""
        return self.filter(valid_until__gt=at, withdrawn_at=None)

    def ending(self, at: dt.datetime) -> Self:
        """Return the consents in force whose last fortnight has begun, the first to end first."""
        return self.in_force(at).filter(valid_until__lte=at + WARNED_AHEAD).order_by("valid_until", "pk")


class Consent(HealthModel):
    """One patient lets one clinician read some sections. Never edited: withdrawn and granted anew.

    birth_date or birth_year, never both: what the patient told this clinician, to be found in their records.
    """

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
    birth_date = models.DateField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
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
            in_range("consent", "birth_year", EARLIEST_BIRTH.year, LATEST_BIRTH.year),
            models.CheckConstraint(
                condition=models.Q(birth_date__gte=EARLIEST_BIRTH, birth_date__lte=LATEST_BIRTH),
                name="consent_birth_date_range",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date=None) | models.Q(birth_year=None),
                name="consent_birth_date_or_year",
            ),
        ]

    @property
    def scopes(self) -> frozenset[str]:
        """Return the keys of the sections that this consent shares."""
        return frozenset(scope for scope in SCOPES if getattr(self, f"shares_{scope}"))

    @property
    def last_day(self) -> dt.date:
        """Return the day in whose course, or at whose end, this consent runs out."""
        return timezone.localdate(self.valid_until - dt.timedelta(microseconds=1))

    def ends_soon(self, at: dt.datetime) -> bool:
        """Return whether this consent, in force at `at`, ends within a fortnight."""
        return self.valid_until <= at + WARNED_AHEAD


class ConsentNotice(HealthModel):
    """One mail about one consent: a clinician's first look, that sharing ends soon, or a new note.

    The first two are made once; that of a note is due again with the next note after all were read.
    is_due: to be sent yet; sent_at stays empty where the patient wants no such mail or has no
    confirmed address.
    """

    section = OWN

    consent = models.ForeignKey(
        Consent, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=12)
    made_at = models.DateTimeField(default=timezone.now)
    is_due = models.BooleanField(default=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("mail about sharing")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="consent_notice_patient_id"),
            models.UniqueConstraint(fields=["patient", "consent", "kind"], name="consent_notice_once"),
            one_of("consent_notice", "kind", NOTICES),
            models.CheckConstraint(
                condition=models.Q(is_due=False) | models.Q(sent_at=None), name="consent_notice_due_or_sent"
            ),
        ]


class Invitation(models.Model):
    """A code that one patient may use once to find a clinician. Using it deletes the row.

    No health data: nobody knows for whom it is until it is used. The code itself is shown once and
    only its keyed hash is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("invitation")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="invitation_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
