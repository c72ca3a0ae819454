"""What a new account agrees to, kept with the text that was read."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import check_password
from django.db import transaction

from episodes.article.consent_texts import STORING_TEXTS, STORING_VERSION
from episodes.models import DataConsent, User
from episodes.models.names import one_spelling


def complete_sign_up(
    *, time_zone: str, language: str, text_version: str = STORING_VERSION, now: dt.datetime, by: User
) -> DataConsent:
    """Return the agreement of a new account to our storing health data, kept with the text that was read."""
    if text_version not in STORING_TEXTS:
        raise ValueError(f"There is no text {text_version!r} to agree to.")
    with transaction.atomic():
        by.save_settings({"time_zone": time_zone, "language": language})
        return DataConsent.objects.create(user=by, text_version=text_version, at=now)


def keep_password_in_one_spelling(*, typed: str, by: User) -> None:
    """Keep the password that `by` just logged in with as every system types it; an old one may be kept as typed.

    It counts as a new password: sessions elsewhere and tokens of programs end.
    """
    if typed != one_spelling(typed) and not check_password(one_spelling(typed), by.password):
        by.set_password(typed)
        by.save(update_fields=["password"])
