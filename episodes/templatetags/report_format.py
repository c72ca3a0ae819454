"""Words for the list of links to a report; formatting only, never a query."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def label_in(labels: Mapping[str, str], key: str) -> str:
    """Return the label of a part, the key itself for a part that is no longer offered."""
    return labels.get(key, key)
