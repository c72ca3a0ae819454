"""State and its rules. Imports only `stats` and `knowledge`; everything above imports from here."""

from episodes.models.access import (
    SCOPES,
    ActorRequired,
    HealthModel,
    acting_as,
    current_actor_id,
    lock_patient,
)
from episodes.models.audit import AuditEvent
from episodes.models.database.row_security import unprotected_tables
from episodes.models.diary import (
    EPISODE_ANSWERS,
    HABIT_FIELDS,
    NIGHT_ANSWERS,
    NIGHT_ITSELF,
    RESTLESS_QUESTIONS,
    WARNING_ANSWERS,
    Episode,
    Night,
    NightRevision,
    Operation,
    PrivateNote,
    PrivateNoteRevision,
    RemedyUse,
    SharedNote,
)
from episodes.models.erasure import ErasureRecord
from episodes.models.exchange import Import
from episodes.models.experiments import CustomHabit, Experiment, ExperimentNight, RemedyPlan
from episodes.models.now import CrampTiming
from episodes.models.people import ClinicianCard, Condition, DataConsent, Medicine, Profile, User
from episodes.models.reminders import CalendarLink, PushSubscription, Reminder, ReminderSent
from episodes.models.report import ReportLink
from episodes.models.review import RecordNumber, ReviewMark, ReviewNote, VisitQuestion
from episodes.models.sharing import Consent, ConsentNotice, Invitation
from episodes.models.tokens import ApiToken

__all__ = [
    "EPISODE_ANSWERS",
    "HABIT_FIELDS",
    "NIGHT_ANSWERS",
    "NIGHT_ITSELF",
    "RESTLESS_QUESTIONS",
    "SCOPES",
    "WARNING_ANSWERS",
    "ActorRequired",
    "ApiToken",
    "AuditEvent",
    "CalendarLink",
    "ClinicianCard",
    "Condition",
    "Consent",
    "ConsentNotice",
    "CrampTiming",
    "CustomHabit",
    "DataConsent",
    "Episode",
    "ErasureRecord",
    "Experiment",
    "ExperimentNight",
    "HealthModel",
    "Import",
    "Invitation",
    "Medicine",
    "Night",
    "NightRevision",
    "Operation",
    "PrivateNote",
    "PrivateNoteRevision",
    "Profile",
    "PushSubscription",
    "RecordNumber",
    "RemedyPlan",
    "RemedyUse",
    "Reminder",
    "ReminderSent",
    "ReportLink",
    "ReviewMark",
    "ReviewNote",
    "SharedNote",
    "User",
    "VisitQuestion",
    "acting_as",
    "current_actor_id",
    "lock_patient",
    "unprotected_tables",
]  # fmt: skip
