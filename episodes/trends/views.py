"""Trends: one page of questions, answered from the patient's own nights."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from episodes.article.claims import CLAIMS_BY_ID
from episodes.article.factors import FACTORS, FACTORS_BY_KEY
from episodes.article.remedies import REMEDIES_BY_KEY
from episodes.article.sources import ARTICLE
from episodes.charts.bands import fact_bands
from episodes.charts.cards import build_trend_cards
from episodes.charts.change import ChangeCard, change_card
from episodes.diaries.experiments import covered_remedy
from episodes.models import Condition, Night, User
from episodes.stats.nights import last_night
from episodes.stats.periods.change import before_after, weeks_on_each_side
from episodes.stats.periods.pregnancy import DAYS_TO_DUE_DATE, PregnancyWeek, pregnancy_weeks
from episodes.trends.factors import comparison_of, without_uses
from episodes.trends.facts import Change, changes_of, facts_of
from episodes.trends.forms import DEFAULT_RANGE, NIGHTS_OF_RANGE, RANGES, ChangeForm, DatesForm
from episodes.trends.notes import notes_of
from episodes.web.audience import SignedInRequest, audience


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    last = last_night(timezone.now(), request.user.zone)
    has_dates = "from" in request.GET or "to" in request.GET
    form = DatesForm(request.GET if has_dates else None, last=last)
    nights = Night.objects.visible_to(request.user).of(request.user)
    begun = nights.written().order_by("date").values_list("date", flat=True).first()
    if form.is_valid():
        chosen, first, last = None, form.cleaned_data["from"], form.cleaned_data["to"]
    else:
        # A span that nobody offers comes from an old or hand-made address: the usual one is shown.
        wanted = request.GET.get("range", "")
        chosen = wanted if wanted in NIGHTS_OF_RANGE else DEFAULT_RANGE
        first = _first_evening(NIGHTS_OF_RANGE[chosen], begun, last)
    covered = covered_remedy(now=timezone.now(), by=request.user)
    records = nights.between(first, last).as_records()
    cards = build_trend_cards(
        without_uses(records, covered.remedy.during) if covered else records,
        first,
        last,
        starts_at_hour=request.user.night_starts_at.hour,
    )
    context = {
        "bands": fact_bands(facts_of(request.user), cards.weekly.result.columns),
        "cards": cards,
        "covered": covered,
        "choices": RANGES,
        "chosen": chosen,
        "first": first,
        "form": form,
        "has_nights": begun is not None,
        "last": last,
        "nav": "trends",
        "page": "trends",
    }
    return render(request, "trends/overview.html", context, status=422 if form.errors else 200)


def _first_evening(number: int | None, begun: dt.date | None, last: dt.date) -> dt.date:
    """Return the first evening of a span of nights, None meaning all; it begins no earlier than the diary.

    Nights before the diary are no gaps in it. A diary shorter than a week still shows a whole one.
    """
    week = last - dt.timedelta(days=6)
    diary = min(begun or week, week)
    return max(diary, last - dt.timedelta(days=number - 1)) if number else diary


@audience("patient")
@require_safe
def factor_list(request: SignedInRequest) -> HttpResponse:
    """All habits beside the cramp nights, by evidence; under 14 counted nights only how far it is."""
    comparison = comparison_of(request.user, timezone.now())
    context = {"nav": "trends", "page": "trends", "comparison": comparison, "suspects": FACTORS}
    return render(request, "trends/habits.html", context)


@audience("patient")
@require_safe
def factor(request: SignedInRequest, key: str) -> HttpResponse:
    """One thing the article suspects. Conditions get text and dates, never a comparison."""
    suspect = FACTORS_BY_KEY.get(key)
    if suspect is None:
        raise Http404
    rows = None
    if suspect.condition:
        kept = Condition.objects.visible_to(request.user).of(request.user).filter(key=suspect.condition)
        rows = list(kept.order_by("started_on").values("started_on", "ended_on", "due_on"))
    weeks = _weeks_of(request.user, rows) if rows else ()
    comparison = None if suspect.condition else comparison_of(request.user, timezone.now(), suspect.fields)
    statements = [CLAIMS_BY_ID[each] for each in suspect.claims]
    context = {"nav": "trends", "page": "trends", "factor": suspect, "statements": statements,
               "comparison": comparison, "rows": rows, "weeks": weeks, "article": ARTICLE,
               "notes": notes_of(request.user, comparison.cards) if comparison and comparison.has_counts else [],
               "remedy": REMEDIES_BY_KEY.get(suspect.try_remedy)}  # fmt: skip
    return render(request, "trends/factor.html", context)


def _weeks_of(patient: User, rows: list[dict[str, dt.date | None]]) -> tuple[PregnancyWeek, ...]:
    """Return the weeks of the latest pregnancy with a due date, empty where none has one."""
    dated = [row for row in rows if row["due_on"] is not None]
    if not dated or (due_on := dated[-1]["due_on"]) is None:
        return ()
    nights = Night.objects.visible_to(patient).of(patient)
    around = nights.between(due_on - dt.timedelta(days=DAYS_TO_DUE_DATE), due_on + dt.timedelta(days=70))
    outcomes = around.written().order_by("date").values_list("date", "outcome")
    return pregnancy_weeks(outcomes, due_on=due_on, ended_on=dated[-1]["ended_on"])


@audience("patient")
@require_safe
def change(request: SignedInRequest) -> HttpResponse:
    """Equal weeks before and after a date. Only the date is in the address, never what changed on it."""
    last = last_night(timezone.now(), request.user.zone)
    begun, changes = changes_of(request.user, facts_of(request.user))
    form = ChangeForm(request.GET if "start" in request.GET else None, last=last)
    start = form.cleaned_data["start"] if form.is_valid() else None
    weeks = weeks_on_each_side(begun, start, last) if begun and start else 0
    card = None
    if start and weeks:
        span = dt.timedelta(days=7 * weeks)
        nights = Night.objects.visible_to(request.user).of(request.user).between(start - span, start + span)
        records = nights.as_records()
        card = change_card(records, before_after(records, start, weeks))
    context = {
        "begun": begun,
        "card": card,
        "form": form,
        "nav": "trends",
        "near": _within(changes, card),
        "named": [each for each in changes if each.date == start],
        "offered": [each for each in changes if begun and begun < each.date <= last],
        "page": "trends",
        "start": start,
    }
    return render(request, "trends/change.html", context, status=422 if form.errors else 200)


def _within(changes: list[Change], card: ChangeCard | None) -> list[Change]:
    """Return what else changed in the two stretches, for the reader to weigh."""
    if card is None:
        return []
    first, start, last = card.result.before.first, card.result.start, card.result.after.last
    return [each for each in changes if first <= each.date <= last and each.date != start]
