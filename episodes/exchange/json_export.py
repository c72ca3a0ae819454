"""diary.json: everything that belongs to one person, row by row.

PARTS names every table with rows about a person, NOT_EXPORTED the links that make nobody an owner; a
test walks all models and is red for one that stands in neither, and for a field that stands nowhere.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Model

from episodes.diaries.experiments import is_over, today_of
from episodes.exchange.formats.entries import NightEntry
from episodes.exchange.formats.fields import ANSWERS, EPISODE, PROVENANCE, moment_text, to_json
from episodes.exchange.queries import CHUNK, diary_entries
from episodes.models import (
    ApiToken,
    AuditEvent,
    CalendarLink,
    ClinicianCard,
    Condition,
    Consent,
    ConsentNotice,
    CrampTiming,
    CustomHabit,
    DataConsent,
    Experiment,
    ExperimentNight,
    HealthModel,
    Import,
    Invitation,
    Medicine,
    NightRevision,
    Operation,
    PrivateNoteRevision,
    Profile,
    PushSubscription,
    RecordNumber,
    RemedyPlan,
    Reminder,
    ReminderSent,
    ReportLink,
    ReviewMark,
    ReviewNote,
    User,
    VisitQuestion,
)

SCHEMA = "https://crampdiary.example.org/schema/diary"
SCHEMA_VERSION = 1

SECRET = "opens something, so it never leaves the server"  # noqa: S105  a reason, no password
COPY = "a file that the person still has; it is kept for an hour"
SOMEBODY_ELSE = "names another person's account; their name stands beside it"


@dataclass(frozen=True)
class Part:
    """One table. owner: the column that says whose rows they are. order: how they are listed.

    left_out: field names with the reason why they are not in the file. also: names in the file to look-ups.
    """

    name: str
    model: type[Model]
    owner: str = "patient"
    order: tuple[str, ...] = ("id",)
    left_out: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """Return the names in the file and the columns that they come from."""
        own = {
            each.name: each.attname
            for each in self.model._meta.concrete_fields
            if each.name != self.owner and each.name not in self.left_out
        }
        return {**own, **self.also}

    def rows(self, by: User) -> Any:
        if issubclass(self.model, HealthModel | AuditEvent):
            return self.model.objects.owned_by(by)
        return self.model.objects.filter(**{self.owner: by.pk})  # type: ignore[attr-defined]


CLINICIAN = {"clinician_name": "clinician__card__name"}
PARTS: tuple[Part, ...] = (
    Part("agreements", DataConsent, "user", ("at",)),
    Part("email_addresses", EmailAddress, "user"),
    Part("second_steps", Authenticator, "user", left_out={"data": SECRET}),
    Part("sessions", UserSession, "user", left_out={"session_key": SECRET, "data": SECRET}),
    Part("calendar_links", CalendarLink, "user", left_out={"token_hash": SECRET}),
    Part("clinician_card", ClinicianCard, "clinician", ("clinician",)),
    Part("invitations", Invitation, "clinician", left_out={"code_hash": SECRET}),
    Part("profile", Profile),
    Part("conditions", Condition),
    Part("medicines", Medicine),
    Part("own_habits", CustomHabit, order=("added_at", "id")),
    Part("remedy_plans", RemedyPlan, order=("date",)),
    Part("visit_questions", VisitQuestion),
    Part("consents", Consent, left_out={"clinician": SOMEBODY_ELSE}, also=CLINICIAN),
    Part("mails_about_sharing", ConsentNotice),
    Part("clinician_notes", ReviewNote, order=("at", "id"), left_out={"author": SOMEBODY_ELSE}),
    Part("clinician_reviews", ReviewMark, left_out={"clinician": SOMEBODY_ELSE}, also=CLINICIAN),
    Part("record_numbers", RecordNumber, left_out={"clinician": SOMEBODY_ELSE}, also=CLINICIAN),
    Part("report_links", ReportLink, left_out={"secret_hash": SECRET, "pin_hash": SECRET}),
    Part("timed_cramps", CrampTiming),
    Part("api_tokens", ApiToken, left_out={"secret_hash": SECRET, "password_stamp": SECRET}),
    Part("reminder", Reminder),
    Part("reminder_browsers", PushSubscription, left_out={"p256dh": SECRET, "auth": SECRET}),
    Part("reminders_sent", ReminderSent),
    Part("night_history", NightRevision, order=("date", "version")),
    Part("private_note_history", PrivateNoteRevision, order=("date", "version")),
    Part("repeated_writes", Operation),
    Part("files_brought_in", Import, order=("made_at", "id"), left_out={"content": COPY}),
    Part("audit", AuditEvent, "patient_id", ("sequence",)),
)
# Written by a function of their own below.
NIGHTS_PART = ("Night", "Episode", "RemedyUse", "SharedNote", "PrivateNote")
EXPERIMENT_PARTS = (
    Part("experiments", Experiment, order=("started_on", "id")),
    Part("experiment_nights", ExperimentNight, order=("date", "id")),
)
ACCOUNT_LEFT_OUT = {
    "password": SECRET,
    "username_folded": "the user name as it is compared, which says nothing more than the name",
    "session_epoch": SECRET,
    "groups": "rights that nobody here has",
    "user_permissions": "rights that nobody here has",
}
# Columns that point at an account whose rows these are not.
NOT_EXPORTED: dict[tuple[str, str], str] = {
    ("Consent", "clinician"): "a consent belongs to the patient who gave it",
    ("ReviewNote", "author"): "a note belongs to the patient whom it is about",
    ("ReviewMark", "clinician"): "a review belongs to the patient whom it is about",
    ("RecordNumber", "clinician"): "a record number belongs to the patient whom it names",
    ("LogEntry", "user"): "what an operator did with accounts; it says nothing about a diary",
}
NIGHT_BESIDE = ("id", "version", "client_id")
EPISODE_BESIDE = ("id", "client_id")


def diary_json(*, by: User, now: dt.datetime) -> Iterator[str]:
    """Yield diary.json, a piece at a time. Statements: one per table, however long the diary."""
    head = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "exported_at": moment_text(now)}
    yield _text(head)[:-1]
    yield f',\n"account": {_text(_account(by))}'
    for part in PARTS:
        yield from _list(part.name, _rows_of(part, by))
    yield from _list("nights", _nights(by))
    for name, rows in _experiments(by, now).items():
        yield from _list(name, rows)
    yield "}\n"


def _list(name: str, rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield f",\n{_text(name)}: ["
    first = True
    for row in rows:
        yield ("\n" if first else ",\n") + _text(row)
        first = False
    yield "]"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _rows_of(part: Part, by: User) -> Iterator[dict[str, Any]]:
    names = part.columns
    rows = part.rows(by).order_by(*part.order).values_list(*names.values())
    for row in rows.iterator(CHUNK):
        yield plain_row(zip(names, row, strict=True))


def plain_row(pairs: Any) -> dict[str, Any]:
    """Return a row as JSON values; what is not answered is left out."""
    return {name: plain(value) for name, value in pairs if value is not None}


def plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return moment_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, uuid.UUID):
        return str(value)
    return float(value) if isinstance(value, Decimal) else value


def account_columns() -> list[str]:
    return [each.name for each in User._meta.concrete_fields if each.name not in ACCOUNT_LEFT_OUT]


def _account(by: User) -> dict[str, Any]:
    return plain_row((name, getattr(by, name)) for name in account_columns())


def _nights(by: User) -> Iterator[dict[str, Any]]:
    for night, beside in diary_entries(by=by, more=NIGHT_BESIDE, more_of_episode=EPISODE_BESIDE):
        yield {
            **plain_row(zip(NIGHT_BESIDE, beside, strict=True)),
            **night_json(night),
            "episodes": [
                {
                    **plain_row((name, episode[name]) for name in EPISODE_BESIDE),
                    **episode_json(episode),
                    "remedies": [plain_row(use.items()) for use in episode["remedies"]],
                }
                for episode in night.episodes or ()
            ],
        }


def night_json(night: NightEntry) -> dict[str, Any]:
    """Return a night without its cramps; unanswered fields and empty notes are left out."""
    row: dict[str, Any] = {"date": night.date.isoformat()}
    for fields, values in ((ANSWERS, night.answers), (PROVENANCE, night.provenance)):
        for each in fields:
            value = values.get(each.name)
            if value is not None and value != []:
                row[each.name] = to_json(each, value)
    if night.own:
        row["custom_answers"] = night.own
    for name in ("shared_note", "private_note"):
        if text := getattr(night, name):
            row[name] = text
    return row


def episode_json(episode: Mapping[str, Any]) -> dict[str, Any]:
    return {
        each.name: to_json(each, episode[each.name]) for each in EPISODE if episode[each.name] is not None
    }


def _experiments(by: User, now: dt.datetime) -> dict[str, Iterator[dict[str, Any]]]:
    """Return the experiments and their nights; of one that runs nothing that lies ahead, and no draw."""
    plans, nights = EXPERIMENT_PARTS
    today = today_of(now, by)
    running = set()
    rows = []
    for row, experiment in zip(_rows_of(plans, by), plans.rows(by).order_by(*plans.order), strict=True):
        if not is_over(experiment, today):
            running.add(str(experiment.pk))
            row = {name: value for name, value in row.items() if name not in ("schedule", "nonce")}
        rows.append(row)
    told = (
        row
        for row in _rows_of(nights, by)
        if row["experiment"] not in running or dt.date.fromisoformat(row["date"]) <= today
    )
    return {plans.name: iter(rows), nights.name: told}
