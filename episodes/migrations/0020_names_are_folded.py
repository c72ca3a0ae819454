"""User names are compared as Python folds them, the same on both databases: SQLite knows no capital umlaut."""

from typing import Any

from django.db import migrations

import episodes.models.people
from episodes.models.names import folded


def fold_names(apps: Any, schema_editor: Any) -> None:
    """Keep the folded name of every account. Of two that fold alike the older has it; the other logs in as written."""
    users = apps.get_model("episodes", "User").objects
    kept = set()
    for pk, username in users.order_by("date_joined", "pk").values_list("pk", "username"):
        name = folded(username)
        if name not in kept:
            users.filter(pk=pk).update(username_folded=name)
            kept.add(name)


class Migration(migrations.Migration):
    dependencies = [("episodes", "0019_notes_read_births_and_numbers")]

    operations = [
        migrations.RemoveConstraint("user", "user_username_once"),
        migrations.AddField(
            "user",
            "username_folded",
            episodes.models.people.FoldedName(editable=False, max_length=450, null=True, unique=True),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
