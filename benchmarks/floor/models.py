"""The tables of the diary as a bare project would see them: unmanaged, no rules."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

RESTLESS = (
    "restless_legs", "urge_to_move", "crawling", "worse_at_rest", "moving_relieves", "comes_back_when_i_stop",
    "worse_in_evening",
)  # fmt: skip
SMALL = (
    "episode_count", "sleep_disturbance_0_10", "soreness_morning_0_10", "soreness_next_day_0_10",
    "kept_awake_minutes", "sleep_quality_1_5",
)  # fmt: skip
HABITS = (
    "activity", "sitting_hours", "hard_floor_hours", "longest_still_hours", "sitting_posture", "alcohol_drinks",
    "fluid_ml", "hot_or_sweating", "vomiting_or_diarrhoea", "bedtime_tightness_0_10", "stretched_minutes",
    "warm_bath", "heat_at_bedtime", "massage_at_bedtime", "acupuncture",
)  # fmt: skip
ANSWERS = ("outcome", *SMALL, *RESTLESS, "leg_warning_sign", "numbness", "weakness_after", *HABITS)


class Named(models.Model):
    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


class Person(AbstractBaseUser):
    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=150)
    USERNAME_FIELD = "username"
    objects: BaseUserManager[Person] = BaseUserManager()

    class Meta:
        managed = False
        db_table = "episodes_user"


def _word() -> models.CharField[str | None, str | None]:
    return models.CharField(max_length=20, null=True, blank=True)


def _small() -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(null=True, blank=True)


def _hours() -> models.DecimalField[object, object]:
    return models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)


def _yes_no() -> models.BooleanField[bool | None, bool | None]:
    return models.BooleanField(null=True, blank=True)


class Night(Named):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    patient_id = models.UUIDField()
    date = models.DateField()
    version = models.PositiveIntegerField(default=1)
    outcome = _word()
    episode_count, sleep_disturbance_0_10, soreness_morning_0_10 = _small(), _small(), _small()
    soreness_next_day_0_10, kept_awake_minutes, sleep_quality_1_5 = _small(), _small(), _small()
    restless_legs, urge_to_move, crawling, worse_at_rest = _word(), _word(), _word(), _word()
    moving_relieves, comes_back_when_i_stop, worse_in_evening = _word(), _word(), _word()
    leg_warning_sign, numbness, weakness_after = _word(), _yes_no(), _yes_no()
    activity, fluid_ml, bedtime_tightness_0_10, stretched_minutes = _small(), _small(), _small(), _small()
    sitting_hours, hard_floor_hours, longest_still_hours = _hours(), _hours(), _hours()
    alcohol_drinks, sitting_posture = _hours(), _word()
    hot_or_sweating, vomiting_or_diarrhoea, warm_bath = _yes_no(), _yes_no(), _yes_no()
    heat_at_bedtime, massage_at_bedtime, acupuncture = _yes_no(), _yes_no(), _yes_no()
    custom_answers = models.JSONField(default=dict, blank=True)
    banded = models.JSONField(default=list, blank=True)
    dont_know = models.JSONField(default=list, blank=True)
    outcome_recorded_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64)
    night_starts_at = models.TimeField()
    entered_via = models.CharField(max_length=10, default="web")
    habits_before_night = models.BooleanField(default=False)
    habits_source = _word()

    class Meta:
        managed = False
        db_table = "episodes_night"


class Episode(Named):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    patient_id = models.UUIDField()
    night = models.ForeignKey(Night, models.DO_NOTHING, related_name="episodes")
    position = models.PositiveSmallIntegerField(default=0)
    side, location, part_of_night, duration_band = _word(), _word(), _word(), _word()
    started_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    pain_0_10 = _small()
    woke_me, could_not_move, hard_knot = _yes_no(), _yes_no(), _yes_no()
    toe_curl_or_twist, fell, felt, wanted_to = _yes_no(), _yes_no(), _word(), _word()
    is_open = models.BooleanField(default=False)

    class Meta:
        managed = False
        db_table = "episodes_episode"


class RemedyUse(Named):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    patient_id = models.UUIDField()
    episode = models.ForeignKey(Episode, models.DO_NOTHING, related_name="remedies")
    remedy = models.CharField(max_length=12)
    helped = _word()
    seconds_to_relief = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        managed = False
        db_table = "episodes_remedyuse"
