"""Files that a patient brings in."""

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import episodes.models.keys
from episodes.models.database.row_security import ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("episodes", "0010_cramp_timing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("format", models.CharField(max_length=5)),
                ("state", models.CharField(default="waiting", max_length=7)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("content", models.BinaryField(blank=True, null=True)),
                ("columns", models.JSONField(blank=True, default=dict)),
                ("result", models.JSONField(blank=True, default=dict)),
                ("added", models.PositiveIntegerField(default=0)),
                ("replaced", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "file brought in",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="import_patient_id"),
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["csv", "json", "fhir", "table"])),
                        name="import_format_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "undone"])),
                        name="import_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "waiting"), ("content", None), _connector="OR"),
                        name="import_content_waits",
                    ),
                ],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        ProtectRows("episodes_import"),
    ]
