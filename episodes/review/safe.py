"""The base of every ModelAdmin here, and the check that refuses any other.

Limiting `get_queryset()` alone leaks through filters, labels, lookups and shortcuts; so everything
is off until a class names it, and what leaks by its nature stays off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.core.checks import Error, register
from django.forms import Media
from django.http import HttpRequest

from episodes.models import HealthModel


class SafeModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only, without actions, shortcuts, raw ids or undeclared lookups.

    lookups: the only query parameters that may reach the database.
    """

    actions = None
    raw_id_fields = ()
    autocomplete_fields = ()
    inlines = ()
    date_hierarchy = None
    view_on_site = False
    show_facets = admin.ShowFacets.NEVER
    list_max_show_all = 0
    lookups: tuple[str, ...] = ()

    @property
    def media(self) -> Media:
        """Return no scripts: these pages work without them."""
        return Media()

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

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row of this id; no address may pick another field to find it by."""
        return super().get_object(request, object_id)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in self.lookups


# What a class may not switch on again: each of these showed rows of strangers when it was measured.
ALWAYS_OFF = ("actions", "raw_id_fields", "autocomplete_fields", "inlines", "date_hierarchy", "view_on_site")
READ_ONLY = ("has_add_permission", "has_change_permission", "has_delete_permission")


def problems_of(model_admin: Any) -> Iterator[str]:
    """Yield what makes a ModelAdmin unsafe."""
    if not isinstance(model_admin, SafeModelAdmin):
        yield "does not derive from SafeModelAdmin"
        return
    for name in ALWAYS_OFF:
        if getattr(model_admin, name):
            yield f"sets {name}"
    if issubclass(model_admin.model, HealthModel):
        for name in READ_ONLY:
            if getattr(type(model_admin), name) is not getattr(SafeModelAdmin, name):
                yield f"overrides {name} for health data"
        if type(model_admin).get_queryset is admin.ModelAdmin.get_queryset:
            yield "does not limit get_queryset() to what the actor may see"


@register()
def every_admin_is_safe(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse every ModelAdmin of every admin site that is not safe."""
    return [
        Error(f"{type(model_admin).__name__} {problem}.", obj=model_admin.model, id="episodes.E002")
        for site in all_sites
        for model_admin in site._registry.values()
        for problem in problems_of(model_admin)
    ]
