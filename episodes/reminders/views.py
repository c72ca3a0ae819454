"""Reminders: the page, the snooze, the browsers to be reminded in, and the private calendar."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.models import PushSubscription, acting_as
from episodes.reminders import actions as actions
from episodes.reminders import push
from episodes.reminders.actions import EVERY_DAY, reminder_of, save_reminder
from episodes.reminders.calendar_feed import DAYS, calendar_text, file_text
from episodes.reminders.forms import ReminderForm, StartReminderForm
from episodes.reminders.sending import confirmed_email
from episodes.stats.associations.enough_data import CRAMP_NIGHTS, NIGHTS_FOR_GRADES, QUIET_NIGHTS
from episodes.web.audience import SignedInRequest, audience
from episodes.web.forms import posted

LARGEST_BODY = 4096


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: SignedInRequest) -> HttpResponse:
    email = confirmed_email(request.user)
    reminder = actions.reminder_of(by=request.user)
    form = ReminderForm(
        posted(request), initial=ReminderForm.initial_of(reminder), today=timezone.localdate(),
        has_email=bool(email),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = {"by_email": False, **form.cleaned_data}
        actions.save_reminder(**values, now=timezone.now(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("account:reminders")
    return _page(request, form, email, status=422 if form.errors else 200)


def _page(request: SignedInRequest, form: ReminderForm, email: str, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    reminder = actions.reminder_of(by=request.user)
    browsers = PushSubscription.objects.owned_by(request.user).count()
    has_push, has_calendar = push.is_available(), actions.has_calendar_link(by=request.user)
    goes_on = reminder is not None and reminder.stopped_at is None
    context = {
        "nav": "account",
        "form": form,
        "email": email,
        "reminder": reminder,
        "browsers": browsers,
        "is_on": {
            "browser": goes_on and has_push and browsers > 0,
            "calendar": goes_on and has_calendar,
            "mail": goes_on and bool(reminder and reminder.by_email and email),
        },
        "push_key": push.public_key() if has_push else "",
        "has_calendar": has_calendar,
        **more,
    }
    context["any_on"] = any(context["is_on"].values())
    return render(request, "reminders/overview.html", context, status=status)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def later(request: SignedInRequest) -> HttpResponse:
    """Ask once, then remind again in two hours. A link in a mail leads here, behind the log-in."""
    if request.method != "POST":
        return render(request, "reminders/later.html", {"nav": "account"})
    until = actions.snooze(now=timezone.now(), by=request.user)
    if until is None:
        messages.info(request, _("No more reminders for this night."))
    else:
        time = date_format(timezone.localtime(until), "H:i")
        messages.success(request, _("We remind you again at %(time)s.") % {"time": time})
    return redirect("diary:today")


@audience("patient")
@require_POST
def go_on(request: SignedInRequest) -> HttpResponse:
    """Answer whether stopped reminders go on."""
    answer = request.POST.get("answer", "")
    if answer not in ("yes", "no"):
        email = confirmed_email(request.user)
        form = ReminderForm(
            initial=ReminderForm.initial_of(actions.reminder_of(by=request.user)), today=timezone.localdate(),
            has_email=bool(email),
        )  # fmt: skip
        messages.error(request, _("Choose yes or no."))
        return _page(request, form, email, status=422)
    wanted = answer == "yes"
    actions.go_on(wanted=wanted, now=timezone.now(), by=request.user)
    messages.success(request, _("Reminders go on.") if wanted else _("Reminders are off."))
    return redirect("account:reminders")


@audience("patient")
@require_POST
def calendar_make(request: SignedInRequest) -> HttpResponse:
    """Show a new private link once; nobody can read it back later, we neither."""
    token = actions.new_calendar_link(now=timezone.now(), by=request.user)
    email = confirmed_email(request.user)
    form = ReminderForm(
        initial=ReminderForm.initial_of(actions.reminder_of(by=request.user)), today=timezone.localdate(),
        has_email=bool(email),
    )  # fmt: skip
    link = settings.BASE_URL + reverse("account:reminder-calendar", args=[token])
    opens = f"webcal://{link.partition('://')[2]}"  # what calendar programs of phones and computers answer to
    return _page(request, form, email, calendar_link=link, webcal_link=opens)


@audience("patient")
@require_POST
def calendar_end(request: SignedInRequest) -> HttpResponse:
    actions.end_calendar_link(by=request.user)
    messages.success(request, _("The calendar link no longer works."))
    return redirect("account:reminders")


@audience("patient")
@require_safe
def calendar_file(request: SignedInRequest) -> HttpResponse:
    """Return a repeating reminder as a file, to be added to a calendar by hand: nothing is kept about it."""
    reminder = actions.reminder_of(by=request.user)
    values = ReminderForm.initial_of(reminder)
    today, pause = timezone.localdate(), values.get("paused_until")
    text = file_text(
        at=values["at"], days=values["days"] or actions.EVERY_DAY, first=max(today, pause or today),
        owner=f"{request.user.pk}", now=timezone.now(),
    )  # fmt: skip
    return _ics(text, "attachment")


def _ics(text: str, disposition: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Disposition"] = f'{disposition}; filename="diary.ics"'
    return response


@audience("public")
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return the calendar behind a private link. An unknown link and an ended one answer alike."""
    owner = actions.owner_of_calendar(token)
    if owner is None:
        raise Http404
    now = timezone.now()
    with (
        acting_as(owner),
        transaction.atomic(),
        timezone.override(owner.zone),
        translation.override(owner.language),
    ):
        mornings = actions.coming_mornings(now=now, days=DAYS, by=owner)
        text = calendar_text(mornings=mornings, zone=owner.time_zone, owner=f"{owner.pk}", now=now)
    return _ics(text, "inline")


@audience("patient")
@require_POST
def subscribe(request: SignedInRequest) -> HttpResponse:
    """Keep this browser's subscription, sent as JSON the way browsers write it."""
    if not push.is_available():
        raise Http404
    data = _json(request)
    sent_keys = data.get("keys")
    keys: dict[str, Any] = sent_keys if isinstance(sent_keys, dict) else {}
    endpoint, p256dh, auth = data.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    if not (isinstance(endpoint, str) and push.may_call(endpoint)):
        return _refused(_("This browser uses a service that we do not know. Choose mail or the calendar."))
    if not (isinstance(p256dh, str) and push.is_point(p256dh) and isinstance(auth, str)
            and push.is_key(auth, size=16)):  # fmt: skip
        return _refused(_("This browser sent no usable key. Reload the page and try again."))
    try:
        actions.keep_subscription(
            endpoint=endpoint, p256dh=p256dh, auth=auth, now=timezone.now(), by=request.user
        )
    except actions.TooManyDevices:
        return _refused(_("Five browsers are the most. Switch reminders off in another one first."))
    return JsonResponse({"kept": True})


@audience("patient")
@require_POST
def unsubscribe(request: SignedInRequest) -> HttpResponse:
    """Forget this browser; `{"all": true}` forgets every browser. Also from a plain form."""
    data = _json(request)
    if data.get("all") is True or request.POST.get("all"):
        for each in PushSubscription.objects.owned_by(request.user):
            actions.drop_subscription(endpoint=each.endpoint, by=request.user)
    elif isinstance(endpoint := data.get("endpoint"), str) and endpoint.isascii() and endpoint.isprintable():
        actions.drop_subscription(endpoint=endpoint[:1000], by=request.user)
    else:
        return _refused(_("Reload the page and try again."))
    if request.POST.get("all"):
        messages.success(request, _("No browser is reminded any more."))
        return redirect("account:reminders")
    return JsonResponse({"kept": False})


def _json(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json" or len(request.body) > LARGEST_BODY:
        return {}
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _refused(sentence: str) -> HttpResponse:
    return JsonResponse({"errors": {"__all__": [sentence]}}, status=422)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedInRequest) -> HttpResponse:
    """The last of the three screens after sign-up."""
    stored = reminder_of(by=request.user)
    form = StartReminderForm(posted(request), initial={"at": stored.at if stored else dt.time(9)})
    if request.method == "POST" and form.is_valid():
        has_email = bool(confirmed_email(request.user))
        save_reminder(
            at=form.cleaned_data["at"],
            days=stored.days if stored else EVERY_DAY,
            by_email=has_email,
            paused_until=None,
            now=timezone.now(),
            by=request.user,
        )
        if has_email:
            messages.success(request, _("Saved. A mail comes when last night is not written."))
            return redirect("diary:today")
        return redirect("account:reminders")
    context = {
        "nav": "account",
        "number": 3,
        "form": form,
        "nights": NIGHTS_FOR_GRADES,
        "cramp_nights": CRAMP_NIGHTS,
        "quiet_nights": QUIET_NIGHTS,
        "next": "diary:today",
        "has_email": bool(confirmed_email(request.user)),
    }
    return render(request, "profile/start.html", context, status=422 if form.errors else 200)
