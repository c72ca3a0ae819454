"""Small parts that the forms of several features share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from episodes.questions import choices
from episodes.web.zones import known_zones, zone_choices


def translated(pairs: choices.Choices) -> Callable[[], list[tuple[str, str]]]:
    """Return what a field takes as `choices`: values with labels in the reader's language."""
    return lambda: [(value, gettext(label)) for value, label in pairs]


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, also when nothing was filled in; None where nothing was sent at all."""
    return request.POST if request.method == "POST" else None


def submitted(label: Any) -> FormHelper:
    """Return a crispy helper with one button."""
    helper = FormHelper()
    helper.add_input(Submit("save", label))
    return helper


class ZoneSelect(forms.Select):
    """A list of time zones that also shows a stored zone which is not in the list."""

    def __init__(self) -> None:
        super().__init__(attrs={"data-zone-select": True})

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        groups = zone_choices()
        offered = {zone for _continent, zones in groups for zone, _label in zones}
        extra = [zone for zone in value if zone and zone not in offered]
        self.choices = [*((zone, zone) for zone in extra), *groups]
        return super().optgroups(name, value, attrs)


class TimeZoneField(forms.CharField):
    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(max_length=64, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value not in known_zones():
            raise ValidationError(_("Choose a time zone from the list, such as Europe/London."))


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for one calendar day, optional unless said otherwise."""
    kwargs.setdefault("required", False)
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "invalid": _("Write the day as year, month, day, such as 2026-11-22."),
            "required": _("Choose a day."),
        },
        **kwargs,
    )
