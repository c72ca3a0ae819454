"""What Today shows: the one next thing, the last seven nights, one useful sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from episodes.article.red_flags import SafetyAnswer
from episodes.article.remedies import REMEDIES_BY_KEY
from episodes.diaries.experiments import RunningTest, running_test
from episodes.diaries.shared import unread_notes
from episodes.diary.finish import may_have_bare_cramps
from episodes.models import Consent, Night, Profile, RemedyPlan, Reminder, User
from episodes.nights.safety import last_warnings, unread_of
from episodes.nights.timing import IN_PROGRESS
from episodes.stats.nights import last_night, night_window
from episodes.stats.periods.cramps import place_trend
from episodes.stats.periods.summaries import cramp_nights
from episodes.stats.records import NightRecord

INSIGHT_NIGHTS = 28
EVENING_FROM_HOUR = 18
SORE_FROM_HOUR = 11
WAKING_HOUR = 5


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
class OpenCramp:
    """A cramp whose clock was started and never stopped: how long it lasted is asked in the morning."""

    date: dt.date
    version: int
    minutes_into_night: int | None
    starts_at_hour: int
    is_running: bool  # begun within the last hour: it may still last

    @property
    def time(self) -> str:
        """Return the time on the clock, such as 03:12, or "" where it is not known."""
        if self.minutes_into_night is None:
            return ""
        minutes = self.minutes_into_night + self.starts_at_hour * 60
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


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
    sore_today: bool = False  # the sore night is the one that ended this morning
    evening: dt.date | None = None  # tonight, when its day can be written now
    evening_is_written: bool = False
    reminders_stopped: bool = False
    wrote: str = ""  # who wrote the newest note that was not read yet
    open_cramp: OpenCramp | None = None
    unread: Sequence[SafetyAnswer] = ()  # answers whose safety words were not read yet
    has_bare_cramps: bool = False  # last night has a cramp that nobody described

    @property
    def may_finish(self) -> bool:
        """Return whether it is the time to ask about cramps that were timed: a clock that runs comes first."""
        return self.has_bare_cramps and self.open_cramp is None and not self.is_before_waking

    @property
    def is_before_waking(self) -> bool:
        """Return whether it is so early that a cramp is more likely than breakfast."""
        return self.local_now.hour < WAKING_HOUR


def today_page(*, patient: User, now: dt.datetime) -> TodayPage:
    """Return what Today shows; six statements, however long the diary is, and up to two more during an experiment."""
    local_now = now.astimezone(patient.zone)
    asked_date = last_night(now, patient.zone)
    first = asked_date - dt.timedelta(days=INSIGHT_NIGHTS - 1)
    tonight = local_now.date()
    nights = Night.objects.visible_to(patient).of(patient).between(first, tonight)
    records = {record.date: record for record in nights.as_records()}
    record_of_tonight = records.pop(tonight, None)
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
    wants_evening, stopped_at, wrote, unread = _wishes(patient, now)
    has_evening = wants_evening and local_now.hour >= EVENING_FROM_HOUR
    is_open = record_of_tonight is None or record_of_tonight.outcome is None
    sore_night = _sore_night(records, versions, asked, local_now)
    return TodayPage(
        asked=asked,
        strip=strip,
        missing=[night for night in strip[:-1] if night.outcome is None and night.date >= begun_on(patient)],
        insight=insight_of(list(records.values())),
        sore_night=sore_night,
        sore_today=sore_night is not None and sore_night.date == asked_date,
        evening=tonight if has_evening and is_open else None,
        evening_is_written=record_of_tonight is not None and _has_habits(record_of_tonight),
        reminders_stopped=stopped_at is not None,
        wrote=wrote or "",
        unread=unread,
        open_cramp=_open_cramp([records.get(asked_date), record_of_tonight], versions, patient, now),
        has_bare_cramps=may_have_bare_cramps(records.get(asked_date)),
        consents=consents,
        ending=[consent for consent in consents if consent.ends_soon(now)],
        local_now=local_now,
        test=running_test(now=now, by=patient),
        **_plans(patient, asked, tonight),
    )


def _open_cramp(
    records: Sequence[NightRecord | None], versions: dict[dt.date, int], patient: User, now: dt.datetime
) -> OpenCramp | None:
    record = next((each for each in records if each and any(one.is_open for one in each.episodes)), None)
    if record is None:
        return None
    cramp = next(episode for episode in record.episodes if episode.is_open)
    is_running = False
    if cramp.minutes_into_night is not None:
        begun, _end = night_window(record.date, patient.zone, record.starts_at_hour)
        started = begun + dt.timedelta(minutes=cramp.minutes_into_night)
        is_running = dt.timedelta(0) <= now - started < IN_PROGRESS
    return OpenCramp(
        record.date, versions.get(record.date, 0), cramp.minutes_into_night, record.starts_at_hour, is_running
    )


def _wishes(
    patient: User, now: dt.datetime
) -> tuple[bool, dt.datetime | None, str | None, Sequence[SafetyAnswer]]:
    """Return whether the evening is asked about (yes until told otherwise), since when reminders stopped,
    who wrote a note, and the answers whose safety words are unread.
    """
    row = (
        # Asked of the account, whose row always exists.
        User.objects.filter(pk=patient.pk)
        .values(
            has_card=Subquery(Profile.objects.owned_by(patient).filter(patient_id=OuterRef("pk")).values("evening_card")[:1]),
            stopped_at=Subquery(Reminder.objects.owned_by(patient).filter(patient_id=OuterRef("pk")).values("stopped_at")[:1]),
            wrote=Subquery(unread_notes(by=patient).filter(patient_id=OuterRef("pk")).values("author_name")[:1]),
            **last_warnings(patient),
        )
        .get()
    )  # fmt: skip
    wants_evening = row["has_card"] is not False and row["has_card"] != 0
    return wants_evening, row["stopped_at"], row["wrote"], unread_of(row, now)


def _has_habits(record: NightRecord) -> bool:
    return any(answer is not None for answer in record.habits.values())


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
    records: dict[dt.date, NightRecord],
    versions: dict[dt.date, int],
    asked: StripNight,
    local_now: dt.datetime,
) -> StripNight | None:
    """Return the night whose soreness on the day after is asked about now, if any.

    From 11:00 that is last night; else the night before it, once last night is written: one
    question at a time.
    """
    dates = [asked.date] if local_now.hour >= SORE_FROM_HOUR else []
    if asked.outcome is not None:
        dates.append(asked.date - dt.timedelta(days=1))
    for date in dates:
        record = records.get(date)
        if record and record.outcome == "cramps" and record.soreness_next_day_0_10 is None:
            return strip_night(date, records, versions, asked.date)
    return None


def insight_of(records: Sequence[NightRecord]) -> Insight:
    """Return one sentence's worth of counts from the last four weeks."""
    rate = cramp_nights(records)
    if rate.n < 3:
        return Insight("first_day")
    dates = [record.date for record in records]
    places = place_trend(records, min(dates), max(dates))
    leader = places.most_often.answer
    if leader and places.enough.is_reached and rate.n < 14:
        place = f"{leader.side or ''}-{leader.location}"
        return Insight("place", leader.episodes, places.with_place, place)
    return Insight("rate", rate.x, rate.n)
