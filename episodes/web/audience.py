"""Deny by default: a view that has not said whom it is for answers nobody.

Our own views carry the decorator `@audience("patient")`; routes of libraries stand in AUDIENCE.
A route with neither fails `manage.py check` and, if it got past that, answers 404.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.checks import Error, register
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from episodes.models import User
from episodes.web.bearer import bearer_refusal
from episodes.web.limits import refused_click
from episodes.web.refusals import note_refused_look
from episodes.web.second_factor import staff_refusal

AUDIENCES = ("public", "bearer", "signed_in", "patient", "clinician", "operator", "staff")
STAFF = {"clinician", "operator", "staff"}  # these also need a second factor, lately used

# Routes of libraries: name (with namespaces) -> audience. Anything not listed is refused.
AUDIENCE: dict[str, str] = {
    "set_language": "public",
    "account_login": "public",
    "account_logout": "signed_in",
    "account_signup": "public",
    "account_inactive": "public",
    "account_reauthenticate": "signed_in",
    "account_email": "signed_in",
    "account_confirm_email": "public",
    "account_email_verification_sent": "public",
    "account_change_password": "signed_in",
    "account_set_password": "signed_in",
    "account_reset_password": "public",
    "account_reset_password_done": "public",
    "account_reset_password_from_key": "public",
    "account_reset_password_from_key_done": "public",
    "usersessions_list": "signed_in",
    "mfa_index": "signed_in",
    "mfa_authenticate": "public",  # half logged in: the library answers only who gave the password
    "mfa_reauthenticate": "signed_in",
    "mfa_activate_totp": "signed_in",
    "mfa_deactivate_totp": "signed_in",
    "mfa_view_recovery_codes": "signed_in",
    "mfa_generate_recovery_codes": "signed_in",
    "mfa_download_recovery_codes": "signed_in",
    "mfa_list_webauthn": "signed_in",
    "mfa_add_webauthn": "signed_in",
    "mfa_login_webauthn": "public",
    "mfa_reauthenticate_webauthn": "signed_in",
    "mfa_edit_webauthn": "signed_in",
    "mfa_remove_webauthn": "signed_in",
    "admin:login": "public",
    "admin:logout": "signed_in",
    "admin:episodes_user_changelist": "operator",
    "admin:episodes_user_change": "operator",
}


class SignedInRequest(HttpRequest):
    """A request behind an audience other than "public": somebody is logged in."""

    user: User


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def audience(*names: str) -> Callable[[View], View]:
    """Return a decorator that says for whom a view is: any of `names`, out of AUDIENCES."""
    if unknown := set(names) - set(AUDIENCES):
        raise ValueError(f"Unknown audience: {', '.join(sorted(unknown))}")

    def declare(view: View) -> View:
        view.audience = names  # type: ignore[attr-defined]
        return view

    return declare


def declared_audience(view: Any, name: str | None) -> tuple[str, ...]:
    """Return whom a route is for, or an empty tuple where nobody said."""
    if declared := getattr(view, "audience", None):
        return tuple(declared)
    if name in AUDIENCE:
        return (AUDIENCE[name],)
    return ()


def belongs_to(user: Any, names: tuple[str, ...]) -> bool:
    """Return whether `user` is among the people that `names` stands for."""
    if "public" in names:
        return True
    if not user.is_authenticated:
        return False
    facts = {
        "signed_in": True,
        "patient": True,
        "bearer": False,
        "clinician": user.is_clinician,
        "operator": user.is_superuser,
        "staff": user.is_clinician or user.is_superuser,
    }
    return any(facts[name] for name in names)


def audience_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    class Middleware:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_view(
            self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> HttpResponse | None:
            route = request.resolver_match.view_name if request.resolver_match else ""
            names = declared_audience(view, route)
            if "bearer" in names:  # the API: a token speaks for a patient, a session for nobody
                return bearer_refusal(request)
            if belongs_to(request.user, tuple(set(names) - STAFF)):
                return refused_click(request, route)
            if belongs_to(request.user, names):
                return staff_refusal(request) or refused_click(request, route)
            if names and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if "patient_id" in kwargs and isinstance(request.user, User):
                note_refused_look(request, kwargs["patient_id"], resource="review", by=request.user)
            raise Http404

    return Middleware()


def routes(
    resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, URLPattern]]:
    """Yield every route of the project as (name with namespaces, pattern)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from routes(entry, inner)
        else:
            yield ":".join((*namespaces, entry.name or "")), entry


@register()
def every_route_has_an_audience(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(
            f"The route {name or entry.pattern} does not say whom it is for.",
            hint="Decorate its view with @audience(...) or list it in AUDIENCE.",
            id="episodes.E001",
        )
        for name, entry in routes()
        if not declared_audience(entry.callback, name)
    ]
