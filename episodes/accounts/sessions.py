"""Where one is logged in, in words a person knows, and the end of one of these places."""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from episodes.web.audience import SignedInRequest, audience

# What a browser calls itself: the first of these that it names is meant, because most name several.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


class Device(NamedTuple):
    """A session as the page prints it; browser and system are empty where they are not known."""

    session: UserSession
    browser: str
    system: str


def device_of(session: UserSession) -> Device:
    named = [
        next((name for sign, name in known if sign in session.user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return Device(session, *named)


class SessionList(ListUserSessionsView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "devices": [device_of(session) for session in reversed(context["sessions"])]}


@audience("signed_in")
@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; ending this one logs out."""
    session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    is_this_one = session.is_current()
    session.end()
    if is_this_one:
        logout(request)
        return redirect("account_login")
    messages.success(request, _("That device is logged out."))
    return redirect("usersessions_list")
