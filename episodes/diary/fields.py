"""Form fields whose "no answer" is a real state: never zero, never "no"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.formats import localize, number_format
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from episodes.questions.habits import unit_for

DONT_KNOW = "?"
ABOUT = "~"  # marks a number that a band's button filled in
EXACT = "="  # marks an exact answer kept among the buttons


@dataclass(frozen=True)
class Amount:
    """An amount as answered: `value` None for no answer; banded when a button stood for a range."""

    value: Decimal | None = None
    is_banded: bool = False
    is_dont_know: bool = False


@dataclass(frozen=True)
class Option:
    """One button of a question, ready to print.

    exact: the exact answer in words where the button is chosen because its words cover that answer; `value`
    keeps it, and `band` is what the button says by itself.
    """

    value: str
    label: str
    is_chosen: bool
    exact: str = ""
    band: str = ""


class OptionsField(forms.Field):
    """A question answered by one button, or by none. Cleans to the stored value or None."""

    template = "diary/_options.html"

    def __init__(
        self, choices: Iterable[tuple[str, Any]], *, css: str = "", stored: type = str, dont_know: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        kwargs.setdefault("required", False)
        super().__init__(widget=forms.RadioSelect, **kwargs)
        self.has_dont_know = dont_know
        self.choices = [(str(value), label) for value, label in choices]
        self.css, self.stored = css, stored

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in (None, ""):
            return None
        if text == DONT_KNOW and self.has_dont_know:
            return DONT_KNOW
        if text not in dict(self.choices):
            raise ValidationError(_("Choose one of the answers shown."))
        if self.stored is bool:
            return text == "yes"
        return self.stored(text)

    def shown(self, stored: Any) -> str:
        """Return the button value that stands for a stored answer."""
        if stored is None:
            return ""
        if isinstance(stored, bool):
            return "yes" if stored else "no"
        return str(stored)

    def options(self, chosen: str) -> list[Option]:
        return [Option(value, translate(str(label)), value == chosen) for value, label in self.choices]


class AmountField(forms.Field):
    """A number answered by a band's button ("~6"), exactly ("6.5"), not at all, or "?" for don't know."""

    template = "diary/_options.html"

    def __init__(
        self, bands: Iterable[tuple[Any, ...]], *, low: float, high: float, step: float, unit: Any = "", css: str = "",
        dont_know: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(required=False, widget=forms.TextInput, **kwargs)
        bands = list(bands)  # (value, label) or (value, label, lowest, highest)
        self.bands = [(Decimal(str(band[0])), band[1]) for band in bands]
        self.covers = [
            tuple(band[2:4]) if len(band) > 3 and band[2] is not None else (band[0], band[0])
            for band in bands
        ]
        self.low, self.high, self.step = Decimal(str(low)), Decimal(str(high)), Decimal(str(step))
        self.unit, self.css, self.has_dont_know = unit, css, dont_know
        self.takes_exact = bool(self.bands) and len(self.bands) < self.high - self.low + 1

    def clean(self, value: Any) -> Amount:
        text = (value or "").strip()
        if not text:
            return Amount()
        if text == DONT_KNOW:
            return Amount(is_dont_know=True)
        banded = text.startswith(ABOUT)
        try:
            number = Decimal(text.lstrip(ABOUT).replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValidationError(_("Write a number, such as 6 or 6.5."))
        if not self.low <= number <= self.high:
            raise ValidationError(
                _("Write a number from %(low)s to %(high)s."),
                params={"low": number_format(self.low), "high": number_format(self.high)},
            )
        if number % self.step:
            raise ValidationError(
                _("Write a number in steps of %(step)s."), params={"step": number_format(self.step)}
            )
        return Amount(number.normalize() + 0, banded)

    def shown(self, amount: Amount) -> str:
        if amount.is_dont_know:
            return DONT_KNOW
        if amount.value is None:
            return ""
        return f"{ABOUT if amount.is_banded else ''}{plain_number(amount.value)}"

    def options(self, chosen: str) -> list[Option]:
        """Return the bands; an exact answer chooses the band that covers it, or gets a button of its own."""
        bands = [(f"{ABOUT}{plain_number(value)}", label) for value, label in self.bands]
        options = [Option(value, translate(str(label)), value == chosen) for value, label in bands]
        known = any(option.is_chosen for option in options)
        if not chosen or chosen == DONT_KNOW or known:
            return options
        bare = chosen.lstrip(ABOUT)
        number = localize(Decimal(plain_number(Decimal(bare)))) if _is_number(bare) else bare
        unit = str(self.unit) and translate(
            unit_for(str(self.unit), Decimal(bare) if _is_number(bare) else 0)
        )
        words = f"{number} {unit}".strip()
        is_exact = _is_number(bare) and not chosen.startswith(ABOUT)
        place = self._band_of(Decimal(bare)) if is_exact else None
        if place is None:
            return [*options, Option(chosen, words, True)]
        # A button that says the same, as "1" does or "None" of zero, needs no second line.
        exact = "" if options[place].label == number or not Decimal(bare) else words
        options[place] = Option(chosen, options[place].label, True, exact, options[place].value)
        return options

    def says(self, chosen: str, number: Decimal) -> bool:
        """Return whether a button's value is the number, or stands for the range in which it lies."""
        place = self._band_of(number)
        band = "" if place is None else f"{ABOUT}{plain_number(self.bands[place][0])}"
        return chosen in (plain_number(number), band)

    def _band_of(self, number: Decimal) -> int | None:
        return next((place for place, (low, high) in enumerate(self.covers) if low <= number <= high), None)


def plain_number(value: Decimal | int | float) -> str:
    """Return a number without trailing zeros: 6, 6.5."""
    return f"{Decimal(str(value)).normalize() + 0:f}"


def _is_number(text: str) -> bool:
    """Return whether text is a number that can be printed: no exponent beyond those that people write."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number.adjusted()) < 12


class NoteField(forms.CharField):
    """Free text of at most 2,000 characters, kept as typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            strip=True,
            widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            validators=[
                MaxLengthValidator(2000, _("This note has %(show_value)s characters: shorten it to 2,000.")),
                ProhibitNullCharactersValidator(),
            ],
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise ValidationError(_("This note holds a broken character: delete the last thing you pasted."))
        return text.replace("\r\n", "\n")
