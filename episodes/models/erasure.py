"""What erasing takes away, table by table, and the record that it happened.

Every table with a `patient` or a key to the account stands here or in KEPT; a test walks all models.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from episodes.models.access import HealthModel, one_of
from episodes.models.keys import new_id
from episodes.models.people import User

DIARY, ACCOUNT = "diary", "account"

# Children before their parents. All by `patient`.
DIARY_TABLES = (
    "episodes.RemedyUse", "episodes.Episode", "episodes.SharedNote", "episodes.PrivateNote",
    "episodes.PrivateNoteRevision", "episodes.NightRevision", "episodes.Night", "episodes.Operation",
    "episodes.ExperimentNight", "episodes.Experiment", "episodes.RemedyPlan", "episodes.CustomHabit",
    "episodes.Profile", "episodes.Condition", "episodes.Medicine", "episodes.ReminderSent",
    "episodes.PushSubscription", "episodes.Reminder", "episodes.ReportLink", "episodes.ReviewNote",
    "episodes.ReviewMark", "episodes.VisitQuestion", "episodes.ConsentNotice", "episodes.Consent",
    "episodes.CrampTiming", "episodes.Import", "episodes.ApiToken", "episodes.RecordNumber",
)  # fmt: skip
# Of somebody who is or was a clinician: these rows belong to other patients, so the web role cannot reach them.
OF_A_CLINICIAN = (
    ("episodes.ConsentNotice", "consent__clinician_id"),
    ("episodes.Consent", "clinician_id"),
    ("episodes.ReviewMark", "clinician_id"),
    ("episodes.RecordNumber", "clinician_id"),
)
# Without a diary there is nothing to be reminded of, so the private calendar address goes with it.
WITH_THE_DIARY = (("episodes.CalendarLink", "user_id"),)
ACCOUNT_TABLES = (
    ("episodes.DataConsent", "user_id"),
    ("episodes.Invitation", "clinician_id"),
    ("episodes.ClinicianCard", "clinician_id"),
    ("episodes.User_groups", "user_id"),
    ("episodes.User_user_permissions", "user_id"),
    ("admin.LogEntry", "user_id"),
    ("account.EmailConfirmation", "email_address__user_id"),
    ("account.EmailAddress", "user_id"),
    ("mfa.Authenticator", "user_id"),
    ("usersessions.UserSession", "user_id"),
)
# Keys that stay, and why.
KEPT = {
    "episodes.AuditEvent": "who looked and what was done, under the opaque account id, without names or health",
    "episodes.ErasureRecord": "that an account id was erased, so that an older backup cannot bring it back",
}


class ErasureRecord(models.Model):
    """That a diary or an account was erased: an opaque id and a time. Append-only; copied to the ledger file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_key = models.UUIDField()
    what = models.CharField(max_length=10)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("record of an erasure")
        constraints = [one_of("erasure_record", "what", (DIARY, ACCOUNT))]

    def __str__(self) -> str:
        return str(self.pk)


def erase_diary_rows(account_key: uuid.UUID) -> dict[str, int]:
    """Return how many rows of each health table of this account were deleted; tables without any are left out."""
    pairs = [*((label, "patient_id") for label in DIARY_TABLES), *WITH_THE_DIARY]
    return _erase(pairs, account_key)


def erase_account_rows(account_key: uuid.UUID, *, with_clinician_rows: bool) -> dict[str, int]:
    """Return how many rows of the account itself were deleted, its sessions and admin's log about it included.

    Call after `erase_diary_rows`. with_clinician_rows: also what patients shared with this account;
    on PostgreSQL in maintenance only. Raises IntegrityError at once where something still names the account.
    """
    if with_clinician_rows:
        _erase(OF_A_CLINICIAN, account_key)
        note = apps.get_model("episodes.ReviewNote")
        note.rows.filter(patient_id__isnull=False, author_id=account_key).update(author=None)
    counts = _erase(ACCOUNT_TABLES, account_key)
    entries = apps.get_model("admin.LogEntry").objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(account_key)
    )
    entries._raw_delete("default")
    counts["sessions"] = erase_sessions(account_key)
    with connection.cursor() as cursor:  # counts of tries carry the account id in their key
        cursor.execute("DELETE FROM crampdiary_cache WHERE cache_key LIKE %s", [f"%{account_key}%"])
    User.objects.filter(pk=account_key)._raw_delete("default")
    if connection.vendor == "postgresql":
        connection.check_constraints()  # it would say it only when the whole response is made
    return counts


def erase_sessions(account_key: uuid.UUID) -> int:
    """Return how many sessions of this account were deleted, expired ones too.

    A session names its owner inside its sealed content only, so every one is opened.
    """
    session = apps.get_model("sessions.Session")
    opened = import_module(settings.SESSION_ENGINE).SessionStore().decode
    found = [
        row.pk
        for row in session.objects.iterator()
        if opened(row.session_data).get("_auth_user_id") == str(account_key)
    ]
    session.objects.filter(pk__in=found)._raw_delete("default")
    return len(found)


def _erase(pairs: Iterable[tuple[str, str]], account_key: uuid.UUID) -> dict[str, int]:
    counts = {}
    for label, column in pairs:
        model = apps.get_model(label)
        manager = getattr(model, "rows", None) or model._default_manager
        found = manager.filter(**{column: account_key})
        if issubclass(model, HealthModel):  # every statement on health data names the patient
            found = found.filter(patient_id__isnull=False)
        if "__" in column:  # a condition on another table: the database deletes by key
            found = manager.filter(pk__in=list(found.values_list("pk", flat=True)))
            if issubclass(model, HealthModel):
                found = found.filter(patient_id__isnull=False)
        if count := found._raw_delete("default"):
            counts[label] = count
    return counts
