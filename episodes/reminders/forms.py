"""Forms of the reminders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from episodes.models import Reminder
from episodes.reminders.actions import EVERY_DAY
from episodes.web.forms import submitted

LONGEST_PAUSE = dt.timedelta(days=366)


class ReminderForm(forms.Form):
    """When to remind, and whether by mail."""

    at = forms.TimeField(
        label=_("At what time?"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Write a time such as 08:30."), "required": _("Write a time such as 08:30.")},
    )  # fmt: skip
    days = forms.TypedMultipleChoiceField(
        label=_("On which mornings?"),
        coerce=int,
        choices=lambda: [(day, WEEKDAYS[day - 1]) for day in EVERY_DAY],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day. To stop reminders, switch them off below.")},
    )
    by_email = forms.BooleanField(label=_("Send me a mail"), required=False)
    paused_until = forms.DateField(
        label=_("Pause until"),
        required=False,
        help_text=_("Reminders start again on this day. Empty: no pause."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write a day such as 2026-12-24.")},
    )

    def __init__(self, *args: Any, today: dt.date, has_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if not has_email:
            del self.fields["by_email"]

    @staticmethod
    def initial_of(reminder: Reminder | None) -> dict[str, Any]:
        if reminder is None:
            return {"at": dt.time(9), "days": EVERY_DAY, "by_email": True}
        return {name: getattr(reminder, name) for name in ("at", "days", "by_email", "paused_until")}

    def clean_paused_until(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["paused_until"]
        if day is not None and day > self.today + LONGEST_PAUSE:
            raise ValidationError(_("Choose a day within a year."))
        return day if day is not None and day > self.today else None

    @property
    def helper(self) -> FormHelper:
        helper = submitted(_("Save"))
        helper.form_action = "account:reminders"  # also where a POST has shown the page, with a new link
        return helper


class StartReminderForm(forms.Form):
    """The one question about reminders after sign-up."""

    at = forms.TimeField(
        label=_("At what time?"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Write a time such as 08:30."), "required": _("Write a time such as 08:30.")},
    )  # fmt: skip
