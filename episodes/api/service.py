"""The API itself: its description, its refusals and the one door to it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.security import HttpBearer

from episodes.api.night_json import night_json
from episodes.nights.writer import NightRefused, OperationReused, StaleVersion
from episodes.web.bearer import TITLES, problem
from episodes.web.tokens import Bearer

PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do, in a sentence."},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "422: a sentence for each field.",
        },
        "current": {"description": "409: the night as it is stored now; null where it is not written."},
    },
}
ALWAYS = (401, 403, 405, 413, 422, 429, 503)
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


class Forbidden(Exception):
    """The token works, and is not for this."""


class StrictParser(Parser):
    """Reads JSON as the standard has it; what cannot be read is a refusal and never an error of ours."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise HttpError(422, "json") from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


class Token(HttpBearer):
    """A personal token with the scope that a route needs."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        bearer: Bearer = request.bearer  # type: ignore[attr-defined]  # the middleware let nobody else in
        if self.scope not in bearer.token.scopes:
            raise Forbidden(self.scope)
        return bearer


class Api(NinjaAPI):
    """The API with a description that names every answer."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        for path in schema["paths"].values():
            for method, operation in path.items():
                codes = {*ALWAYS, *(int(code) for code in operation.pop("x-refusals", ()))}
                if method != "get":
                    codes |= {409}
                if "requestBody" in operation:
                    codes |= {415}
                for code in sorted(codes):
                    operation["responses"][code] = _described(code)
        return schema


def _described(code: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": TITLES[code],
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return answer | ({"headers": RETRY} if code in (429, 503) else {})


api = Api(
    title="Cramp diary",
    version="1",
    description="Your own diary, for your own programs. See docs/api.md.",
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)


@api.exception_handler(Forbidden)
def _forbidden(request: HttpRequest, error: Forbidden) -> HttpResponse:
    return problem(403, _("This token may not do that: it lacks “%(scope)s”.") % {"scope": error})


@api.exception_handler(HttpError)
def _not_json(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(422, _("The body is no JSON that can be read."), errors={})


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name every field with its reason; what was sent is not repeated."""
    errors = {}
    for each in error.errors[:50]:
        place = [str(part) for part in each["loc"] if part not in ("body", "query", "path", "header")]
        name = ".".join(place[1:] if place[:1] == ["sent"] else place)[:200]
        errors[name.encode("utf-8", "replace").decode()] = str(each["msg"])
    return refused(errors)


@api.exception_handler(NightRefused)
def _refused(request: HttpRequest, error: NightRefused) -> HttpResponse:
    return refused(error.errors)


@api.exception_handler(OperationReused)
def _reused(request: HttpRequest, error: OperationReused) -> HttpResponse:
    return problem(409, _("This Idempotency-Key was used before with another request: choose a new one."))


@api.exception_handler(StaleVersion)
def _stale(request: HttpRequest, error: StaleVersion) -> HttpResponse:
    date = request.resolver_match.kwargs["date"] if request.resolver_match else ""
    current = (
        night_json(date, error.current) if error.current.version and may(request, "read_nights") else None
    )
    return problem(
        409,
        _("This night was changed since the version you saw. Look at it, and send it again."),
        current=current,
    )


def may(request: HttpRequest, scope: str) -> bool:
    """Whether the token of this request has the scope, which may not be the one that the route asks for."""
    bearer: Bearer = request.bearer  # type: ignore[attr-defined]
    return scope in bearer.token.scopes


def refused(errors: dict[str, str]) -> HttpResponse:
    sentences = {name: str(sentence) for name, sentence in errors.items()}
    return problem(422, _("Some answers cannot be kept. Nothing was changed."), errors=sentences)


def missing(detail: str) -> HttpResponse:
    return problem(404, detail)
