"""The diary: nights, the cramps in them, what was tried, and their history.

One row per patient and evening date. NULL is "not answered": never zero, never "no". A night
without a row is unknown.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import OWN, HealthModel, HealthQuerySet, in_range, one_of
from episodes.questions import choices
from episodes.questions.habits import HABITS
from episodes.stats.records import NightRecord

RESTLESS_QUESTIONS = (
    "urge_to_move", "crawling", "worse_at_rest", "moving_relieves", "comes_back_when_i_stop", "worse_in_evening",
)  # fmt: skip
HABIT_FIELDS = tuple(habit.key for habit in HABITS)
# Every answer about a night, in the order of the form; provenance is kept apart.
NIGHT_ANSWERS = (
    "outcome", "episode_count", "sleep_disturbance_0_10", "soreness_morning_0_10", "soreness_next_day_0_10",
    "kept_awake_minutes", "sleep_quality_1_5", "restless_legs", *RESTLESS_QUESTIONS,
    "leg_warning_sign", "numbness", "weakness_after", *HABIT_FIELDS, "custom_answers",
    "banded", "dont_know", "habits_before_night", "habits_source",
)  # fmt: skip
# What a clinician reads first; a note or a habit that changes is no change of these.
WARNING_ANSWERS = ("leg_warning_sign", "numbness", "weakness_after")
NIGHT_ITSELF = NIGHT_ANSWERS[: NIGHT_ANSWERS.index("weakness_after") + 1]
EPISODE_ANSWERS = (
    "side", "location", "started_at", "part_of_night", "duration_seconds", "duration_band", "pain_0_10", "woke_me",
    "felt", "wanted_to", "could_not_move", "hard_knot", "toe_curl_or_twist", "fell", "is_open",
)  # fmt: skip


class NightQuerySet(HealthQuerySet):
    def on(self, date: dt.date) -> Self:
        return self.filter(date=date)

    def between(self, first: dt.date, last: dt.date) -> Self:
        return self.filter(date__gte=first, date__lte=last)

    def written(self) -> Self:
        return self.exclude(outcome=None)

    def as_records(self, *, scopes: frozenset[str] | None = None) -> list[NightRecord]:
        """Return one frozen record per night, oldest first, with its episodes.

        scopes: None for the patient; for a clinician the consented sections: columns outside
        them are never read. Two statements, however many nights.
        """
        from episodes.models.records import night_records

        return night_records(self, scopes)


def _word(length: int = 20) -> Any:
    return models.CharField(max_length=length, null=True, blank=True)


def _small() -> Any:
    return models.PositiveSmallIntegerField(null=True, blank=True)


def _hours() -> Any:
    return models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)


def _yes_no() -> Any:
    return models.BooleanField(null=True, blank=True)


class Night(HealthModel):
    """One night of one patient, named by the evening on which it began."""

    section = "nights"

    client_id = models.UUIDField(null=True, blank=True)
    date = models.DateField()
    version = models.PositiveIntegerField(default=1)

    outcome = _word()
    episode_count = _small()
    sleep_disturbance_0_10 = _small()
    soreness_morning_0_10 = _small()
    soreness_next_day_0_10 = _small()
    kept_awake_minutes = _small()
    sleep_quality_1_5 = _small()
    restless_legs = _word(6)
    urge_to_move = _word(6)
    crawling = _word(6)
    worse_at_rest = _word(6)
    moving_relieves = _word(6)
    comes_back_when_i_stop = _word(6)
    worse_in_evening = _word(6)
    leg_warning_sign = _word(5)
    numbness = _yes_no()
    weakness_after = _yes_no()

    activity = _small()
    sitting_hours = _hours()
    hard_floor_hours = _hours()
    longest_still_hours = _hours()
    sitting_posture = _word()
    alcohol_drinks = _hours()
    fluid_ml = _small()
    hot_or_sweating = _yes_no()
    vomiting_or_diarrhoea = _yes_no()
    bedtime_tightness_0_10 = _small()
    stretched_minutes = _small()
    warm_bath = _yes_no()
    heat_at_bedtime = _yes_no()
    massage_at_bedtime = _yes_no()
    acupuncture = _yes_no()
    custom_answers = models.JSONField(default=dict, blank=True)
    banded = models.JSONField(default=list, blank=True)  # amounts answered by a band's button
    dont_know = models.JSONField(default=list, blank=True)  # habits answered "don't know"

    outcome_recorded_at = models.DateTimeField(null=True, blank=True)
    habits_recorded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)  # the device's clock
    imported_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)  # an answer about the night or its cramps
    warned_at = models.DateTimeField(null=True, blank=True)  # a warning answer that was not there before
    time_zone = models.CharField(max_length=64)
    night_starts_at = models.TimeField(default=dt.time(12))
    entered_via = models.CharField(max_length=10, default="web")
    habits_before_night = models.BooleanField(default=False)
    habits_source = _word(15)

    rows = NightQuerySet.as_manager()  # type: ignore[misc]

    class Meta(HealthModel.Meta):
        verbose_name = _("night")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="night_patient_id"),
            models.UniqueConstraint(fields=["patient", "date"], name="night_once"),
            models.UniqueConstraint(fields=["patient", "client_id"], name="night_client_id_once"),
            one_of("night", "outcome", choices.values(choices.OUTCOME)),
            in_range("night", "episode_count", 1, 20),
            in_range("night", "sleep_disturbance_0_10", 0, 10),
            in_range("night", "soreness_morning_0_10", 0, 10),
            in_range("night", "soreness_next_day_0_10", 0, 10),
            in_range("night", "kept_awake_minutes", 0, 600),
            in_range("night", "sleep_quality_1_5", 1, 5),
            one_of("night", "restless_legs", choices.values(choices.YES_NO_UNSURE)),
            *(one_of("night", name, choices.values(choices.YES_NO_UNSURE)) for name in RESTLESS_QUESTIONS),
            one_of("night", "leg_warning_sign", choices.values(choices.LEG_WARNING_SIGN)),
            in_range("night", "activity", 0, 3),
            in_range("night", "sitting_hours", 0, 18),
            in_range("night", "hard_floor_hours", 0, 18),
            in_range("night", "longest_still_hours", 0, 16),
            one_of("night", "sitting_posture", choices.values(choices.SITTING_POSTURE)),
            in_range("night", "alcohol_drinks", 0, 30),
            in_range("night", "fluid_ml", 0, 8000),
            in_range("night", "bedtime_tightness_0_10", 0, 10),
            in_range("night", "stretched_minutes", 0, 60),
            one_of("night", "entered_via", choices.values(choices.ENTERED_VIA)),
            one_of("night", "habits_source", choices.values(choices.HABITS_SOURCE)),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="night_version_positive"),
            models.CheckConstraint(
                condition=models.Q(outcome=None)
                | ~models.Q(outcome="no_cramps")
                | models.Q(episode_count=None),
                name="night_no_count_without_cramps",
            ),
        ]


class Episode(HealthModel):
    """One cramp of a night. The place may be missing when it was only timed at night."""

    section = "nights"

    night = models.ForeignKey(
        Night, on_delete=models.DO_NOTHING, related_name="episodes", db_constraint=False, db_index=False
    )
    client_id = models.UUIDField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    side = _word(5)
    location = _word(12)
    started_at = models.DateTimeField(null=True, blank=True)
    part_of_night = _word(16)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    duration_band = _word(8)
    pain_0_10 = _small()
    woke_me = _yes_no()
    felt = _word(8)
    wanted_to = _word(12)
    could_not_move = _yes_no()
    hard_knot = _yes_no()
    toe_curl_or_twist = _yes_no()
    fell = _yes_no()
    is_open = models.BooleanField(default=False)

    class Meta(HealthModel.Meta):
        verbose_name = _("episode")
        ordering = ["position"]
        # Led by the parent: under row security the planner takes every index led by the patient for as good
        # as any other and reads all cramps of a diary for each night (decision 11).
        indexes = [models.Index(fields=["night", "patient"], name="episode_by_night")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="episode_patient_id"),
            models.UniqueConstraint(fields=["patient", "client_id"], name="episode_client_id_once"),
            one_of("episode", "side", choices.values(choices.SIDE)),
            one_of("episode", "location", choices.values(choices.LOCATION)),
            one_of("episode", "part_of_night", choices.values(choices.PART_OF_NIGHT)),
            in_range("episode", "duration_seconds", 1, 7200),
            one_of("episode", "duration_band", choices.values(choices.DURATION_BAND)),
            models.CheckConstraint(
                condition=models.Q(duration_seconds=None) | models.Q(duration_band=None),
                name="episode_one_duration",
            ),
            in_range("episode", "pain_0_10", 0, 10),
            one_of("episode", "felt", choices.values(choices.FELT)),
            one_of("episode", "wanted_to", choices.values(choices.WANTED_TO)),
            in_range("episode", "position", 0, 19),
        ]


class RemedyUse(HealthModel):
    """Something tried during one cramp, and whether it helped as the patient judged."""

    section = "nights"

    episode = models.ForeignKey(
        Episode, on_delete=models.DO_NOTHING, related_name="remedies", db_constraint=False, db_index=False
    )
    remedy = models.CharField(max_length=12)
    helped = _word(4)
    seconds_to_relief = models.PositiveIntegerField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("remedy use")
        indexes = [models.Index(fields=["episode", "patient"], name="remedy_use_by_episode")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="remedy_use_patient_id"),
            models.UniqueConstraint(fields=["patient", "episode", "remedy"], name="remedy_use_once"),
            one_of("remedy_use", "remedy", choices.values(choices.REMEDY)),
            one_of("remedy_use", "helped", choices.values(choices.HELPED)),
            in_range("remedy_use", "seconds_to_relief", 0, 7200),
        ]


class NightRevision(HealthModel):
    """How a night read after a change: history, undo, conflict copies and the bin all read this."""

    date = models.DateField()
    version = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=12)
    session = models.UUIDField(null=True, blank=True)  # autosaves of one open form share one revision
    by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("earlier copy of a night")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="night_revision_patient_id"),
            models.UniqueConstraint(fields=["patient", "date", "version"], name="night_revision_once"),
            one_of("night_revision", "reason", choices.values(choices.REVISION_REASON)),
        ]


class PrivateNote(HealthModel):
    """A note only the patient ever reads; a table of its own, so that no filter can spell it out."""

    section = OWN

    date = models.DateField()
    text = models.TextField(max_length=2000)

    class Meta(HealthModel.Meta):
        verbose_name = _("private note")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="private_note_patient_id"),
            models.UniqueConstraint(fields=["patient", "date"], name="private_note_once"),
        ]


class PrivateNoteRevision(HealthModel):
    """How a private note read at a night's version."""

    section = OWN

    date = models.DateField()
    version = models.PositiveIntegerField()
    text = models.TextField(max_length=2000, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("earlier copy of a private note")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="private_note_revision_patient_id"),
            models.UniqueConstraint(fields=["patient", "date", "version"], name="private_note_revision_once"),
        ]


class SharedNote(HealthModel):
    """A note that a clinician may read under a consent that covers notes."""

    section = "notes"

    date = models.DateField()
    text = models.TextField(max_length=2000)

    class Meta(HealthModel.Meta):
        verbose_name = _("shared note")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="shared_note_patient_id"),
            models.UniqueConstraint(fields=["patient", "date"], name="shared_note_once"),
        ]


class Operation(HealthModel):
    """A write that was already done: the same id with the same body gets the same answer."""

    operation_id = models.CharField(max_length=64)
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("operation")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="operation_patient_id"),
            models.UniqueConstraint(fields=["patient", "operation_id"], name="operation_once"),
        ]
