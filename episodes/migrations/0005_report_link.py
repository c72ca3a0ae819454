"""Links to a visit report that open without an account, for a few days."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import episodes.models.keys


class Migration(migrations.Migration):
    dependencies = [
        ("episodes", "0004_consent_in_full"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("secret_hash", models.CharField(max_length=64)),
                ("pin_hash", models.CharField(blank=True, max_length=128)),
                ("pin_failures", models.PositiveSmallIntegerField(default=0)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("sections", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "link to a report",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "indexes": [models.Index(fields=["patient", "made_at"], name="report_link_of_patient")],
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="report_link_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "secret_hash"), name="report_link_secret_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")),
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("made_at"), "+", models.Value(datetime.timedelta(days=30))
                                ),
                            ),
                        ),
                        name="report_link_at_most_30_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="report_link_first_to_last"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pin_failures__gte", 0), ("pin_failures__lte", 5)),
                        name="report_link_pin_failures_range",
                    ),
                ],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
    ]
