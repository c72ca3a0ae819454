"""What a device said during a cramp: when it began, when it was over, which leg."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import OWN, HealthModel, one_of
from episodes.questions import choices


class CrampTiming(HealthModel):
    """One cramp as timed on one device, under the id that the device gave it.

    Messages may come late, twice and in any order: each column is merged by a rule that does not depend on
    the order (earliest start, earliest stop, latest side, latest removal). The night is written from it.
    Times are those of the device plus `clock_offset_seconds`, which is zero unless its clock was wrong.
    """

    section = OWN

    client_id = models.UUIDField()
    kind = models.CharField(max_length=8, default="cramp")
    started_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    side = models.CharField(max_length=5, null=True, blank=True)
    side_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)  # taken back the removal
    clock_offset_seconds = models.IntegerField(default=0)
    night_version = models.PositiveIntegerField(
        null=True, blank=True
    )  # at which it was written into its night
    outcome_before = models.CharField(max_length=20, null=True, blank=True)  # put back when it is removed
    received_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(
        null=True, blank=True
    )  # when the morning's questions were answered or left

    class Meta(HealthModel.Meta):
        verbose_name = _("timed cramp")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="cramp_timing_patient_id"),
            models.UniqueConstraint(fields=["patient", "client_id"], name="cramp_timing_once"),
            one_of("cramp_timing", "kind", ("cramp", "restless")),
            one_of("cramp_timing", "side", choices.values(choices.SIDE)),
        ]
        indexes = [models.Index(fields=["patient", "started_at"], name="cramp_timing_of_patient")]

    @property
    def is_removed(self) -> bool:
        """Return whether the person last said that this was no cramp."""
        return self.removed_at is not None and (self.kept_at is None or self.kept_at < self.removed_at)
