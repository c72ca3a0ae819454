"""Mails about sharing, invitations by a code used once, and what the author of a note could read."""

import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import episodes.models.keys
from episodes.models.database.ddl import ChildOfSamePatient


class Migration(migrations.Migration):
    dependencies = [
        ("episodes", "0003_own_habits_plans_experiments"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewnote",
            name="written_under",
            field=models.CharField(blank=True, max_length=120, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="sharing_mails",
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name="ConsentNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_due", models.BooleanField(default=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "consent",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="episodes.consent",
                    ),
                ),
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
                "verbose_name": "mail about sharing",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
                "constraints": [
                    models.UniqueConstraint(fields=("patient", "id"), name="consent_notice_patient_id"),
                    models.UniqueConstraint(
                        fields=("patient", "consent", "kind"), name="consent_notice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["first_look", "ends_soon"])),
                        name="consent_notice_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_due", False), ("sent_at", None), _connector="OR"),
                        name="consent_notice_due_or_sent",
                    ),
                ],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("made_at"))),
                        name="invitation_ends_after_start",
                    )
                ],
            },
        ),
        ChildOfSamePatient("episodes_consentnotice", "consent_id", "episodes_consent"),
    ]
