"""A difference of an experiment in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

MOST_NIGHTS = 28
NOTHING = 1e-9


@register.filter
def nights_change(shift: float) -> str:
    """Return a difference in risk per night as "4 fewer", "3 more" or "no change" in four weeks of nights."""
    nights = min(MOST_NIGHTS, round(MOST_NIGHTS * abs(shift)))
    if abs(shift) <= NOTHING:
        return _("no change")
    if nights == 0:
        return _("less than one fewer") if shift < 0 else _("less than one more")
    if shift < 0:
        return ngettext("%(n)d fewer", "%(n)d fewer", nights) % {"n": nights}
    return ngettext("%(n)d more", "%(n)d more", nights) % {"n": nights}


@register.filter
def of_100(chance: float) -> int:
    """Return a chance as a whole number of 100."""
    return round(100 * chance)
