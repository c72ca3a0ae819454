"""Personal tokens: made and revoked by the patient, used by a program in the patient's name.

A token names its patient and holds 192 random bits, so that even the look-up runs as somebody. It dies with
its end date, with a new password, with the account and with the agreement to storing; a second factor that is
added or removed does not touch it.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from episodes.audit.events import append_audit
from episodes.models import ApiToken, AuditEvent, User, acting_as, lock_patient
from episodes.models.secrets import (
    hash_of,
    is_of_this_password,
    new_secret,
    parts_of,
    password_stamp,
    sharing_patient,
    token_of,
)
from episodes.models.tokens import LONGEST_NAME

SCOPES = ("read_nights", "write_nights", "cramp_now", "read_trends", "export")
DAYS = (30, 90, 365)
MOST_TOKENS = 20
PREFIX = "diary_"  # so that a scanner for leaked secrets can know one
RESOURCE = "api_token"
MINUTE = dt.timedelta(minutes=1)


class TokenRefused(Exception):
    """A token cannot be made like this; the message says what to do."""


@dataclass(frozen=True)
class NewToken:
    """A token that was just made. text: what the program sends, known now and never again."""

    token: ApiToken
    text: str


@dataclass(frozen=True)
class Bearer:
    """Whom a request speaks for. is_over_limit: this minute is used up; wait: seconds until the next."""

    patient: User
    token: ApiToken
    is_over_limit: bool = False
    wait: int = 0


def make_token(*, name: str, scopes: Collection[str], days: int, now: dt.datetime, by: User) -> NewToken:
    """Return a new token of `by` that may do what `scopes` name, for `days` days.

    Raises TokenRefused, and keeps nothing, for another number of days, no name, no or unknown scopes, and more
    tokens at once than anybody needs.
    """
    name = _tidy(name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise TokenRefused(_("Give the token a name of 1 to 60 letters."))
    if days not in DAYS:
        raise TokenRefused(_("Choose 30, 90 or 365 days."))
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen or len(chosen) != len(set(scopes)):
        raise TokenRefused(_("Choose at least one thing that the program may do."))
    secret = new_secret()
    with transaction.atomic():
        lock_patient(by.pk)
        if ApiToken.objects.owned_by(by).live(now).count() >= MOST_TOKENS:
            raise TokenRefused(_("You have 20 tokens that work: end one you no longer need."))
        token = ApiToken(
            patient=by,
            name=name,
            secret_hash=hash_of(secret),
            password_stamp=password_stamp(by),
            scopes=chosen,
            made_at=now,
            expires_at=now + dt.timedelta(days=days),
        )
        token.save(force_insert=True)
        _audit(token, AuditEvent.Action.MAKE_TOKEN, now, by)
    return NewToken(token, PREFIX + token_of(by.pk, secret))


def revoke_token(*, pk: uuid.UUID, now: dt.datetime, by: User) -> bool:
    """End a token of `by`, from the next request on; return whether there is such a token at all."""
    with transaction.atomic():
        lock_patient(by.pk)
        token = ApiToken.objects.owned_by(by).filter(pk=pk).first()
        if token is None:
            return False
        if ApiToken.objects.owned_by(by).filter(pk=pk, revoked_at=None).update(revoked_at=now):
            _audit(token, AuditEvent.Action.END_TOKEN, now, by)
        return True


def tokens_of(*, now: dt.datetime, by: User) -> list[ApiToken]:
    """Return the tokens of `by` that still work, newest first; one statement."""
    live = ApiToken.objects.owned_by(by).live(now).order_by("-made_at")
    return [token for token in live if is_of_this_password(token.password_stamp, by)]


def bearer_of(*, text: str, now: dt.datetime) -> Bearer | None:
    """Return for whom a token speaks, its use counted; None for every token that does not work.

    Mistyped, over, revoked, older than the password, account off, agreement taken back: one answer.
    """
    parts = parts_of(text.removeprefix(PREFIX)) if text.startswith(PREFIX) and text.isascii() else None
    patient = sharing_patient(parts[0]) if parts else None
    if parts is None or patient is None:
        return None
    with acting_as(patient), transaction.atomic():
        same = ApiToken.objects.owned_by(patient).opened_by(parts[1])
        token: ApiToken | None = same.first()
        if token is None or not token.is_live(now) or not is_of_this_password(token.password_stamp, patient):
            return None
        # One statement counts for all workers: who comes second sees what the first one wrote.
        same.update(
            requests=Case(When(minute__gt=now - MINUTE, then=F("requests") + 1), default=Value(1)),
            minute=Case(When(minute__gt=now - MINUTE, then=F("minute")), default=Value(now)),
            last_used_on=now.date(),
        )
        token.refresh_from_db(fields=["minute", "requests"], from_queryset=ApiToken.objects.owned_by(patient))
    wait = (token.minute + MINUTE - now).total_seconds() if token.minute else 0
    return Bearer(patient, token, token.requests > settings.API_REQUESTS_A_MINUTE, max(1, round(wait)))


def _tidy(text: str) -> str:
    kept = (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())


def _audit(token: ApiToken, action: AuditEvent.Action, now: dt.datetime, by: User) -> None:
    append_audit(
        patient_ids=[by.pk],
        action=action,
        resource=RESOURCE,
        consents={by.pk: token.pk},
        now=now,
        by=by,
    )
