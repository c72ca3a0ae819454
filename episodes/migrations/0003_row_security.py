"""PostgreSQL lets the web role reach only rows that the acting person may see."""

from django.db import migrations

from episodes.models.database.row_security import ProtectRows, WebRights


class Migration(migrations.Migration):
    replaces = [
        ("episodes", "0008_row_security"),
        ("episodes", "0015_scale"),
        ("episodes", "0016_readers_are_looked_up"),
    ]

    dependencies = [("episodes", "0002_ties_and_append_only")]

    operations = [
        WebRights(),
        ProtectRows("episodes_night", "nights"),
        ProtectRows("episodes_episode", "nights"),
        ProtectRows("episodes_remedyuse", "nights"),
        ProtectRows("episodes_nightrevision"),
        ProtectRows("episodes_privatenote"),
        ProtectRows("episodes_privatenoterevision"),
        ProtectRows("episodes_sharednote", "notes"),
        ProtectRows("episodes_operation"),
        ProtectRows("episodes_profile"),
        ProtectRows("episodes_condition", "health"),
        ProtectRows("episodes_medicine", "health"),
        ProtectRows("episodes_customhabit", "own_habits"),
        ProtectRows("episodes_remedyplan"),
        ProtectRows("episodes_experiment", "experiments"),
        ProtectRows("episodes_experimentnight", "experiments"),
        ProtectRows("episodes_consent", also_read_by="clinician_id", forced=False),
        ProtectRows("episodes_reviewnote", "nights", inserted_by="author_id"),
        ProtectRows("episodes_reviewmark", "nights", inserted_by="clinician_id"),
        ProtectRows("episodes_visitquestion", "report"),
        ProtectRows("episodes_consentnotice"),
        ProtectRows("episodes_reportlink"),
        ProtectRows("episodes_auditevent", inserted_by="actor_id", forced=False, append_only=True),
        ProtectRows("episodes_reminder"),
        ProtectRows("episodes_pushsubscription"),
        ProtectRows("episodes_remindersent"),
        ProtectRows("episodes_cramptiming"),
        ProtectRows("episodes_import"),
        ProtectRows("episodes_apitoken"),
    ]
