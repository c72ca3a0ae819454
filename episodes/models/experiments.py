"""What a patient sets up: own habits, a plan for tonight, a randomised test of one remedy."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.article.remedies import EXPERIMENT_ALLOWED, REMEDIES
from episodes.models.access import OWN, HealthModel, in_range, one_of


class CustomHabit(HealthModel):
    """A habit of the patient's own. Its answers stand in `Night.custom_answers` under `key`.

    The key and kind never change and levels are only appended, so that old answers keep their
    meaning; a changed unit is a new habit.
    """

    section = "own_habits"

    key = models.CharField(max_length=20)
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=20, blank=True)
    levels = models.JSONField(default=list, blank=True)
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("own habit")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="custom_habit_patient_id"),
            models.UniqueConstraint(fields=["patient", "key"], name="custom_habit_once"),
            one_of("custom_habit", "kind", ("yes_no", "amount", "levels")),
        ]


class RemedyPlan(HealthModel):
    """A remedy planned for one evening; the morning asks whether it was done."""

    section = OWN

    remedy = models.CharField(max_length=20)
    date = models.DateField()
    done = models.BooleanField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("plan for an evening")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="remedy_plan_patient_id"),
            models.UniqueConstraint(fields=["patient", "date"], name="remedy_plan_once"),
            one_of("remedy_plan", "remedy", tuple(remedy.key for remedy in REMEDIES)),
        ]


class Experiment(HealthModel):
    """A randomised test of one remedy: drawn and sealed by a hash before it starts."""

    section = "experiments"

    remedy = models.CharField(max_length=20)
    design = models.CharField(max_length=10)
    started_on = models.DateField()
    nights = models.PositiveSmallIntegerField()
    schedule = models.JSONField()  # one 0 or 1 a night
    nonce = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    stopped_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("experiment")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="experiment_patient_id"),
            one_of("experiment", "remedy", tuple(EXPERIMENT_ALLOWED)),
            one_of("experiment", "design", ("nightly", "periods")),
            in_range("experiment", "nights", 56, 168),
        ]


class ExperimentNight(HealthModel):
    """One night of an experiment: the arm drawn for it, and whether the plan was followed."""

    section = "experiments"

    experiment = models.ForeignKey(
        Experiment,
        on_delete=models.DO_NOTHING,
        related_name="drawn_nights",
        db_constraint=False,
        db_index=False,
    )
    date = models.DateField()
    arm = models.PositiveSmallIntegerField()
    followed = models.BooleanField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("night of an experiment")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="experiment_night_patient_id"),
            models.UniqueConstraint(fields=["patient", "experiment", "date"], name="experiment_night_once"),
            in_range("experiment_night", "arm", 0, 1),
        ]
