"""Files that a patient brings in: waiting to be looked at, done, or undone."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import OWN, HealthModel, one_of

IMPORT_FORMATS = ("csv", "json", "fhir", "table")
IMPORT_STATES = ("waiting", "done", "undone")


class Import(HealthModel):
    """One file brought in. `content` holds it while it waits, for an hour; then what it changed is kept."""

    section = OWN

    format = models.CharField(max_length=5)
    state = models.CharField(max_length=7, default="waiting")
    made_at = models.DateTimeField(default=timezone.now)
    content = models.BinaryField(null=True, blank=True)
    columns = models.JSONField(default=dict, blank=True)  # of a foreign spreadsheet: what each column means
    result = models.JSONField(default=dict, blank=True)
    added = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("file brought in")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="import_patient_id"),
            one_of("import", "format", IMPORT_FORMATS),
            one_of("import", "state", IMPORT_STATES),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(content=None), name="import_content_waits"
            ),
        ]
