"""Cramps timed while they last."""

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import episodes.models.keys
from episodes.models.database.row_security import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("episodes", "0009_reminders"),
    ]

    operations = [
        migrations.CreateModel(
            name="CrampTiming",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField()),
                ("kind", models.CharField(default="cramp", max_length=8)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("side", models.CharField(blank=True, max_length=5, null=True)),
                ("side_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("kept_at", models.DateTimeField(blank=True, null=True)),
                ("clock_offset_seconds", models.IntegerField(default=0)),
                ("night_version", models.PositiveIntegerField(blank=True, null=True)),
                ("outcome_before", models.CharField(blank=True, max_length=20, null=True)),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "timed cramp",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="nightrevision",
            name="night_revision_reason_known",
        ),
        migrations.AddConstraint(
            model_name="nightrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "written",
                            "changed",
                            "undone",
                            "deleted",
                            "restored",
                            "conflict",
                            "imported",
                            "timed",
                        ],
                    )
                ),
                name="night_revision_reason_known",
            ),
        ),
        migrations.AddField(
            model_name="cramptiming",
            name="patient",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="cramptiming",
            index=models.Index(fields=["patient", "started_at"], name="cramp_timing_of_patient"),
        ),
        migrations.AddConstraint(
            model_name="cramptiming",
            constraint=models.UniqueConstraint(fields=("patient", "id"), name="cramp_timing_patient_id"),
        ),
        migrations.AddConstraint(
            model_name="cramptiming",
            constraint=models.UniqueConstraint(fields=("patient", "client_id"), name="cramp_timing_once"),
        ),
        migrations.AddConstraint(
            model_name="cramptiming",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["cramp", "restless"])), name="cramp_timing_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="cramptiming",
            constraint=models.CheckConstraint(
                condition=models.Q(("side__in", ["left", "right", "both"])), name="cramp_timing_side_known"
            ),
        ),
        ProtectRows("episodes_cramptiming"),
    ]
