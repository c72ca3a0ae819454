"""What to test and for how long; and whether the plan of a night gone by was followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as now_words
from django.utils.translation import gettext_lazy as _

from episodes.article.remedies import EXPERIMENT_ALLOWED, REMEDIES_BY_KEY
from episodes.diaries.experiments import DrawnNight
from episodes.models import Experiment

PLANS = (
    ("nightly-56", _("Each night, 8 weeks")),
    ("nightly-84", _("Each night, 12 weeks")),
    ("nightly-112", _("Each night, 16 weeks")),
    ("nightly-168", _("Each night, 24 weeks")),
    ("periods-168", _("Whole weeks, 24 weeks")),
)
USUAL_PLAN = "nightly-112"
LONGEST_NUMBER = 4
ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know")))


class ChoiceForm(forms.Form):
    """One remedy of those that may be tested, and one of a few lengths."""

    remedy = forms.ChoiceField(
        label=_("What do you want to test?"),
        widget=forms.RadioSelect(attrs={"class": "options-two"}),
        error_messages={"required": _("Choose one.")},
    )
    plan = forms.ChoiceField(
        label=_("What does the draw decide, and for how long?"),
        help_text=_(
            "Each night for itself, or a whole week at a time. Longer gives a better chance of an answer."
        ),
        choices=PLANS,
        initial=USUAL_PLAN,
        widget=forms.RadioSelect(attrs={"class": "options-two"}),
        error_messages={"required": _("Choose one.")},
    )

    def __init__(self, remedy: str) -> None:
        super().__init__(initial={"remedy": remedy})
        self.fields["remedy"].choices = [  # type: ignore[attr-defined]
            (key, now_words(REMEDIES_BY_KEY[key].label)) for key in EXPERIMENT_ALLOWED
        ]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = reverse("experiments:check")
        self.helper.disable_csrf = True
        self.helper.add_input(Submit("", _("What would it take?")))


def read_plan(text: str) -> tuple[str, int]:
    """Return design and nights of "nightly-112"; ("", 0) for anything that is not written like that."""
    design, _dash, number = text.partition("-")
    if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER:
        return design, int(number)
    return "", 0


class FollowedForm(forms.Form):
    """A night gone by and whether its plan was followed."""

    date = forms.TypedChoiceField(
        label=_("Which night?"),
        coerce=dt.date.fromisoformat,
        error_messages={
            "required": _("Choose a night of this test."),
            "invalid_choice": _("Choose a night of this test that has gone by."),
        },
    )
    followed = forms.ChoiceField(
        label=_("Did you keep to the plan?"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer."), "invalid_choice": _("Choose an answer.")},
    )

    def __init__(self, data: Any, *, nights: Sequence[DrawnNight], experiment: Experiment) -> None:
        super().__init__(data)
        self.fields["date"].choices = [  # type: ignore[attr-defined]
            (night.date.isoformat(), date_format(night.date, "D j F")) for night in nights
        ]
        self.helper = FormHelper()
        self.helper.form_action = reverse("experiments:experiment-followed", args=[experiment.pk])
        self.helper.add_input(Submit("save", _("Save the answer"), css_class="button-quiet"))
