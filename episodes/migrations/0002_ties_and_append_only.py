"""What no model states: children hang on parents of the same patient, and some rows are never changed."""

from django.db import migrations

from episodes.models.database.ddl import AppendOnly, AppendOnlyForOwners, ChildOfSamePatient


class Migration(migrations.Migration):
    replaces = [
        ("episodes", "0002_same_patient_and_append_only"),
        ("episodes", "0006_audit_and_changes"),
        ("episodes", "0013_erasure"),
    ]

    dependencies = [("episodes", "0001_tables")]

    operations = [
        ChildOfSamePatient("episodes_episode", "night_id", "episodes_night"),
        ChildOfSamePatient("episodes_remedyuse", "episode_id", "episodes_episode"),
        ChildOfSamePatient("episodes_experimentnight", "experiment_id", "episodes_experiment"),
        ChildOfSamePatient("episodes_consentnotice", "consent_id", "episodes_consent"),
        AppendOnly("episodes_auditevent"),
        AppendOnlyForOwners("episodes_auditevent"),
        AppendOnly("episodes_erasurerecord"),
        AppendOnlyForOwners("episodes_erasurerecord"),
    ]
