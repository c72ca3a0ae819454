"""What a patient's own answers say about the warning lines and about warmth on the legs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from episodes.article.red_flags import OVER_TEN_MINUTES, SIGNS, TEN_MINUTES_REPEAT_DAYS, SafetyAnswer
from episodes.article.remedies import NUMB_DAYS, PREGNANCY_WARNS_DAYS, Remedy
from episodes.models import Condition, Episode, Night, Profile, User
from episodes.models.people import keep_in_profile
from episodes.nights.content import NightContent

NUMB = "numb"  # stands beside the keys of conditions: a leg that was numb not long ago


TEN_MINUTES_SECONDS = 600


def is_over_ten_minutes(episode: Mapping[str, Any]) -> bool:
    """Return whether this cramp lasted longer than ten minutes, as far as it is known."""
    return (episode["duration_seconds"] or 0) > TEN_MINUTES_SECONDS or episode[
        "duration_band"
    ] in OVER_TEN_MINUTES.answers


def signs_of(content: NightContent) -> list[SafetyAnswer]:
    """Return the warning answers that a night gives."""
    return [sign for sign in SIGNS if content.answers[sign.question] in _stored(sign)]


def _stored(sign: SafetyAnswer) -> tuple[Any, ...]:
    return (True,) if sign.answers == ("yes",) else sign.answers


def last_warnings(patient: User) -> dict[str, Any]:
    """Return, to be asked of the account: when each safety answer was last given, and its words last read.

    An answer counts as long as it stands; an imported one was given before, elsewhere.
    """
    nights = (
        Night.objects.owned_by(patient)
        .filter(Q(imported_at=None) | Q(warned_at__gt=F("imported_at")), patient_id=OuterRef("pk"))
        .exclude(warned_at=None)
        .order_by("-warned_at")
    )
    long = (
        Episode.objects.owned_by(patient)
        .filter(
            Q(duration_seconds__gt=TEN_MINUTES_SECONDS) | Q(duration_band__in=OVER_TEN_MINUTES.answers),
            Q(night__imported_at=None) | Q(night__changed_at__gt=F("night__imported_at")),
            patient_id=OuterRef("pk"),
            night__patient_id=patient.pk,
        )
        .exclude(night__changed_at=None)
        .order_by("-night__changed_at")
    )
    profile = Profile.objects.owned_by(patient).filter(patient_id=OuterRef("pk"))
    return {
        **{
            sign.question: Subquery(
                nights.filter(**{f"{sign.question}__in": _stored(sign)}).values("warned_at")[:1]
            )
            for sign in SIGNS
        },
        OVER_TEN_MINUTES.question: Subquery(long.values("night__changed_at")[:1]),
        "signs_read_at": Subquery(profile.values("signs_read_at")[:1]),
        "ten_minutes_read_at": Subquery(profile.values("ten_minutes_read_at")[:1]),
    }


def unread_of(row: Mapping[str, Any], now: dt.datetime) -> Sequence[SafetyAnswer]:
    """Return the answers whose safety words were not read since they were given, from a row of `last_warnings`.

    The words about ten minutes come once in 28 days: honest entries are often over ten minutes.
    """
    read_at = row["signs_read_at"]
    unread = [
        sign for sign in SIGNS if row[sign.question] and (read_at is None or row[sign.question] > read_at)
    ]
    long_ago = now - dt.timedelta(days=TEN_MINUTES_REPEAT_DAYS)
    lasted_at, read_at = row[OVER_TEN_MINUTES.question], row["ten_minutes_read_at"]
    if lasted_at and lasted_at > long_ago and (read_at is None or read_at <= long_ago):
        unread.append(OVER_TEN_MINUTES)
    return unread


def mark_read(*, questions: Sequence[str], shown_at: dt.datetime, by: User) -> None:
    """Keep that the safety words about these questions were read on a page made at `shown_at`."""
    signs = any(sign.question in questions for sign in SIGNS)
    values = {"signs_read_at": signs, "ten_minutes_read_at": OVER_TEN_MINUTES.question in questions}
    save_safety_read(values={name: shown_at for name, is_read in values.items() if is_read}, by=by)


def lasts(today: dt.date) -> Q:
    """Return the condition that a long-term fact has not ended before `today`."""
    return Q(ended_on=None) | Q(ended_on__gte=today)


def pregnant_or_just_after(today: dt.date) -> Q:
    """Return the condition of a pregnancy that lasts or ended at most six weeks ago.

    No birth date is asked, so every end counts: the warning signs are the same.
    """
    return Q(key="pregnancy") & lasts(today - dt.timedelta(days=PREGNANCY_WARNS_DAYS))


def is_pregnant_or_just_after(*, today: dt.date, by: User) -> bool:
    """Return whether the maternity unit is whom to call about a leg; one statement."""
    return bool(Condition.objects.owned_by(by).filter(pregnant_or_just_after(today)).exists())


def cautions_about(remedy: Remedy, *, today: dt.date, by: User, numb_days: int = NUMB_DAYS) -> frozenset[str]:
    """Return why `remedy` is not safe as it is: keys of conditions, and NUMB. Empty: nothing noted.

    numb_days: how far back a numb leg counts. At most two statements. "Not noted" is not "safe": the page names who leaves it to everybody.
    """
    found: set[str] = set()
    if remedy.refused_with:
        kept = Condition.objects.owned_by(by).filter(lasts(today), key__in=remedy.refused_with)
        found.update(kept.values_list("key", flat=True))
    if remedy.refused_when_numb:
        nights = Night.objects.owned_by(by).filter(date__gt=today - dt.timedelta(days=numb_days))
        if nights.filter(numbness=True).exists():
            found.add(NUMB)
    return frozenset(found)


def save_safety_read(*, values: Mapping[str, dt.datetime], by: User) -> None:
    """Keep when safety words were read."""
    if values:
        keep_in_profile(dict(values), by)
