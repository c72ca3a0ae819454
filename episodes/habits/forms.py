"""Forms to add and to change an own habit."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from episodes.models import CustomHabit
from episodes.nights.own_habits import LONGEST_LABEL, LONGEST_LEVEL, LONGEST_UNIT, MOST_LEVELS

KINDS = (("yes_no", _("Yes or no")), ("amount", _("A number")), ("levels", _("Words I choose")))


def _helper(button: Any) -> FormHelper:
    helper = FormHelper()
    helper.add_input(Submit("save", button))
    return helper


class AddForm(forms.Form):
    """A new habit: its name, and how it is answered."""

    label = forms.CharField(
        label=_("What do you want to note?"),
        max_length=LONGEST_LABEL,
        help_text=_("A short name, such as Evening walk."),
        error_messages={"required": _("Give the habit a name of 1 to 60 letters.")},
    )
    kind = forms.ChoiceField(
        label=_("How will you answer?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you want to answer.")},
    )
    unit = forms.CharField(
        label=_("For a number: what do you count?"),
        max_length=LONGEST_UNIT,
        required=False,
        help_text=_("Such as cups, minutes or km."),
    )
    levels = forms.CharField(
        label=_("For words: the answers"),
        max_length=(LONGEST_LEVEL + 10) * MOST_LEVELS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line, from least to most, 2 to 8 in all."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Add this habit"))


class ChangeForm(forms.Form):
    """A habit there is: its name, one more answer at the end, asked or hidden."""

    label = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_LABEL,
        help_text=_("Your old answers stay with it under the new name."),
        error_messages={"required": _("Give the habit a name of 1 to 60 letters.")},
    )
    unit = forms.CharField(label=_("Unit"), required=False)  # printed as text; sent only to be refused
    new_level = forms.CharField(
        label=_("Add an answer at the end"),
        max_length=LONGEST_LEVEL,
        required=False,
        help_text=_("Answers can be added, but not changed: your old nights use them."),
    )
    active = forms.BooleanField(
        label=_("Ask me about it"),
        required=False,
        help_text=_("Without the tick it is hidden. Your old answers are kept."),
    )

    def __init__(self, data: QueryDict | None, *, habit: CustomHabit) -> None:
        super().__init__(data, initial={"label": habit.label, "active": habit.active})
        if "unit" not in self.data:
            del self.fields["unit"]
        if (habit.kind != "levels" or len(habit.levels) >= MOST_LEVELS) and "new_level" not in self.data:
            del self.fields["new_level"]
        self.helper = _helper(_("Save"))
