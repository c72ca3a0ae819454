"""Audit rows are never changed on PostgreSQL either."""

from django.db import migrations

from episodes.models.ddl import AppendOnlyForOwners


class Migration(migrations.Migration):
    dependencies = [("episodes", "0003_own_habits_plans_experiments")]

    operations = [AppendOnlyForOwners("episodes_auditevent")]
