"""What a clinician types: a note, and how the list is to be shown."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from episodes.review.panel import SHOWN, SORTS, PanelChoice

NOT_PRINTABLE = _("This number holds a character that cannot be shown: type it again.")
EMPTY_NOTE = _("Write the note first, then save it.")


class NoteForm(forms.Form):
    """A note on a shared diary; the patient reads it."""

    text = forms.CharField(
        max_length=2000,
        label=_("Your note"),
        help_text=_(
            "The patient reads it and is told that it is there. It is saved with “Mark as reviewed” too."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": EMPTY_NOTE,
            "max_length": _("A note can have 2,000 characters: shorten it, or write two."),
            "null_characters_not_allowed": _("This text holds a sign that cannot be kept: type it again."),
        },
    )


class SeenForm(forms.Form):
    """When the page was made on which somebody presses *Mark as reviewed*."""

    seen = forms.FloatField(min_value=0, max_value=4_000_000_000)

    def moment(self, now: dt.datetime) -> dt.datetime:
        """Return that moment, never one in the future; call after is_valid()."""
        return min(now, dt.datetime.fromtimestamp(self.cleaned_data["seen"], dt.UTC))


class NumberForm(forms.Form):
    """The clinician's own number of a patient; empty takes it away."""

    number = forms.CharField(
        max_length=40,
        required=False,
        label=_("Record number"),
        help_text=_(
            "From your own records. The patient can see it, other clinicians cannot. Empty removes it."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "max_length": _("A record number can have 40 characters: shorten it."),
            "null_characters_not_allowed": NOT_PRINTABLE,
        },
    )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not number.isprintable():
            raise forms.ValidationError(NOT_PRINTABLE)
        return number


class MarkForm(forms.Form):
    """Which mark is taken back."""

    mark = forms.UUIDField()


class PanelForm(forms.Form):
    """Reads sort, show, q and page of the list; what makes no sense counts as not chosen."""

    sort = forms.ChoiceField(
        choices=[(sign + key, key) for key in SORTS for sign in ("", "-")], required=False
    )
    show = forms.ChoiceField(choices=[(key, key) for key in SHOWN], required=False)
    q = forms.CharField(max_length=100, required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)

    def choice(self) -> PanelChoice:
        """Return what was chosen; call after is_valid()."""
        chosen = self.cleaned_data
        return PanelChoice(
            sort=chosen.get("sort") or "",
            show=chosen.get("show") or "all",
            words=chosen.get("q") or "",
            page=chosen.get("page") or 1,
        )
