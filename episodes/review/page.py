"""Everything that one review shows, made from consented records and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from episodes.charts.bands import fact_bands
from episodes.charts.cards import build_trend_cards
from episodes.diaries.experiments import results_for_review
from episodes.diaries.shared import ReviewRecords, review_records
from episodes.models import Consent, User
from episodes.review.actions import since_review
from episodes.review.facts import chart_facts, commonest_part, commonest_place, experiment_lines, spans
from episodes.review.habits import habit_table
from episodes.review.nights import habit_columns, night_lines, warnings_of
from episodes.review.summary import cramp_nights, review_summary
from episodes.stats.nights import last_night
from episodes.stats.records import NightRecord

PERIODS = (("28", _("4 weeks")), ("56", _("8 weeks")), ("182", _("6 months")), ("all", _("All")))
USUAL_PERIOD = "56"
NIGHTS_IN_TABLE = 56


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a key of PERIODS, a page of the nights, and the moment."""

    period: str
    nights: str | None
    now: dt.datetime


def review_of(consent: Consent, asked: Asked, reader: User) -> dict[str, Any]:
    """Return what the template prints.

    The whole shared diary is read, whatever the period: the habit table is of all its nights.
    """
    person = consent.patient
    last = last_night(asked.now, person.zone)
    period = asked.period if asked.period in dict(PERIODS) else USUAL_PERIOD
    length = None if period == "all" else int(period)
    records = review_records(consent=consent, first=dt.date.min, last=last, by=reader)
    first = last if length is None else last - dt.timedelta(days=length - 1)
    if length is None:
        first = min((night.date for night in records.nights or ()), default=last)
    today = asked.now.astimezone(person.zone).date()
    results = {}
    if records.nights is not None and records.experiments is not None:
        results = results_for_review(patient=person, now=asked.now, by=reader)
    context = {
        "consent": consent,
        "patient": person,
        "records": records,
        "first": first,
        "last": last,
        "now": asked.now,
        "period": period,
        "periods": PERIODS,
        "nights_read": len(records.nights or ()),
        "spans": spans(records.conditions or (), records.medicines or (), first, last),
        "experiments": experiment_lines(records.experiments, today, results)
        if records.experiments is not None
        else None,
        "since": since_review(consent=consent, mark=records.last_review_at, by=reader),
        "summary": None,
    }
    if records.nights is not None:
        context.update(_of_nights(records, records.nights, length, (first, last), asked))
        context["habits"] = habit_table(
            records.nights, records.own_habit_kinds, records.own_habits or {}, today
        )
    return context


def _of_nights(
    records: ReviewRecords,
    all_nights: Any,
    length: int | None,
    period: tuple[dt.date, dt.date],
    asked: Asked,
) -> dict[str, Any]:
    """Return numbers, drawings and tables of the nights of the period."""
    first, last = period
    nights: list[NightRecord] = [night for night in all_nights if night.date >= first]
    before = None
    if length is not None:
        before = cramp_nights(all_nights, first - dt.timedelta(days=length), first - dt.timedelta(days=1))
    cards = build_trend_cards(
        nights, first, last, starts_at_hour=records.consent.patient.night_starts_at.hour
    )
    facts = chart_facts(records.conditions or (), records.medicines or ())
    lines = Paginator(night_lines(nights, first, last), NIGHTS_IN_TABLE).get_page(asked.nights)
    return {
        "summary": review_summary(nights, first, last, before),
        "warnings": warnings_of(nights),
        "place": commonest_place(nights, first, last),
        "part": commonest_part(nights, first, last),
        "cards": cards,
        "bands": fact_bands(facts, cards.weekly.result.columns),
        "lines": lines,
        "strip": list(reversed(lines.object_list)),
        "habit_columns": habit_columns(
            [line.record for line in lines if line.record is not None], records.own_habits or {}
        ),
    }
