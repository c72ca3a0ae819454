"""What stands on a report and which nights; how long a link is good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from episodes.questions.report_sections import REPORT_SECTIONS, USUAL_SECTIONS
from episodes.report.links import DAYS, LONGEST_PIN
from episodes.report.queries import LONGEST_DAYS

PERIODS = (("14", _("2 weeks")), ("28", _("4 weeks")), ("visit", _("Since my last visit")))
USUAL_PERIOD = "28"


class ReportForm(forms.Form):
    """Period and parts. Without any parameter the usual report is meant."""

    period = forms.ChoiceField(label=_("Which nights?"), choices=PERIODS, widget=forms.RadioSelect)
    since = forms.DateField(
        label=_("Day of the last visit"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as year, month, day, such as 2026-11-22.")},
    )
    section = forms.MultipleChoiceField(
        label=_("What stands on it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(section.key, gettext(section.label)) for section in REPORT_SECTIONS],
    )

    def __init__(
        self, given: QueryDict | Mapping[str, Any] | None, *, last: dt.date, visit: dt.date | None
    ) -> None:
        self.last, self.visit = last, visit
        initial = {"period": USUAL_PERIOD, "section": sorted(USUAL_SECTIONS), "since": visit}
        has_choice = given is not None and any(name in given for name in ("period", "since", "section"))
        super().__init__(given if has_choice else None, initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("period") == "visit" and "since" not in self.errors:
            since = cleaned.get("since") or self.visit
            if since is None:
                self.add_error("since", _("Choose the day of your last visit."))
            elif since > self.last:
                self.add_error("since", _("Choose a day before today."))
            cleaned["since"] = since
        return cleaned

    @property
    def sections(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["section"]) if self._is_usable else USUAL_SECTIONS

    @property
    def first(self) -> dt.date:
        """Return the evening with which the report begins; never more than a year of nights."""
        period = self.cleaned_data["period"] if self._is_usable else USUAL_PERIOD
        earliest = self.last - dt.timedelta(days=LONGEST_DAYS - 1)
        if period == "visit":
            since: dt.date = self.cleaned_data["since"]
            return max(since, earliest)
        return self.last - dt.timedelta(days=int(period) - 1)

    @property
    def query(self) -> str:
        """Return the choice as the query of an address; empty for the usual report."""
        if not self._is_usable:
            return ""
        query = QueryDict(mutable=True)
        query["period"] = self.cleaned_data["period"]
        if query["period"] == "visit":
            query["since"] = self.cleaned_data["since"].isoformat()
        query.setlist("section", sorted(self.sections))
        return query.urlencode()

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return the choice as names and values of hidden fields."""
        return [(name, value) for name, values in QueryDict(self.query).lists() for value in values]

    @property
    def _is_usable(self) -> bool:
        return self.is_bound and self.is_valid()


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("How long may it open?"),
        choices=[(str(DAYS[0]), _("1 day")), (str(DAYS[1]), _("7 days")), (str(DAYS[2]), _("30 days"))],
        coerce=int,
        initial=str(DAYS[1]),
        widget=forms.RadioSelect,
    )
    pin = forms.CharField(
        label=_("PIN, if you want one"),
        required=False,
        max_length=LONGEST_PIN,
        help_text=_("4 to 12 digits. Tell it to the reader by another way than the link."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class PinForm(forms.Form):
    pin = forms.CharField(
        label=_("PIN"),
        max_length=LONGEST_PIN,
        error_messages={"required": _("Type the PIN that came with the link.")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
