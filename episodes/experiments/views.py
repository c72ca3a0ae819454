"""Personal experiments: all of them, what one would take, tonight, the early end, the result."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.article.claims import CLAIMS_BY_ID, Claim
from episodes.article.remedies import EXPERIMENT_ALLOWED, REMEDIES_BY_KEY, Remedy
from episodes.article.sources import ARTICLE
from episodes.charts.experiment import nights_drawing, range_drawing
from episodes.diaries.experiments import (
    experiments_of,
    finished_test,
    is_over,
    nights_gone_by,
    running_test,
    today_of,
)
from episodes.experiments.actions import (
    ExperimentRefused,
    Proposal,
    answer_followed,
    proposal_of,
    start_experiment,
    stop_experiment,
)
from episodes.experiments.forms import ChoiceForm, FollowedForm, read_plan
from episodes.experiments.lines import line_of
from episodes.models import Experiment
from episodes.stats.associations.enough_data import NIGHTS_FOR_COUNTS
from episodes.web.audience import SignedInRequest, audience

ANSWER = {"yes": True, "no": False, "unknown": None}


@audience("patient")
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    today = today_of(now, request.user)
    lines = [line_of(each, today) for each in experiments_of(by=request.user)]
    wanted = request.GET.get("remedy", "")
    running = next((line for line in lines if not line.is_over), None)
    context = {
        "nav": "remedies",
        "running": running,
        "test": running_test(now=now, by=request.user) if running else None,
        "past": [line for line in lines if line.is_over],
        "form": None if running else ChoiceForm(wanted if wanted in EXPERIMENT_ALLOWED else ""),
        "refused": wanted and wanted not in EXPERIMENT_ALLOWED,
        "allowed": [REMEDIES_BY_KEY[key] for key in EXPERIMENT_ALLOWED],
        "minimum": NIGHTS_FOR_COUNTS,
    }
    return render(request, "experiments/overview.html", context)


@audience("patient")
@require_safe
def check(request: SignedInRequest) -> HttpResponse:
    """What the chosen test would take and its chance of an answer, or why it is refused."""
    design, nights = read_plan(request.GET.get("plan", ""))
    remedy = request.GET.get("remedy", "")
    if not remedy:
        messages.error(request, _("Choose what you want to test."))
        return redirect("experiments:overview")
    proposal = proposal_of(
        remedy=remedy, design=design, nights=nights, now=timezone.now(), by=request.user
    )  # fmt: skip
    return _check_page(request, proposal)


@audience("patient")
@require_POST
def start(request: SignedInRequest) -> HttpResponse:
    design, nights = read_plan(request.POST.get("plan", ""))
    try:
        started = start_experiment(
            remedy=request.POST.get("remedy", ""), design=design, nights=nights, now=timezone.now(),
            by=request.user,
        )  # fmt: skip
    except ExperimentRefused as refused:
        return _check_page(request, refused.proposal, status=422)
    messages.success(request, _("The plan is drawn and sealed. You see one night at a time."))
    return redirect("experiments:experiment-detail", started.pk)


def _check_page(request: SignedInRequest, proposal: Proposal, status: int = 200) -> HttpResponse:
    remedy = proposal.remedy
    context = {
        "nav": "remedies",
        "proposal": proposal,
        "plan": f"{proposal.design}-{proposal.nights}",
        "statements": _statements_about(remedy) if remedy else [],
        "article": ARTICLE,
        "allowed": [REMEDIES_BY_KEY[key] for key in EXPERIMENT_ALLOWED],
    }
    return render(request, "experiments/check.html", context, status=status)


def _statements_about(remedy: Remedy) -> list[Claim]:
    """Return what the article says of the remedy before bed; what it says of it during a cramp is not tested."""
    return [
        CLAIMS_BY_ID[each]
        for each in remedy.claims
        if f"experiment:{remedy.key}" in CLAIMS_BY_ID[each].shown_on
    ]


@audience("patient")
@require_safe
def experiment(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Tonight and the nights gone by while it runs; the result and the whole plan once it is over."""
    return _experiment_page(request, _own(request, pk))


def _own(request: SignedInRequest, pk: uuid.UUID) -> Experiment:
    # What is drawn for later nights is not even read here.
    found: Experiment = get_object_or_404(
        Experiment.objects.owned_by(request.user).defer("schedule", "nonce"), pk=pk
    )
    return found


def _experiment_page(
    request: SignedInRequest, found: Experiment, form: FollowedForm | None = None
) -> HttpResponse:
    now = timezone.now()
    nights = nights_gone_by(found, now=now, by=request.user)
    if form is None and nights:
        form = FollowedForm(None, nights=nights, experiment=found)
    context: dict[str, Any] = {
        "nav": "remedies",
        "line": line_of(found, today_of(now, request.user)),
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    if not is_over(found, today_of(now, request.user)):
        context |= {"nights": nights, "test": running_test(now=now, by=request.user)}
        return render(request, "experiments/running.html", context, status=status)
    finished = finished_test(found, now=now, by=request.user)
    shift = finished.result.shift
    context |= {
        "finished": finished,
        "result": finished.result,
        "drawing": nights_drawing(
            [(night.arm, night.outcome, night.is_compared) for night in finished.nights],
            group=4 if found.design == "nightly" else 14,
        ),
        "range": range_drawing(28 * shift.estimate, 28 * shift.low, 28 * shift.high) if shift else None,
    }
    return render(request, "experiments/result.html", context, status=status)


@audience("patient")
@require_POST
def followed(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep whether the plan of a night gone by was followed; the night itself is not touched."""
    found = _own(request, pk)
    now = timezone.now()
    nights = nights_gone_by(found, now=now, by=request.user)
    form = FollowedForm(request.POST, nights=nights, experiment=found)
    if not form.is_valid():
        return _experiment_page(request, found, form)
    answer_followed(
        experiment=found, date=form.cleaned_data["date"], followed=ANSWER[form.cleaned_data["followed"]],
        now=now, by=request.user,
    )  # fmt: skip
    messages.success(request, _("Saved."))
    if request.POST.get("back") == "today":
        return redirect("diary:today")
    return redirect("experiments:experiment-detail", pk)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then end the experiment from tonight on."""
    found = _own(request, pk)
    now = timezone.now()
    line = line_of(found, today_of(now, request.user))
    if request.method == "POST":
        if stop_experiment(experiment=found, now=now, by=request.user):
            messages.success(request, _("Stopped. From tonight on you do as you like."))
        else:
            messages.info(request, _("This test is over already."))
        return redirect("experiments:experiment-detail", pk)
    if line.is_over:
        return redirect("experiments:experiment-detail", pk)
    return render(request, "experiments/stop.html", {"nav": "remedies", "line": line})
