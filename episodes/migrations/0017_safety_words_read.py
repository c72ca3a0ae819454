"""Today shows the safety words of an answer until they were read: here stands when that was."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("episodes", "0003_row_security")]

    operations = [
        migrations.AddField("profile", "signs_read_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("profile", "ten_minutes_read_at", models.DateTimeField(null=True, blank=True)),
    ]
