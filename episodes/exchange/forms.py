"""Choosing a file, and what to do with nights that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from episodes.exchange.formats.spreadsheet import Columns, guessed, guessed_date_form
from episodes.exchange.formats.tables import Table
from episodes.questions.habits import HABITS

MOST_FILES = 3


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One to three files; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files: Sequence[Any] = data if isinstance(data, list | tuple) else [data]
        if not files:
            raise forms.ValidationError(self.error_messages["required"])
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most three files."))
        return [super(ManyFilesField, self).clean(each, initial) for each in files]


class FileForm(forms.Form):
    files = ManyFilesField(  # type: ignore[assignment]  # the name that Django keeps for what was sent
        label=_("The file"),
        help_text=_(
            "A ZIP, CSV, JSON or FHIR file that was taken out here, or any spreadsheet saved as CSV. "
            "Cramps and own habits come in together with their nights: choose those files at the same time."
        ),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose another one."),
            "invalid": _("Choose a file first."),
        },
    )


class ReplaceForm(forms.Form):
    replace = forms.BooleanField(
        label=_("Also write over nights and settings that I made here"),
        required=False,
        help_text=_(
            "Without the tick only what is missing is added, and what you wrote or chose stays as it is."
        ),
    )


class ColumnsForm(forms.Form):
    """What the columns of a spreadsheet mean; date and cramp are needed, the rest may stay empty."""

    date = forms.ChoiceField(label=_("Which column has the date?"))
    date_form = forms.ChoiceField(
        label=_("How is the date written?"),
        choices=(
            ("ymd", _("Year, month, day: 2026-11-22")),
            ("dmy", _("Day, month, year: 22/11/2026")),
            ("mdy", _("Month, day, year: 11/22/2026")),
        ),
    )
    day = forms.ChoiceField(
        label=_("Which day is it?"),
        choices=(
            ("evening", _("The day on whose evening the night began")),
            ("morning", _("The day of the morning after")),
        ),
    )
    cramp = forms.ChoiceField(
        label=_("Which column says whether there was a cramp?"),
        help_text=_("Yes or no, 1 or 0, an x, or how many cramps. A line without an answer is left out."),
    )
    place = forms.ChoiceField(
        label=_("Where it was"), required=False, help_text=_("Words such as left calf.")
    )
    length = forms.ChoiceField(label=_("How long it lasted"), required=False)
    length_unit = forms.ChoiceField(
        label=_("The length is in"), choices=(("minutes", _("minutes")), ("seconds", _("seconds")))
    )

    def __init__(self, data: Any, *, table: Table, month_first: bool, columns: dict[str, Any]) -> None:
        super().__init__(data, initial=_initial(table, month_first, columns))
        for habit in HABITS:
            self.fields[habit.key] = forms.ChoiceField(
                label=gettext(habit.label),
                required=False,
                help_text=gettext(habit.unit) if habit.unit else "",
            )
        names = [(name, name[:60]) for name in table.header if name]
        for name in ("date", "cramp", "place", "length", *(habit.key for habit in HABITS)):
            field = self.fields[name]
            field.choices = [("", _("Choose") if field.required else _("None")), *names]  # type: ignore[attr-defined]
            field.error_messages["required"] = _("Choose a column.")

    @property
    def habit_fields(self) -> list[forms.BoundField]:
        return [self[habit.key] for habit in HABITS]

    @property
    def has_habit(self) -> bool:
        return any(field.value() for field in self.habit_fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = ["date", "cramp", "place", "length", *(habit.key for habit in HABITS)]
        chosen = [cleaned[name] for name in names if cleaned.get(name)]
        for name in names:
            if cleaned.get(name) and chosen.count(cleaned[name]) > 1:
                self.add_error(name, _("This column is chosen twice."))
        return cleaned

    def columns(self) -> Columns:
        data = self.cleaned_data
        return Columns(
            date=data["date"],
            cramp=data["cramp"],
            date_form=data["date_form"],
            is_morning=data["day"] == "morning",
            place=data["place"],
            length=data["length"],
            is_seconds=data["length_unit"] == "seconds",
            habits={habit.key: data[habit.key] for habit in HABITS if data[habit.key]},
        )


def _initial(table: Table, month_first: bool, columns: dict[str, Any]) -> dict[str, str]:
    """Return what was chosen before, else a guess by the names of the columns."""
    if columns:
        return {
            **{name: columns[name] for name in ("date", "cramp", "date_form", "place", "length")},
            **columns["habits"],
            "day": "morning" if columns["is_morning"] else "evening",
            "length_unit": "seconds" if columns["is_seconds"] else "minutes",
        }
    guess = guessed(table)
    place = table.header.index(guess["date"]) if "date" in guess else 0
    cells = [cells[place] for _line, cells in table.rows[:50] if len(cells) > place and cells[place]]
    return {**guess, "date_form": guessed_date_form(cells, month_first=month_first)}
