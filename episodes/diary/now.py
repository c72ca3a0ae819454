"""Cramp now: the dark page for one thumb, and what devices say from it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from episodes.article import red_flags
from episodes.diary.language import asked_language
from episodes.diary.moments import parsed_moment
from episodes.models import CrampTiming, User
from episodes.nights.timing import Said, Written, running, time_cramp
from episodes.questions import choices
from episodes.web.audience import audience

DEEDS = ("start", "stop", "side", "remove", "keep", "restless")


class MomentField(forms.CharField):
    """A moment as ISO 8601 with its offset from UTC; empty is None."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40)

    def clean(self, value: Any) -> dt.datetime | None:
        text = super().clean(value)
        if not text:
            return None
        moment = parsed_moment(text)
        if moment is None:
            raise forms.ValidationError(_("A time of this device cannot be read."))
        return moment


class SaidForm(forms.Form):
    """One message. `do` with the server's clock from a plain form, or times by the device's own clock."""

    client_id = forms.UUIDField(error_messages={"required": _("Reload this page and tap again.")})
    kind = forms.ChoiceField(choices=[("cramp", ""), ("restless", "")], required=False)
    do = forms.ChoiceField(choices=[(deed, "") for deed in DEEDS], required=False)
    side = forms.ChoiceField(choices=choices.SIDE, required=False)
    started_at, stopped_at, side_at, removed_at, kept_at, sent_at = (MomentField() for _each in range(6))

    def said(self, now: dt.datetime) -> Said:
        """Return the message; a tap without a time of its own happened now."""
        data = self.cleaned_data
        side = data["side"] or None
        deed = data["do"] or ("side" if side else "")
        kind = "restless" if deed == "restless" else data["kind"] or "cramp"
        tapped = {"start": "started_at", "restless": "started_at", "stop": "stopped_at", "side": "side_at",
                  "remove": "removed_at", "keep": "kept_at"}.get(deed)  # fmt: skip
        names = ("started_at", "stopped_at", "side_at", "removed_at", "kept_at", "sent_at")
        moments = {name: data[name] or (now if name == tapped else None) for name in names}
        return Said(client_id=data["client_id"], kind=kind, side=side, **moments)


@audience("public")
@gzip_page  # nothing typed is repeated in it, so its length tells nothing
@require_http_methods(["GET", "HEAD", "POST"])
def now(request: HttpRequest) -> HttpResponse:
    """Show the page, say how things stand (JSON), or take in what a device says."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    if request.method == "POST":
        return _take_in(request, wants_json)
    moment = timezone.now()
    user = request.user if isinstance(request.user, User) else None
    if wants_json:
        return JsonResponse(_standing(request, user, moment))
    with translation.override(asked_language(request)):
        return render(request, "diary/now.html", _page(request, user, moment))


def _page(request: HttpRequest, user: User | None, moment: dt.datetime) -> dict[str, Any]:
    """Return what the page shows: nothing about a person but the time at which this cramp began."""
    row = _asked_about(request, user) or (running(now=moment, by=user) if user else None)
    started_at = row.started_at if row else None
    state = "start"
    if row is not None and (row.is_removed or row.kind == "restless"):
        state = "removed" if row.is_removed else "restless"
    elif row is not None:
        state = "over" if row.stopped_at else "running"
    return {
        "state": state,
        "client_id": row.client_id if row else uuid.uuid4(),
        "row": row,
        "started_at": started_at,
        "is_long": started_at is not None
        and (row.stopped_at or moment) - started_at > dt.timedelta(minutes=10),  # type: ignore[union-attr]
        "new_id": uuid.uuid4(),
        "help": red_flags.help_for(user.country if user else None),
        "sides": choices.SIDE,
        "is_signed_in": user is not None,
    }


def _asked_about(request: HttpRequest, user: User | None) -> CrampTiming | None:
    try:
        client_id = uuid.UUID(request.GET.get("of", ""))
    except ValueError:
        return None
    return CrampTiming.objects.owned_by(user).filter(client_id=client_id).first() if user else None


def _standing(request: HttpRequest, user: User | None, moment: dt.datetime) -> dict[str, Any]:
    """Return who is logged in, what a message needs to be taken in, and a cramp that is still running."""
    if user is None:
        return {"signed_in": False}
    row = running(now=moment, by=user)
    return {
        "signed_in": True,
        "owner": str(user.pk),
        "csrf": get_token(request),
        "running": row and {"client_id": str(row.client_id), "started_at": row.started_at},
    }


def _take_in(request: HttpRequest, wants_json: bool) -> HttpResponse:
    if not isinstance(request.user, User) or request.POST.get("owner", "") not in (
        "",
        str(request.user.pk),
    ):  # kept on a device for somebody else
        if wants_json:
            return JsonResponse({"signed_in": False}, status=401)
        return redirect_to_login(reverse("diary:now"))
    form = SaidForm(request.POST)
    if not form.is_valid():
        sentences = [str(each) for errors in form.errors.values() for each in errors]
        if wants_json:
            return JsonResponse({"errors": {"__all__": sentences}}, status=422)
        context = _page(request, request.user, timezone.now()) | {"errors": sentences}
        return render(request, "diary/now.html", context, status=422)
    moment = timezone.now()
    written = time_cramp(said=form.said(moment), now=moment, by=request.user)
    if wants_json:
        return JsonResponse(_answer(written))
    return redirect(f"{reverse('diary:now')}?of={written.timing.client_id}")


def _answer(written: Written) -> dict[str, Any]:
    answer: dict[str, Any] = {"date": written.date, "is_full": written.is_full}
    if written.timing.clock_offset_seconds and written.timing.started_at:
        time = date_format(timezone.localtime(written.timing.started_at), "j F, H:i")
        answer["note"] = _(
            "The clock of this device is wrong. Written as %(time)s: look whether that is right."
        ) % {"time": time}
    if written.is_full:
        answer["note"] = _("This night holds 20 cramps already. Write the others as a number in the morning.")
    return answer
