"""The record of erasures: added to, never changed."""

import django.utils.timezone
from django.db import migrations, models

import episodes.models.keys
from episodes.models.database.ddl import AppendOnly, AppendOnlyForOwners


class Migration(migrations.Migration):
    dependencies = [("episodes", "0012_api_tokens")]

    operations = [
        migrations.CreateModel(
            name="ErasureRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=episodes.models.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("account_key", models.UUIDField()),
                ("what", models.CharField(max_length=10)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "record of an erasure",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["diary", "account"])),
                        name="erasure_record_what_known",
                    )
                ],
            },
        ),
        AppendOnly("episodes_erasurerecord"),
        AppendOnlyForOwners("episodes_erasurerecord"),
    ]
