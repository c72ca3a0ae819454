"""The choice of nights: four spans that end with last night, or two dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

RANGES = (
    ("4w", _("4 weeks")),
    ("3m", _("3 months")),
    ("1y", _("A year")),
    ("all", _("All")),
)
#: Whole weeks, so that the oldest column of a drawing is as full as the others. None: everything.
NIGHTS_OF_RANGE: dict[str, int | None] = {"4w": 28, "3m": 13 * 7, "1y": 52 * 7, "all": None}
DEFAULT_RANGE = "3m"
EARLIEST = dt.date(1900, 1, 1)


class DatesForm(forms.Form):
    """Reads `from` and `to`, two evenings up to the last night that is over."""

    def __init__(self, *args: Any, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last
        # "from" is a word of the language, so the fields cannot be attributes of the class.
        self.fields["from"] = self._evening(_("First evening"), _("Choose the first evening as well."))
        self.fields["to"] = self._evening(_("Last evening"), _("Choose the last evening as well."))
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("from", "to", Submit("", _("Show these nights")))

    def _evening(self, label: Any, required: Any) -> forms.DateField:
        return forms.DateField(
            label=label,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": self.last.isoformat()}),
            error_messages={
                "required": required,
                "invalid": _("This is no date: write it as 2026-11-21, or pick it."),
            },
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["from"] < EARLIEST:
            self.add_error("from", _("Choose a first evening after 1900."))
        elif cleaned["to"] > self.last:
            evening = date_format(self.last, "j F Y")
            self.add_error(
                "to", _("That night is not over: choose %(evening)s or earlier.") % {"evening": evening}
            )
        elif cleaned["from"] > cleaned["to"]:
            self.add_error("from", _("The first evening is after the last one: swap the two dates."))
        return cleaned


class ChangeForm(forms.Form):
    """Reads `start`, the first evening with something new, up to the last night that is over."""

    start = forms.DateField(
        label=_("First evening with the change"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Choose the first evening."),
            "invalid": _("This is no date: write it as 2026-11-21, or pick it."),
        },
    )

    def __init__(self, *args: Any, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last
        self.fields["start"].widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "max": last.isoformat()}
        )
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.layout = Layout("start", Submit("", _("Show before and after")))

    def clean_start(self) -> dt.date:
        start: dt.date = self.cleaned_data["start"]
        if start < EARLIEST:
            raise forms.ValidationError(_("Choose an evening after 1900."))
        if start > self.last:
            raise forms.ValidationError(_("That night is not over: choose an earlier evening."))
        return start
