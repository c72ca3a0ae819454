"""Words for the list of links to a report; formatting only, never a query."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from episodes.questions.report_sections import REPORT_SECTIONS_BY_KEY

register = template.Library()


@register.filter
def section_label(key: str) -> str:
    """Return the words of a part of the report, the key itself for a part that is no longer offered."""
    section = REPORT_SECTIONS_BY_KEY.get(key)
    return _(section.label) if section else key
