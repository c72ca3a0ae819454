"""The installable app: manifest, service worker, and the pages it may keep. Nothing here knows who asks."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from episodes.article import red_flags
from episodes.diary.entry import blank_entry
from episodes.diary.language import asked_language
from episodes.diary.views import place_rows, safety_words
from episodes.nights.content import NightContent
from episodes.stats.nights import last_night
from episodes.web.audience import SignedInRequest, audience

# What the kept pages need. A hashed name per content: a new release is a new list.
KEPT_FILES = (
    "css/site.css",
    "css/now.css",
    "js/base.js",
    "js/now.js",
    "js/night.js",
    "js/outbox.js",
    "img/favicon.svg",
    "img/icons.svg",
    "vendor/atkinson-hyperlegible-next/latin-variable.woff2",
)


@audience("public")
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Return the description that a device installs the app by."""
    with translation.override(asked_language(request)):
        shortcuts = (
            (_("Cramp now"), reverse("diary:now")),
            (_("Last night"), reverse("diary:night-last")),
            (_("Today"), reverse("diary:today")),
        )
        icon = {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"}
        content = {
            "id": reverse("diary:today"),
            "name": "Crampdiary",
            "short_name": "Crampdiary",
            "description": _("A diary for people with night leg cramps."),
            "lang": translation.get_language(),
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "start_url": reverse("diary:today"),
            "scope": reverse("diary:today"),
            "display": "standalone",
            "background_color": "#16233f",
            "theme_color": "#16233f",
            "icons": [
                {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
                icon,
                {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
                {"src": static("img/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
            ],
            "shortcuts": [{"name": name, "url": url, "icons": [icon]} for name, url in shortcuts],
        }  # fmt: skip
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@audience("public")
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, which begins with the list of what this release keeps."""
    language = asked_language(request)
    pages = {
        "now": reverse("diary:now"),
        "night": reverse("diary:offline-night"),
        "page": reverse("diary:offline"),
    }
    files = [static(name) for name in KEPT_FILES]
    setup = {
        "version": _version(tuple(files), language),
        "language": language,
        "root": reverse("diary:today"),
        "nights": reverse("diary:today") + "nights/",
        "pages": pages,
        "files": files,
        "push": static("js/sw-push.js"),
    }
    text = f"const SETUP = {json.dumps(setup, sort_keys=True)};\n{_source()}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = reverse("diary:today")
    return response


@lru_cache(maxsize=1)
def _source() -> str:
    return (Path(settings.BASE_DIR) / "static" / "js" / "sw.js").read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def _version(files: tuple[str, ...], language: str) -> str:
    """Return a name for what is kept: another one whenever a file, a template or a translation differs."""
    digest = hashlib.sha256(repr((files, language, _source())).encode())
    for folder, pattern in (("templates", "*.html"), ("locale", "*.mo")):
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@audience("public")
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what can be done without a connection: kept by the worker, the same for everybody."""
    return _for_everybody(request, "diary/offline.html", {"page": "offline"})


@audience("public")
@require_safe
def offline_night(request: HttpRequest) -> HttpResponse:
    """Show the night form with nobody's answers: kept by the worker, its script fills in the date."""
    context = {
        "page": "entry",
        "is_offline": True,
        "entry": blank_entry(timezone.localdate()),
        "content": NightContent(),
        "place_rows": place_rows(),
        **safety_words(red_flags.help_for(None)),
    }
    return _for_everybody(request, "diary/night.html", context)


def _for_everybody(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page as somebody sees it who is not logged in, whoever asks."""
    request.user = AnonymousUser()
    with translation.override(asked_language(request)):
        return render(request, template, {**context, "is_shell": True})


@audience("patient")
@require_safe
def last(request: SignedInRequest) -> HttpResponseRedirect:
    """Lead to last night, whatever date that is."""
    return redirect("diary:night-detail", last_night(timezone.now(), request.user.zone))
