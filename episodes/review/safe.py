"""The base of every ModelAdmin here, and the check that refuses any other.

Limiting `get_queryset()` alone leaks through filters, labels, lookups and shortcuts; so everything
is off until a class names it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.checks import Error, register
from django.http import HttpRequest


class SafeModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only, without actions, shortcuts, raw ids or undeclared lookups."""

    actions = None
    raw_id_fields = ()
    view_on_site = False
    lookups: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in self.lookups


@register()
def every_admin_is_safe(app_configs: Any, **kwargs: Any) -> list[Error]:
    from episodes.review.site import review_site

    return [
        Error(f"{type(model_admin).__name__} does not derive from SafeModelAdmin.", id="episodes.E002")
        for model_admin in [*review_site._registry.values(), *admin.site._registry.values()]
        if not isinstance(model_admin, SafeModelAdmin) or model_admin.raw_id_fields or model_admin.view_on_site
    ]
