"""The clinicians' and operators' own admin site: a short list of URLs, nothing by default."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from episodes.models import User
from episodes.web.second_factor import used_second_factor


class ReviewSite(AdminSite):
    """Clinicians review shared diaries, operators manage accounts; no other admin page exists."""

    site_header = site_title = "Crampdiary"
    index_title = _("Review")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and user.is_staff and used_second_factor(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return no list of models: there is no index of applications to link to."""
        return []

    def get_urls(self) -> list[Any]:
        from episodes.review import views

        accounts = self._registry[User]
        return [
            path("", views.index, name="index"),
            path("login/", self.login, name="login"),
            path("logout/", self.logout, name="logout"),
            path("code/", views.new_code, name="code-replace"),
            path("patients/<uuid:patient_id>/", views.patient, name="patient-detail"),
            path("patients/<uuid:patient_id>/notes/", views.add_note, name="patient-note"),
            path("patients/<uuid:patient_id>/reviewed/", views.mark_reviewed, name="patient-reviewed"),
            path("patients/<uuid:patient_id>/number/", views.set_number, name="patient-number"),
            path("patients/<uuid:patient_id>/reviewed/undo/", views.take_back, name="patient-review-undo"),
            path("episodes/user/", include(accounts.get_urls())),
        ]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send everybody through the site's one log-in, with its limits and its second factor."""
        if request.user.is_authenticated and request.user.is_staff:
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        is_here = url_has_allowed_host_and_scheme(
            wanted, {request.get_host()}, require_https=request.is_secure()
        )
        return redirect_to_login(wanted if is_here else reverse("admin:index"))

    @method_decorator(never_cache)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")


review_site = ReviewSite(name="admin")
