"""Questions that read the same for everybody with the same answer, printed once and then taken from memory."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Field
from django.forms import BoundField, Form
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from episodes.diary.fields import ABOUT, DONT_KNOW, AmountField, OptionsField, plain_number

MOST_PRINTED = 4000  # all questions with all their buttons in all languages are some 1,500
_printed: dict[tuple[object, ...], SafeString] = {}


class Question(Field):  # type: ignore[misc]  # the library has no types
    """A question of ours with buttons. The night form has forty; printing them anew took a third of its time.

    What a person typed is never kept: only an answer that is one of the buttons, or none, without a mistake.
    """

    def render(self, form: Form, context: Any, *args: Any, **kwargs: Any) -> SafeString:
        bound = form[self.fields[0]]
        if form.is_bound or not _is_button(bound):
            return SafeString(super().render(form, context, *args, **kwargs))
        # Two forms may ask by the same name with other words or another id.
        label, answer = str(bound.label), str(bound.value() or "")
        key = (type(form), bound.html_name, bound.auto_id, label, get_language(), answer)
        printed = _printed.get(key)
        if printed is None:
            if len(_printed) >= MOST_PRINTED:
                _printed.clear()
            printed = _printed[key] = SafeString(super().render(form, context, *args, **kwargs))
        return printed


def _is_button(bound: BoundField) -> bool:
    """Return whether the answer is one of the buttons, "don't know", or none."""
    field, answer = bound.field, bound.value()
    if answer in (None, "", DONT_KNOW):
        return True
    if isinstance(field, OptionsField):
        return any(answer == value for value, _label in field.choices)
    return isinstance(field, AmountField) and any(
        answer == f"{ABOUT}{plain_number(value)}" for value, _label in field.bands
    )
