"""Remedies: what can be tried, how sure that is, and what the patient's own nights say."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from episodes.article import red_flags
from episodes.article.claims import CERTAINTY, CLAIMS_BY_ID
from episodes.article.remedies import REMEDIES, REMEDIES_BY_KEY, Remedy
from episodes.article.sources import ARTICLE, CITATIONS
from episodes.diaries.experiments import covered_remedy
from episodes.models import Night
from episodes.nights.safety import cautions_about, is_pregnant_or_just_after
from episodes.remedies.actions import answer_plan, plan_for, plan_remedy
from episodes.remedies.record import own_record
from episodes.stats.nights import last_night
from episodes.web.audience import SignedInRequest, audience


def _tonight(request: SignedInRequest) -> dt.date:
    return timezone.now().astimezone(request.user.zone).date()


def _help(request: SignedInRequest) -> red_flags.Help:
    calls_maternity = is_pregnant_or_just_after(today=_tonight(request), by=request.user)
    return red_flags.help_for(request.user.country, calls_maternity)


def _cautions(request: SignedInRequest, remedy: Remedy) -> frozenset[str]:
    return cautions_about(remedy, today=_tonight(request), by=request.user)


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    plan = plan_for(date=_tonight(request), by=request.user)
    planned = REMEDIES_BY_KEY[plan.remedy] if plan else None
    context = {
        "nav": "remedies",
        "during": [remedy for remedy in REMEDIES if remedy.during],
        "before_bed": [remedy for remedy in REMEDIES if remedy.can_be_planned],
        "longer_term": [remedy for remedy in REMEDIES if remedy.is_longer_term],
        "planned": planned,
        "cautions": _cautions(request, planned) if planned else frozenset(),
        "appointment": red_flags.APPOINTMENT_REASONS,
        "help": _help(request),
    }
    return render(request, "remedies/overview.html", context)


@audience("patient")
@require_safe
def remedy(request: SignedInRequest, key: str) -> HttpResponse:
    chosen = REMEDIES_BY_KEY.get(key)
    if chosen is None:
        raise Http404
    nights = Night.objects.visible_to(request.user).of(request.user).as_records()
    covered = covered_remedy(now=timezone.now(), by=request.user)
    plan = plan_for(date=_tonight(request), by=request.user)
    context = {
        "nav": "remedies",
        "remedy": chosen,
        "certainty": CERTAINTY[chosen.certainty],  # type: ignore[index]
        "citations": [CITATIONS[each] for each in chosen.citations],
        "statements": [CLAIMS_BY_ID[each] for each in chosen.claims],
        "record": own_record(nights, chosen, timezone.now().astimezone(request.user.zone).date()),
        "covered": covered if covered is not None and covered.remedy.key == key else None,
        "is_planned": plan is not None and plan.remedy == key,
        "cautions": _cautions(request, chosen),
        "help": _help(request),
        "article": ARTICLE,
    }
    return render(request, "remedies/remedy.html", context)


@audience("patient")
@require_POST
def set_plan(request: SignedInRequest) -> HttpResponse:
    """Plan a remedy for tonight, or take the plan back with an empty one; heat is refused where it burns."""
    key = request.POST.get("remedy", "")
    chosen = REMEDIES_BY_KEY.get(key)
    if key and (chosen is None or not chosen.can_be_planned):
        messages.error(request, _("Choose one of the remedies for before bed."))
        return redirect("remedies:overview")
    if chosen is not None and chosen.plan_refused and _cautions(request, chosen):
        messages.error(request, _("Not planned: read below why it is not safe for you now."))
        return redirect("remedies:remedy-detail", key)
    plan_remedy(remedy=key or None, date=_tonight(request), by=request.user)
    messages.success(request, _("Planned for tonight.") if key else _("Nothing is planned for tonight."))
    return redirect("remedies:overview")


@audience("patient")
@require_POST
def plan_done(request: SignedInRequest) -> HttpResponse:
    """Keep the morning's answer about last night's plan."""
    answer = request.POST.get("done", "")
    if answer not in ("yes", "no"):
        messages.error(request, _("Choose yes or no."))
    elif not answer_plan(
        date=last_night(timezone.now(), request.user.zone), done=answer == "yes", by=request.user
    ):
        messages.error(request, _("Nothing was planned for last night."))
    return redirect("diary:today")
