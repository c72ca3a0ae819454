"""Account, usual day, agreement and the public privacy page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from episodes.models import Profile
from episodes.nights.own_habits import own_habits_of
from episodes.profile.actions import save_usual_day
from episodes.profile.forms import SettingsForm, TimeZoneForm, UsualDayForm
from episodes.web.audience import SignedInRequest, audience
from episodes.web.forms import posted


@audience("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: SignedInRequest) -> HttpResponse:
    form = SettingsForm(posted(request), initial=SettingsForm.initial_of(request.user))
    if request.method == "POST" and form.is_valid():
        request.user.save_settings(form.values())
        messages.success(request, _("Saved."))
        return redirect("account:overview")
    context = {"nav": "account", "form": form}
    return render(request, "profile/overview.html", context, status=422 if form.errors else 200)


@audience("signed_in")
@require_POST
def time_zone(request: SignedInRequest) -> HttpResponse:
    """Move the account to the zone of the device, and go back to the page the offer stood on."""
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        return render(request, "profile/time_zone.html", {"nav": "account", "form": form}, status=422)
    request.user.save_settings(form.cleaned_data)
    messages.success(
        request, _("Your diary is now on %(zone)s time.") % {"zone": form.cleaned_data["time_zone"]}
    )
    back = request.POST.get("next", "")
    if not (back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)):
        return redirect("account:overview")
    return redirect(back)


@audience("patient")
@require_http_methods(["GET", "HEAD", "POST"])
def usual_day(request: SignedInRequest) -> HttpResponse:
    stored = Profile.objects.owned_by(request.user).values_list("usual_day", "active_habits").first()
    answers, active = stored or ({}, None)
    form = UsualDayForm(
        posted(request), usual_day=answers, active_habits=active,
        own_habits=own_habits_of(by=request.user),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        save_usual_day(
            usual_day=form.usual_day(), active_habits=form.cleaned_data["active_habits"], by=request.user
        )
        messages.success(request, _("Saved. Nights you have written stay as they are."))
        return redirect("account:usual-day")
    context = {"nav": "account", "page": "entry", "form": form}
    return render(request, "profile/usual_day.html", context, status=422 if form.errors else 200)
