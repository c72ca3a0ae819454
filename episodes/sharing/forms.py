"""Forms of sharing: the clinician's code, what to share until when, a question for the visit."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from episodes.article.consent_texts import SCOPES, ConsentText
from episodes.models.people import validate_plain
from episodes.models.sharing import EARLIEST_BIRTH
from episodes.sharing.actions import LATEST_START

CHOSEN_DAY = "day"
PERIODS = (("1", _("1 month")), ("3", _("3 months")), ("6", _("6 months")), ("12", _("12 months")))
LONGEST_MONTHS = 12
DAY_SHAPE = _("Write the day as year, month, day, such as 2026-11-22.")


def last_day_after(today: dt.date, months: int) -> dt.date:
    """Return the last day of a period of `months` that begins today."""
    month = today.month - 1 + months
    year, month = today.year + month // 12, month % 12 + 1
    same_day = today.replace(year=year, month=month, day=min(today.day, calendar.monthrange(year, month)[1]))
    return same_day - dt.timedelta(days=1)


def start_of(day: dt.date) -> dt.datetime:
    """Return the moment at which `day` begins on the reader's clock."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which `day` is over on the reader's clock."""
    return start_of(day + dt.timedelta(days=1))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your clinician"),
        error_messages={"required": _("Type the code your clinician gave you.")},
        max_length=40,
        help_text=_("Ten or twelve letters and digits. Your clinician gives it to you."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = "sharing:clinician-find"
        helper.add_input(Submit("find", _("Look up")))
        return helper


class ConsentForm(forms.Form):
    """What one clinician may see, from when and until when. Nothing is agreed to beforehand."""

    scopes = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(scope.key, gettext(scope.label)) for scope in SCOPES],
        error_messages={"required": _("Choose at least one thing to share.")},
    )
    first_day = forms.DateField(
        label=_("From when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("Leave it empty to share from now on."),
        error_messages={"invalid": DAY_SHAPE},
    )
    period = forms.ChoiceField(
        label=_("Until when?"),
        choices=[*PERIODS, (CHOSEN_DAY, _("Until a day I choose"))],
        widget=forms.RadioSelect,
    )
    last_day = forms.DateField(
        label=_("The last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("Only if you chose a day yourself; at most 12 months from the first day."),
        error_messages={"invalid": DAY_SHAPE},
    )
    purpose = forms.CharField(
        label=_("What is it for?"),
        max_length=200,
        required=False,
        validators=[validate_plain],
        help_text=_("For example: my visit in January."),
    )
    birth_date = forms.DateField(
        label=_("Your date of birth"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_(
            "So that they find the right record: only this person sees it. Leave it empty to keep it to yourself."
        ),
        error_messages={"invalid": DAY_SHAPE},
    )
    birth_year = forms.IntegerField(
        label=_("Or only the year"),
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year"}),
        error_messages={"invalid": _("Write the year in four digits, such as 1951.")},
    )
    agrees = forms.BooleanField(error_messages={"required": _("Tick this box if you agree.")})

    def __init__(
        self, *args: Any, today: dt.date, text: ConsentText, scopes: Collection[str] = (), **kwargs: Any
    ) -> None:
        chosen = scopes or [scope.key for scope in text.scopes if scope.on_by_default]
        kwargs["initial"] = {"scopes": list(chosen), "period": "3", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.today = today
        self.text = text
        self.fields["agrees"].label = gettext(text.agreement)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first = cleaned.get("first_day")
        if first is not None and first < self.today:
            self.add_error("first_day", _("This day has passed: choose a later one."))
        elif first is not None and first > self.today + LATEST_START:
            self.add_error("first_day", _("This day is too far ahead: choose one within three months."))
        if cleaned.get("period") == CHOSEN_DAY and "last_day" not in self.errors:
            self._check_last_day(cleaned.get("last_day"))
        self._check_birth(cleaned.get("birth_date"), cleaned.get("birth_year"))
        return cleaned

    def _check_birth(self, date: dt.date | None, year: int | None) -> None:
        for name, given in (("birth_date", date.year if date else None), ("birth_year", year)):
            if given is not None and given < EARLIEST_BIRTH.year:
                self.add_error(name, _("This is too long ago: check the year."))
        if date is not None and date > self.today:
            self.add_error("birth_date", _("This day has not come yet: check the year."))
        if year is not None and year > self.today.year:
            self.add_error("birth_year", _("This year has not come yet: check the number."))
        if date is not None and year is not None and date.year != year:
            self.add_error("birth_year", _("This is another year than in the date: keep one of the two."))

    @property
    def chosen_birth(self) -> dict[str, Any]:
        """Return the date, or else the year, as the consent keeps it: the date holds the year already."""
        date: dt.date | None = self.cleaned_data["birth_date"]
        return {"birth_date": date, "birth_year": None if date else self.cleaned_data["birth_year"]}

    def _check_last_day(self, day: dt.date | None) -> None:
        first = self.cleaned_data.get("first_day") or self.today
        latest = last_day_after(first, LONGEST_MONTHS)
        if day is None:
            self.add_error("last_day", _("Choose the last day, or choose a number of months."))
        elif day < self.today:
            self.add_error("last_day", _("This day has passed: choose a later one."))
        elif day < first:
            self.add_error("last_day", _("The last day is before the first: check both days."))
        elif day > latest:
            sentence = gettext("You can share for 12 months at most: choose %(day)s or an earlier day.")
            self.add_error("last_day", sentence % {"day": date_format(latest, "j F Y")})

    @property
    def chosen_first_day(self) -> dt.date:
        """Return the first day on which the clinician may look."""
        day: dt.date = self.cleaned_data["first_day"] or self.today
        return day

    @property
    def chosen_last_day(self) -> dt.date:
        """Return the last day on which the clinician may look."""
        if self.cleaned_data["period"] == CHOSEN_DAY:
            day: dt.date = self.cleaned_data["last_day"]
            return day
        return last_day_after(self.chosen_first_day, int(self.cleaned_data["period"]))

    def scope_rows(self) -> list[dict[str, Any]]:
        """Return each section with its explanation and whether it is ticked."""
        ticked = set(self["scopes"].value() or ())
        return [{"scope": scope, "is_ticked": scope.key in ticked} for scope in self.text.scopes]


class MailsForm(forms.Form):
    sharing_mails = forms.BooleanField(
        label=_("Mail me about sharing"),
        required=False,
        help_text=_(
            "When a clinician opens my diary for the first time or writes to me, and 14 days before sharing ends."
        ),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = "sharing:mails"
        helper.add_input(Submit("keep", _("Save"), css_class="button-quiet"))
        return helper


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to ask?"),
        error_messages={"required": _("Write your question first.")},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = "sharing:question-add"
        helper.add_input(Submit("ask", _("Add the question"), css_class="button-quiet"))
        return helper
