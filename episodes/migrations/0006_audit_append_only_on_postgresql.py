"""Audit rows are never changed on PostgreSQL either."""

from django.db import migrations

from episodes.models.ddl import AppendOnlyForOwners


class Migration(migrations.Migration):
    dependencies = [("episodes", "0004_consent_in_full")]

    operations = [AppendOnlyForOwners("episodes_auditevent")]
