"""Forms of sign-up, settings, the usual day and long-term facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from episodes.article.red_flags import HELP_NUMBERS
from episodes.models import CustomHabit, User
from episodes.models.people import NOON, SIX_IN_THE_EVENING, validate_name
from episodes.nights.own_habits import LARGEST_AMOUNT
from episodes.questions import choices
from episodes.questions.conditions import CONDITIONS, DRUG_CLASSES
from episodes.questions.habits import DEFAULT_ROWS, HABITS, HABITS_BY_KEY, Habit, unit_for
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.web.forms import TimeZoneField, day_field, submitted, translated

COUNTRIES = {
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "US": _("United States"),
    "DE": _("Germany"),
    "FR": _("France"),
    "ES": _("Spain"),
    "AT": _("Austria"),
    "CH": _("Switzerland"),
}


class TimeZoneForm(forms.Form):
    time_zone = TimeZoneField()

    @property
    def helper(self) -> FormHelper:
        return submitted(_("Use this time zone"))


class SettingsForm(forms.Form):
    """The settings of an account. `initial_of` and `values` translate to and from the stored names."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        required=False,
        validators=[validate_name],
        help_text=_("A clinician you share with sees this name. Empty: they see your user name."),
    )
    time_zone = TimeZoneField(help_text=_("Nights you have already written stay as they are."))
    sleeps_by_day = forms.BooleanField(
        label=_("I sometimes sleep by day"),
        required=False,
        help_text=_(
            "A night then lasts from 6 in the evening to 6 the next evening, with the sleep after a shift."
        ),
    )
    week_starts_on = forms.TypedChoiceField(
        label=_("The week begins on"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(1, _("Monday")), (6, _("Saturday")), (7, _("Sunday"))],
    )
    theme = forms.ChoiceField(
        label=_("Light or dark"), choices=translated(choices.THEME), widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        help_text=_("For the numbers to call when you need help."),
        choices=lambda: [
            ("", _("Another country")),
            *((code, COUNTRIES.get(code, code)) for code in HELP_NUMBERS),
        ],
    )
    hemisphere = forms.ChoiceField(
        label=_("Where you live"),
        choices=translated(choices.HEMISPHERE),
        widget=forms.RadioSelect(attrs={"class": "options-two"}),
        help_text=_("So that we know when your summer is."),
    )
    drink_grams = forms.TypedChoiceField(
        label=_("One alcoholic drink is"),
        coerce=int,
        choices=translated(choices.DRINK_GRAMS),
        widget=forms.RadioSelect(attrs={"class": "options-two"}),
    )

    @staticmethod
    def initial_of(person: User) -> dict[str, Any]:
        names = (
            "display_name",
            "time_zone",
            "week_starts_on",
            "theme",
            "language",
            "country",
            "hemisphere",
            "drink_grams",
        )
        return {name: getattr(person, name) for name in names} | {
            "sleeps_by_day": person.night_starts_at == SIX_IN_THE_EVENING
        }

    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        values["night_starts_at"] = SIX_IN_THE_EVENING if values.pop("sleeps_by_day") else NOON
        return values

    @property
    def helper(self) -> FormHelper:
        return submitted(_("Save"))


def answer_key(value: Any) -> str:
    """Return the button that stands for a stored answer of the usual day: "yes", "6", "supported"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{Decimal(str(value)).normalize() + 0:f}"
    return str(value)


def answers_of(habit: Habit) -> dict[str, tuple[Any, str]]:
    """Return button -> (value to store, label) of a habit."""
    if habit.kind == "binary":
        return {"no": (False, gettext("No")), "yes": (True, gettext("Yes"))}
    if habit.kind == "amount":
        return {answer_key(band.value): (band.value, gettext(band.label)) for band in habit.bands}
    stored = int if habit.levels_are_numbers else str
    return {level.key: (stored(level.key), gettext(level.label)) for level in habit.levels}


class UsualNumberField(forms.FloatField):
    """A number in the patient's own unit; empty means that it differs. Cleans to what the diary stores."""

    def clean(self, value: Any) -> int | float | None:
        number: float | None = super().clean((value or "").replace(",", "."))  # as on the night page
        return int(number) if number is not None and number == int(number) else number


def own_name(habit: CustomHabit) -> str:
    """Return the name of an own habit in the usual day, as on the night page: `habit_<key>`."""
    return f"{OWN_HABIT_PREFIX}{habit.key}"


def own_usual_field(habit: CustomHabit, stored: Any) -> forms.Field:
    """Return the question about the usual answer to an own habit."""
    if habit.kind == "amount":
        return UsualNumberField(
            label=habit.label, min_value=0, max_value=LARGEST_AMOUNT, required=False, initial=stored,
            help_text=habit.unit,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "exact", "autocomplete": "off"}),
        )  # fmt: skip
    answers: dict[str, tuple[Any, str]] = {"no": (False, gettext("No")), "yes": (True, gettext("Yes"))}
    if habit.kind == "levels":
        answers = {str(position): (position, word) for position, word in enumerate(habit.levels)}
    return forms.TypedChoiceField(
        label=habit.label,
        choices=[*((key, label) for key, (_value, label) in answers.items()), ("", _("It differs"))],
        coerce=lambda key: answers[key][0],
        empty_value=None,
        required=False,
        initial="" if stored is None else answer_key(stored),
        widget=forms.RadioSelect,
    )


class Question(NamedTuple):
    """One habit as the page prints it, with the class of its row of buttons."""

    field: forms.BoundField
    css: str


class UsualDayForm(forms.Form):
    """One question per habit; the empty answer means that it differs from day to day."""

    active_habits = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(habit.key, gettext(habit.label)) for habit in HABITS],
    )

    def __init__(
        self, *args: Any, usual_day: Mapping[str, Any], active_habits: list[str] | None,
        own_habits: Sequence[CustomHabit] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        shown = list(DEFAULT_ROWS) if active_habits is None else active_habits
        kwargs["initial"] = {"active_habits": shown}
        super().__init__(*args, **kwargs)
        self.own_habits = [habit for habit in own_habits if habit.active]
        for own in self.own_habits:
            name = own_name(own)
            self.fields[name] = own_usual_field(own, usual_day.get(name))
        for habit in HABITS:
            answers = answers_of(habit)
            stored = usual_day.get(habit.key)
            key = "" if stored is None else answer_key(stored)
            if key and key not in answers:
                unit = gettext(unit_for(habit.unit, stored)) if habit.unit else ""
                label = f"{localize(stored)} {unit}".strip()
                answers[key] = (stored, label)
            self.fields[habit.key] = forms.TypedChoiceField(
                label=gettext(habit.label),
                choices=[*((key, label) for key, (_value, label) in answers.items()), ("", _("It differs"))],
                coerce=lambda key, answers=answers: answers[key][0],
                empty_value=None,
                required=False,
                initial=key,
                widget=forms.RadioSelect,
            )

    def usual_day(self) -> dict[str, Any]:
        names = [*HABITS_BY_KEY, *(own_name(habit) for habit in self.own_habits)]
        answers = {name: self.cleaned_data[name] for name in names}
        return {key: value for key, value in answers.items() if value is not None}

    def questions_first(self) -> list[Question]:
        """Return the questions that the patient sees first on the night page."""
        first = self.initial["active_habits"]
        return [question for question in self._questions() if question.field.name in first]

    def other_questions(self) -> list[Question]:
        first = self.initial["active_habits"]
        return [question for question in self._questions() if question.field.name not in first]

    def own_questions(self) -> list[forms.BoundField]:
        """Return the questions about own habits that are asked each day."""
        return [self[own_name(habit)] for habit in self.own_habits]

    def has_other_answers(self) -> bool:
        return any(question.field.value() or question.field.errors for question in self.other_questions())

    def _questions(self) -> list[Question]:
        return [
            Question(self[key], "options-pain" if len(habit.bands) > 9 else "")
            for key, habit in HABITS_BY_KEY.items()
        ]


class AboutForm(forms.Form):
    """A few facts that rarely change; every one may stay empty."""

    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        min_value=1900,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sex_at_birth = forms.ChoiceField(
        label=_("Sex at birth"),
        required=False,
        widget=forms.RadioSelect,
        choices=lambda: [*translated(choices.SEX_AT_BIRTH)(), ("", _("No answer"))],
    )
    work_type = forms.ChoiceField(
        label=_("Your work"),
        required=False,
        widget=forms.RadioSelect(attrs={"class": "options-two"}),
        choices=lambda: [*translated(choices.WORK_TYPE)(), ("", _("No answer"))],
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > self.today.year:
            raise ValidationError(_("This year has not come yet: check the number."))
        return year

    def values(self) -> dict[str, Any]:
        return {name: value or None for name, value in self.cleaned_data.items()}

    @property
    def helper(self) -> FormHelper:
        return submitted(_("Save"))


class ConditionForm(forms.Form):
    key = forms.ChoiceField(
        label=_("What is it?"),
        error_messages={"required": _("Choose one from the list.")},
        choices=lambda: [("", _("Choose one")), *((each.key, gettext(each.label)) for each in CONDITIONS)],
    )
    started_on = day_field(
        _("Since when?"),
        help_text=_("As well as you know. In a pregnancy: the first day of your last period."),
    )
    due_on = day_field(_("Due date"), help_text=_("Only for a pregnancy."))
    ended_on = day_field(_("Ended on"), help_text=_("Leave this empty if it goes on."))

    @property
    def helper(self) -> FormHelper:
        return submitted(_("Save"))


class MedicineForm(forms.Form):
    drug_class = forms.ChoiceField(
        label=_("What kind is it?"),
        error_messages={"required": _("Choose one from the list.")},
        help_text=_("If you do not know, choose the last one and write the name."),
        choices=lambda: [
            ("", _("Choose one")),
            *((each.key, _kind(each.label, each.examples)) for each in DRUG_CLASSES),
        ],
    )
    name = forms.CharField(
        label=_("Name on the box"), max_length=100, required=False, validators=[validate_name]
    )
    started_on = day_field(_("Since when?"), help_text=_("As well as you know."))
    stopped_on = day_field(_("Stopped on"), help_text=_("Leave this empty if you still take it."))

    @property
    def helper(self) -> FormHelper:
        return submitted(_("Save"))


class EndForm(forms.Form):
    """The day on which something ended; nothing else is asked."""

    on = day_field(_("Last day"), required=True)

    @property
    def helper(self) -> FormHelper:
        helper = submitted(_("Save"))
        helper.layout = Layout("on")
        return helper


def _kind(label: str, examples: str) -> str:
    return f"{gettext(label)}: {gettext(examples)}" if examples else gettext(label)
