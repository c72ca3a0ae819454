"""Notes know when they were read; a birth date may be shared; clinicians keep a record number and take marks back."""

import datetime

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import episodes.models.keys
from episodes.models.database.ddl import ChildOfSamePatient, RepeatOnSqlite
from episodes.models.database.row_security import LetClinician, ProtectRows


class Migration(migrations.Migration):
    dependencies = [
        ("episodes", "0018_finish_last_night"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordNumber",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=40)),
            ],
            options={
                "verbose_name": "record number",
                "abstract": False,
                "base_manager_name": "rows",
                "default_manager_name": "rows",
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="consentnotice",
            name="consent_notice_kind_known",
        ),
        migrations.AddField(
            model_name="consent",
            name="birth_date",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="consent",
            name="birth_year",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="reviewnote",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("birth_year__gte", 1900), ("birth_year__lte", 2100)),
                name="consent_birth_year_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("birth_date__gte", datetime.date(1900, 1, 1)),
                    ("birth_date__lte", datetime.date(2100, 12, 31)),
                ),
                name="consent_birth_date_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(("birth_date", None), ("birth_year", None), _connector="OR"),
                name="consent_birth_date_or_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["first_look", "ends_soon", "note"])),
                name="consent_notice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("read_at__gte", models.F("at"))), name="review_note_read_after_written"
            ),
        ),
        migrations.AddField(
            model_name="recordnumber",
            name="clinician",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recordnumber",
            name="patient",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="recordnumber",
            constraint=models.UniqueConstraint(fields=("patient", "id"), name="record_number_patient_id"),
        ),
        migrations.AddConstraint(
            model_name="recordnumber",
            constraint=models.UniqueConstraint(fields=("patient", "clinician"), name="record_number_once"),
        ),
        migrations.AddConstraint(
            model_name="recordnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="record_number_not_empty"
            ),
        ),
        RepeatOnSqlite(ChildOfSamePatient("episodes_consentnotice", "consent_id", "episodes_consent")),
        ProtectRows("episodes_recordnumber", "nights", inserted_by="clinician_id"),
        LetClinician("episodes_recordnumber", "nights", "clinician_id", ("read", "update", "delete")),
        LetClinician("episodes_reviewmark", "nights", "clinician_id", ("delete",)),
    ]
