"""Audit rows are never changed on PostgreSQL either; nights say when they were last changed."""

from django.db import migrations, models

from episodes.models.database.ddl import AppendOnlyForOwners


class Migration(migrations.Migration):
    dependencies = [("episodes", "0005_report_link")]

    operations = [
        AppendOnlyForOwners("episodes_auditevent"),
        migrations.AddField("night", "changed_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("night", "warned_at", models.DateTimeField(null=True, blank=True)),
    ]
