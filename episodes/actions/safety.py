"""What a patient's own answers say about the warning lines and about warmth on the legs."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from episodes.knowledge.remedies import NUMB_DAYS, PREGNANCY_WARNS_DAYS, Remedy
from episodes.models import Condition, Night, User

NUMB = "numb"  # stands beside the keys of conditions: a leg that was numb not long ago


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
