"""What Today shows: the one next thing, the last seven nights, one useful sentence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from episodes.actions.experiments import RunningTest, running_test
from episodes.knowledge.remedies import REMEDIES_BY_KEY
from episodes.models import Consent, Night, RemedyPlan, User
from episodes.stats.nights import last_night
from episodes.stats.records import NightRecord

INSIGHT_NIGHTS = 28


@dataclass(frozen=True)
class StripNight:
    """One capsule of a strip or a calendar: what is known about one night."""

    date: dt.date
    outcome: str | None
    count: int
    version: int = 0
    is_late: bool = False
    is_asked: bool = False
    is_future: bool = False

    @property
    def state(self) -> str:
        """Return the name of its look: the outcome, or "unwritten"."""
        return self.outcome or "unwritten"


@dataclass(frozen=True)
class Insight:
    """One sentence with counts. kind: first_day, place, hours or rate; nothing is predicted."""

    kind: str
    count: int = 0
    total: int = 0
    place: str = ""


@dataclass(frozen=True)
class TodayPage:
    asked: StripNight
    strip: Sequence[StripNight]
    missing: Sequence[StripNight]
    insight: Insight
    sore_night: StripNight | None
    consents: Sequence[Consent]
    ending: Sequence[Consent]
    local_now: dt.datetime
    plan_key: str = ""
    plan_label: str = ""
    asked_plan: str = ""
    test: RunningTest | None = None


def today_page(*, patient: User, now: dt.datetime) -> TodayPage:
    """Return what Today shows; five statements, however long the diary is, and up to two more during an experiment."""
    local_now = now.astimezone(patient.zone)
    asked_date = last_night(now, patient.zone)
    first = asked_date - dt.timedelta(days=INSIGHT_NIGHTS - 1)
    nights = Night.objects.visible_to(patient).of(patient).between(first, asked_date)
    records = {record.date: record for record in nights.as_records()}
    versions = dict(nights.values_list("date", "version"))
    strip = [
        strip_night(asked_date - dt.timedelta(days=back), records, versions, asked_date)
        for back in range(6, -1, -1)
    ]
    asked = strip[-1]
    consents = list(
        Consent.objects.owned_by(patient)
        .in_force(now)
        .select_related("clinician", "clinician__card")
        .order_by("valid_until", "pk")[:3]
    )
    return TodayPage(
        asked=asked,
        strip=strip,
        missing=[night for night in strip[:-1] if night.outcome is None and night.date >= begun_on(patient)],
        insight=insight_of(list(records.values())),
        sore_night=_sore_night(records, versions, asked),
        consents=consents,
        ending=[consent for consent in consents if consent.ends_soon(now)],
        local_now=local_now,
        test=running_test(now=now, by=patient),
        **_plans(patient, asked, local_now.date()),
    )


def _plans(patient: User, asked: StripNight, tonight: dt.date) -> dict[str, str]:
    """Return tonight's plan, and last night's as long as nobody said whether it was done."""
    words: dict[str, str] = {}
    for plan in RemedyPlan.objects.owned_by(patient).filter(date__in=[asked.date, tonight]):
        label = _(REMEDIES_BY_KEY[plan.remedy].label)
        if plan.date == tonight:
            words |= {"plan_key": plan.remedy, "plan_label": label}
        elif plan.done is None and asked.outcome is not None:
            words["asked_plan"] = label
    return words


def begun_on(patient: User) -> dt.date:
    """Return the evening before sign-up: nobody is told that earlier nights are missing."""
    return patient.date_joined.astimezone(patient.zone).date() - dt.timedelta(days=1)


def strip_night(
    date: dt.date, records: dict[dt.date, NightRecord], versions: dict[dt.date, int], asked: dt.date
) -> StripNight:
    record = records.get(date)
    return StripNight(
        date=date,
        outcome=record.outcome if record else None,
        count=record.shown_count if record else 0,
        version=versions.get(date, 0),
        is_late=bool(record and record.is_late),
        is_asked=date == asked,
    )


def _sore_night(
    records: dict[dt.date, NightRecord], versions: dict[dt.date, int], asked: StripNight
) -> StripNight | None:
    """Return the night before last, when it had a cramp and the day after was not told yet.

    Asked only once the last night is written: one question at a time.
    """
    date = asked.date - dt.timedelta(days=1)
    record = records.get(date)
    if asked.outcome is None or record is None or record.outcome != "cramps":
        return None
    return strip_night(date, records, versions, asked.date) if record.soreness_next_day_0_10 is None else None


def insight_of(records: Sequence[NightRecord]) -> Insight:
    """Return one sentence's worth of counts from the last four weeks."""
    counted = [record for record in records if record.is_counted]
    cramps = [episode for record in records for episode in record.episodes]
    if len(counted) < 3:
        return Insight("first_day")
    places = Counter(f"{cramp.side}-{cramp.location}" for cramp in cramps if cramp.side and cramp.location)
    if places and len(cramps) >= 3 and len(counted) < 14:
        place, count = places.most_common(1)[0]
        return Insight("place", count, sum(places.values()), place)
    return Insight("rate", sum(record.outcome == "cramps" for record in counted), len(counted))
