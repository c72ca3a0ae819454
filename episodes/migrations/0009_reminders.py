"""Reminders, browsers to remind in, the calendar link, and the evening question on Today."""

import datetime

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import episodes.models.keys
from episodes.models.database.row_security import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("episodes", "0008_row_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="evening_card",
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar link",
            },
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("endpoint", models.CharField(max_length=1000)),
                ("p256dh", models.CharField(max_length=100)),
                ("auth", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "browser to be reminded in",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="push_subscription_patient_id"),
                    models.UniqueConstraint(fields=("patient", "endpoint"), name="push_subscription_once"),
                ],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.TimeField(default=datetime.time(9, 0))),
                ("days", models.JSONField(default=list)),
                ("by_email", models.BooleanField(default=False)),
                ("paused_until", models.DateField(blank=True, null=True)),
                ("snoozed_night", models.DateField(blank=True, null=True)),
                ("snoozed_until", models.DateTimeField(blank=True, null=True)),
                ("snoozes", models.PositiveSmallIntegerField(default=0)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("resumed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "constraints": [
                    models.UniqueConstraint(fields=("patient",), name="reminder_once"),
                    models.CheckConstraint(
                        condition=models.Q(("snoozes__gte", 0), ("snoozes__lte", 3)),
                        name="reminder_snoozes_range",
                    ),
                ],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="ReminderSent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("channel", models.CharField(max_length=5)),
                ("device", models.CharField(blank=True, max_length=36)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("kind", models.CharField(default="night", max_length=5)),
                ("state", models.CharField(default="sending", max_length=7)),
                ("tries", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "patient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder that was sent",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="reminder_sent_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "date", "channel", "device", "round"), name="reminder_sent_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["email", "push"])),
                        name="reminder_sent_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["night", "ask"])), name="reminder_sent_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sending", "sent", "failed"])),
                        name="reminder_sent_state_known",
                    ),
                ],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        ProtectRows("episodes_reminder"),
        ProtectRows("episodes_pushsubscription"),
        ProtectRows("episodes_remindersent"),
    ]
