"""Children are found by their parent, and the readers of a section are worked out by a plan that is kept."""

from django.db import migrations, models

from episodes.models.database.row_security import RenewFunctions


class Migration(migrations.Migration):
    dependencies = [("episodes", "0013_erasure")]

    operations = [
        migrations.AddIndex("episode", models.Index(fields=["night", "patient"], name="episode_by_night")),
        migrations.RemoveIndex("episode", "episode_of_night"),
        migrations.AddIndex(
            "remedyuse", models.Index(fields=["episode", "patient"], name="remedy_use_by_episode")
        ),
        RenewFunctions(),
    ]
