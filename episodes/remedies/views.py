"""Remedies: what can be tried, how sure that is, and what the patient's own nights say."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from episodes.actions.remedies import answer_plan, plan_for, plan_remedy
from episodes.knowledge import red_flags
from episodes.knowledge.article import ARTICLE, CITATIONS
from episodes.knowledge.claims import CERTAINTY, CLAIMS_BY_ID
from episodes.knowledge.remedies import REMEDIES, REMEDIES_BY_KEY
from episodes.middleware.audience import SignedInRequest, audience
from episodes.models import Condition, Night
from episodes.remedies.record import own_record
from episodes.stats.nights import last_night


def _tonight(request: SignedInRequest) -> dt.date:
    return timezone.now().astimezone(request.user.zone).date()


def _is_pregnant(request: SignedInRequest) -> bool:
    kept = Condition.objects.visible_to(request.user).of(request.user)
    return bool(kept.filter(key="pregnancy", ended_on=None).exists())


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    plan = plan_for(date=_tonight(request), by=request.user)
    context = {
        "nav": "remedies",
        "during": [remedy for remedy in REMEDIES if remedy.during],
        "before_bed": [remedy for remedy in REMEDIES if remedy.habit],
        "planned": REMEDIES_BY_KEY[plan.remedy] if plan else None,
        "help": red_flags.help_for(request.user.country, _is_pregnant(request)),
    }
    return render(request, "remedies/overview.html", context)


@audience("patient")
@require_safe
def remedy(request: SignedInRequest, key: str) -> HttpResponse:
    chosen = REMEDIES_BY_KEY.get(key)
    if chosen is None:
        raise Http404
    nights = Night.objects.visible_to(request.user).of(request.user).as_records()
    plan = plan_for(date=_tonight(request), by=request.user)
    context = {
        "nav": "remedies",
        "remedy": chosen,
        "certainty": CERTAINTY[chosen.certainty],  # type: ignore[index]
        "citations": [CITATIONS[each] for each in chosen.citations],
        "statements": [CLAIMS_BY_ID[each] for each in chosen.claims],
        "record": own_record(nights, chosen),
        "is_planned": plan is not None and plan.remedy == key,
        "is_pregnant": _is_pregnant(request),
        "help": red_flags.help_for(request.user.country, _is_pregnant(request)),
        "article": ARTICLE,
    }
    return render(request, "remedies/remedy.html", context)


@audience("patient")
@require_POST
def set_plan(request: SignedInRequest) -> HttpResponse:
    """Plan a remedy for tonight, or take the plan back with an empty one."""
    key = request.POST.get("remedy", "")
    if key and (key not in REMEDIES_BY_KEY or not REMEDIES_BY_KEY[key].habit):
        messages.error(request, _("Choose one of the remedies for before bed."))
        return redirect("remedies:overview")
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
