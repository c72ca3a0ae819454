"""A clinician's list of thousands of diaries: the policies look a patient up instead of sorting all for each."""

from django.db import migrations

from episodes.models.database.row_security import LookUpReaders


class Migration(migrations.Migration):
    dependencies = [("episodes", "0015_scale")]

    operations = [LookUpReaders()]
