"""Reminders: when, by which way, what was sent, and the private calendar link."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import OWN, HealthModel, in_range, one_of
from episodes.models.keys import new_id


class Reminder(HealthModel):
    """When a patient wants to be reminded of an unwritten night, on the clock of the account's zone."""

    section = OWN

    at = models.TimeField(default=dt.time(9))
    days = models.JSONField(default=list)  # ISO weekdays of the morning
    by_email = models.BooleanField(default=False)
    paused_until = models.DateField(null=True, blank=True)
    snoozed_night = models.DateField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozes = models.PositiveSmallIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)

    class Meta(HealthModel.Meta):
        verbose_name = _("reminder")
        constraints = [
            models.UniqueConstraint(fields=["patient"], name="reminder_once"),
            in_range("reminder", "snoozes", 0, 3),
        ]


class PushSubscription(HealthModel):
    """One browser that a patient chose to be reminded in."""

    section = OWN

    endpoint = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("browser to be reminded in")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="push_subscription_patient_id"),
            models.UniqueConstraint(fields=["patient", "endpoint"], name="push_subscription_once"),
        ]


class ReminderSent(HealthModel):
    """That one reminder was claimed, before it is sent: the row makes it go out once."""

    section = OWN

    date = models.DateField()
    channel = models.CharField(max_length=5)
    device = models.CharField(max_length=36, blank=True)  # id of the push subscription
    round = models.PositiveSmallIntegerField(default=0)  # 0, then one more after each "later today"
    kind = models.CharField(max_length=5, default="night")
    state = models.CharField(max_length=7, default="sending")
    tries = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)

    class Meta(HealthModel.Meta):
        verbose_name = _("reminder that was sent")
        constraints = [
            models.UniqueConstraint(fields=["patient", "id"], name="reminder_sent_patient_id"),
            models.UniqueConstraint(
                fields=["patient", "date", "channel", "device", "round"], name="reminder_sent_once"
            ),
            one_of("reminder_sent", "channel", ("email", "push")),
            one_of("reminder_sent", "kind", ("night", "ask")),
            one_of("reminder_sent", "state", ("sending", "sent", "failed")),
        ]


class CalendarLink(models.Model):
    """The private calendar link of one account: only its hash is kept, so nobody can read it back.

    Not a health row: the link is opened by a calendar program that is nobody yet.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar link")

    def __str__(self) -> str:
        return str(self.pk)
