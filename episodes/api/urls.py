"""Every route of the API says that a token is needed; its description is for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from episodes.api import nights, now, trends
from episodes.api.service import api
from episodes.middleware.audience import audience
from episodes.middleware.bearer import problem

api.add_router("nights", nights.router)
api.add_router("now", now.router)
api.add_router("", trends.router)

OPEN = {"openapi-json", "api-root"}


@csrf_exempt  # it changes nothing
@audience("public")
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return problem(404, _("The API has no such address: see openapi.json."))


app_name = "api"
urlpatterns = [
    *(route for route in api.urls[0] if route.name != "api-root"),
    path("", unknown, {"rest": ""}, name="api-root"),
    path("<path:rest>", unknown, name="unknown"),
]
for route in urlpatterns[:-2]:
    route.callback.audience = ("public",) if route.name in OPEN else ("bearer",)
