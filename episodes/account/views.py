"""Account, usual day, agreement and the public privacy page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from episodes.account.forms import SettingsForm, TimeZoneForm, UsualDayForm, posted
from episodes.actions.habits import own_habits_of
from episodes.actions.people import save_settings, save_usual_day
from episodes.knowledge.consent_texts import STORING_TEXTS, storing_text
from episodes.middleware.audience import SignedInRequest, audience
from episodes.models import DataConsent, Profile


@audience("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: SignedInRequest) -> HttpResponse:
    form = SettingsForm(posted(request), initial=SettingsForm.initial_of(request.user))
    if request.method == "POST" and form.is_valid():
        save_settings(values=form.values(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("account:overview")
    context = {"nav": "account", "form": form}
    return render(request, "account/overview.html", context, status=422 if form.errors else 200)


@audience("signed_in")
@require_POST
def time_zone(request: SignedInRequest) -> HttpResponse:
    """Move the account to the zone of the device, and go back to the page the offer stood on."""
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        return render(request, "account/time_zone.html", {"nav": "account", "form": form}, status=422)
    save_settings(values=form.cleaned_data, by=request.user)
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
    return render(request, "account/usual_day.html", context, status=422 if form.errors else 200)


@audience("signed_in")
@require_safe
def agreement(request: SignedInRequest) -> HttpResponse:
    """Return the text that this person agreed to last, when, and what they agreed to before."""
    given = list(DataConsent.objects.filter(user=request.user).order_by("-at"))
    text = storing_text(given[0].text_version) if given else storing_text()
    context = {"nav": "account", "given": given[0] if given else None, "earlier": given[1:], "text": text}
    return render(request, "account/agreement.html", context)


@audience("public")
@require_safe
def agreement_text(request: HttpRequest, version: str) -> HttpResponse:
    """Return a text about storing health data, the one of today or an earlier one."""
    if version not in STORING_TEXTS:
        raise Http404
    versions = sorted(STORING_TEXTS, reverse=True)
    context = {"nav": "account", "text": storing_text(version), "versions": versions}
    return render(request, "account/agreement_text.html", context)


@audience("public")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"privacy": settings.PRIVACY, "years": settings.MINIMUM_AGE_YEARS, "text": storing_text()}
    return render(request, "privacy/privacy.html", context)
