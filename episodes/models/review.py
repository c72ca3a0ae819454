"""What a clinician adds (always readable by the patient) and what the patient wants to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import SCOPES, HealthModel, HealthQuerySet

if TYPE_CHECKING:
    from episodes.models.people import User


def written_under(scopes: frozenset[str]) -> str:
    """Return sections as a note keeps them, so that each can be looked for with its commas."""
    return f",{','.join(scope for scope in SCOPES if scope in scopes)},"


class ReviewNoteQuerySet(HealthQuerySet):
    def within(self, scopes: frozenset[str], reader: User) -> Self:
        """Return the reader's own notes, and others' that were written from no more than `scopes`.

        A colleague who read more of the diary may have put it into words.
        """
        others = Q(written_under__isnull=False)
        for scope in SCOPES:
            if scope not in scopes:
                others &= ~Q(written_under__contains=f",{scope},")
        return self.filter(others | Q(author=reader))


class ReviewNote(HealthModel):
    """A clinician's note on a shared diary. There are no private clinician notes.

    written_under: the sections its author could read, as ",nights,notes,"; NULL is unknown.
    read_at: when the patient first opened the page on which it stands; its author sees it.
    """

    section = "nights"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=100)
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    written_under = models.CharField(max_length=120, null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    rows = ReviewNoteQuerySet.as_manager()  # type: ignore[misc]

    class Meta(HealthModel.Meta):
        verbose_name = _("review note")
        indexes = [models.Index(fields=["patient", "at"], name="review_note_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="review_note_patient_id"),
            models.CheckConstraint(
                condition=models.Q(read_at__gte=models.F("at")), name="review_note_read_after_written"
            ),
        ]


class ReviewMark(HealthModel):
    """That a clinician has reviewed a diary, and when."""

    section = "nights"

    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("review mark")
        indexes = [models.Index(fields=["patient", "clinician", "at"], name="review_mark_of_patient")]
        constraints = [models.UniqueConstraint(fields=["patient", "id"], name="review_mark_patient_id")]


class RecordNumber(HealthModel):
    """The number of a patient in one clinician's own records. No other clinician reads it."""

    section = "nights"
    reader = "clinician_id"

    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=40)

    class Meta(HealthModel.Meta):
        verbose_name = _("record number")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="record_number_patient_id"),
            models.UniqueConstraint(fields=["patient", "clinician"], name="record_number_once"),
            models.CheckConstraint(condition=~models.Q(number=""), name="record_number_not_empty"),
        ]


class VisitQuestion(HealthModel):
    """What the patient wants to ask at the next visit."""

    section = "report"

    text = models.TextField(max_length=2000)
    asked_on = models.DateField()

    class Meta(HealthModel.Meta):
        verbose_name = _("question for the visit")
        indexes = [models.Index(fields=["patient", "asked_on"], name="question_of_patient")]
        constraints = [models.UniqueConstraint(fields=["patient", "id"], name="question_patient_id")]
