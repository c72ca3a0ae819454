"""A night put back: undo, the bin, earlier copies."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.diary import entry as entries
from episodes.diary.calendar import is_second_tap
from episodes.diary.own_habits import own_words
from episodes.diary.views import next_page, seen_version, sentence_page, wants_json
from episodes.models import NightRevision
from episodes.nights import history as actions
from episodes.nights.content import NightContent, read_night
from episodes.nights.own_habits import own_habits_of
from episodes.nights.writer import NightRefused, StaleVersion
from episodes.questions import choices
from episodes.web.audience import SignedInRequest, audience


@audience("patient")
@require_POST
def undo(request: SignedInRequest, date: dt.date) -> HttpResponse:
    if is_second_tap(request):
        return redirect(next_page(request, date))
    try:
        stored = actions.undo_last_change(
            date=date, seen_version=seen_version(request), source=entries.source_of(request), by=request.user
        )
    except StaleVersion:
        return sentence_page(
            request, date, _("This night was changed meanwhile, so nothing was undone."), 409
        )
    if wants_json(request):
        return JsonResponse({"version": stored.version})
    if request.POST.get("next"):
        return redirect(next_page(request, date))
    messages.info(request, _("Put back as it was before."))
    return redirect("diary:night-detail", date)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, date: dt.date) -> HttpResponse:
    content = read_night(patient=request.user, date=date, by=request.user)
    if content.version == 0:
        raise Http404
    if request.method != "POST":
        words = own_words(content, own_habits_of(by=request.user))
        context = {"nav": "calendar", "date": date, "content": content, "own_words": words}
        return render(request, "diary/delete.html", context)
    try:
        actions.delete_night(
            date=date, seen_version=seen_version(request), source=entries.source_of(request), by=request.user
        )
    except StaleVersion:
        return sentence_page(
            request, date, _("This night was changed meanwhile, so it was not deleted."), 409
        )
    messages.info(request, _("Deleted. You find it in the bin for 30 days."))
    return redirect("diary:night-bin")


@audience("patient")
@require_safe
def night_bin(request: SignedInRequest) -> HttpResponse:
    revisions = actions.nights_in_bin(now=timezone.now(), by=request.user)
    return render(request, "diary/bin.html", {"nav": "calendar", "revisions": revisions})


@audience("patient")
@require_safe
def history(request: SignedInRequest, date: dt.date) -> HttpResponse:
    revisions = list(
        NightRevision.objects.owned_by(request.user).filter(date=date).order_by("-version")[:100]
    )
    content = read_night(patient=request.user, date=date, by=request.user)
    if not revisions and content.version == 0:
        raise Http404
    labels = dict(choices.REVISION_REASON)
    habits = own_habits_of(by=request.user)
    rows = [
        {
            "revision": revision,
            "reason": labels[revision.reason],
            "copy": copy,
            "own_words": own_words(copy, habits),
        }
        for revision in revisions
        for copy in [NightContent.from_json(revision.content)]
    ]
    context = {"nav": "calendar", "date": date, "rows": rows, "content": content}
    return render(request, "diary/history.html", context)


@audience("patient")
@require_POST
def restore(request: SignedInRequest, date: dt.date) -> HttpResponse:
    copy = request.POST.get("copy", "")
    if not copy.isdecimal() or len(copy) > 9:
        return sentence_page(request, date, _("That copy is no longer kept."), 422)
    try:
        actions.restore_revision(
            date=date, version=int(copy), seen_version=seen_version(request), source=entries.source_of(request),
            by=request.user,
        )  # fmt: skip
    except NightRefused as error:
        return sentence_page(request, date, " ".join(error.errors.values()), 422)
    except StaleVersion:
        return sentence_page(
            request, date, _("This night was changed meanwhile, so nothing was brought back."), 409
        )
    messages.info(request, _("Brought back."))
    return redirect("diary:night-detail", date)
