"""When the morning's questions about a timed cramp were answered or left, so that they are asked once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("episodes", "0017_safety_words_read")]

    operations = [
        migrations.AddField(
            model_name="cramptiming",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True),
        )
    ]
