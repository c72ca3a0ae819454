"""Children hang on parents of the same patient; audit rows are never changed."""

from django.db import migrations

from episodes.models.database.ddl import AppendOnly, ChildOfSamePatient


class Migration(migrations.Migration):
    dependencies = [("episodes", "0001_initial")]

    operations = [
        ChildOfSamePatient("episodes_episode", "night_id", "episodes_night"),
        ChildOfSamePatient("episodes_remedyuse", "episode_id", "episodes_episode"),
        AppendOnly("episodes_auditevent"),
    ]
