"""The patient's usual day: the habits that one tap fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from episodes.models import HABIT_FIELDS, Profile, User, lock_patient
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX


def keep_usual_day(*, answers: Mapping[str, Any], by: User) -> None:
    """Keep the answered habits of one day, own ones too, as the usual day of `by`; unanswered ones stay open."""
    usual = {key: _plain(answers[key]) for key in HABIT_FIELDS if answers.get(key) is not None}
    usual |= {f"{OWN_HABIT_PREFIX}{key}": answer for key, answer in answers["custom_answers"].items()}
    with transaction.atomic():
        lock_patient(by.pk)
        if not Profile.objects.owned_by(by).update(usual_day=usual):
            Profile(patient=by, usual_day=usual).save(force_insert=True)


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else float(value)
