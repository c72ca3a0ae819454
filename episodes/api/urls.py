"""Every route of the API says that a token is needed; its description is for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from episodes.api import export, nights, now, trends
from episodes.api.service import api
from episodes.web.audience import audience
from episodes.web.bearer import problem

api.add_router("nights", nights.router)
api.add_router("now", now.router)
api.add_router("", trends.router)
api.add_router("", export.router)


@csrf_exempt  # it changes nothing
@audience("public")
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return problem(404, _("The API has no such address: see openapi.json."))


described = [route for route in api.urls[0] if isinstance(route, URLPattern) and route.name != "api-root"]
for route in described:
    audience("public" if route.name == "openapi-json" else "bearer")(route.callback)

app_name = "api"
urlpatterns = [
    *described,
    path("", unknown, {"rest": ""}, name="api-root"),
    path("<path:rest>", unknown, name="unknown"),
]
