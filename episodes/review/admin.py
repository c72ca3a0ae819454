"""What operators may do: see accounts and switch them on and off. No health data is registered here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from episodes.models import User
from episodes.review.safe import SafeModelAdmin
from episodes.review.site import review_site


class AccountAdmin(SafeModelAdmin):
    """Accounts for operators: names, roles, whether they may log in."""

    list_display = ("username", "display_name", "is_active", "is_clinician", "is_superuser", "date_joined")
    list_filter = ("is_active", "is_clinician")
    lookups = ("is_active__exact", "is_clinician__exact")
    search_fields = ("username", "display_name")
    ordering = ("username",)
    list_per_page = 50
    change_list_template = "review/account_list.html"  # without links to pages that do not exist here
    change_form_template = "review/account_form.html"
    fields = ("username", "display_name", "is_active")
    readonly_fields = ("username", "display_name")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="episodes_user_changelist"),
            path("<uuid:object_id>/change/", wrap(self.account_view), name="episodes_user_change"),
        ]

    def account_view(self, request: HttpRequest, object_id: Any, **kwargs: Any) -> Any:
        if not User.objects.filter(pk=object_id).exists():
            raise Http404
        return self.change_view(request, str(object_id), extra_context={"title": _("Account"), "show_history": False})


review_site.register(User, AccountAdmin)
