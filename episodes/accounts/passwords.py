"""Refuses passwords that are long and yet among the first that anybody tries."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from episodes.models.names import folded

MOST_RUNS = 5  # a password of so few runs is none, however long they are
LOOKED_AT = 100  # signs: what comes after them makes nothing easier to guess
KEYS = (
    "1234567890ß", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiopü", "asdfghjklöä", "yxcvbnm", "azertyuiop", "qsdfghjklm",
    "wxcvbn", "asdfghjklñ", "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "1qay", "!\"§$%&/()=", "!@#$%^&*()",
)  # fmt: skip
NEIGHBOURS = {pair for row in KEYS for pair in [*pairwise(row), *pairwise(row[::-1])]}


class NotEasyToGuess(CommonPasswordValidator):
    """Refuses rows of keys, letters in order and repeats, and common passwords between digits and signs."""

    def validate(self, password: str, user: Any = None) -> None:
        once = _without_repeats(folded(password[:LOOKED_AT]))
        words = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", once)
        if _runs(once) <= MOST_RUNS or {once, words} & self.passwords:
            raise ValidationError(self.get_error_message(), code="password_too_common")

    def get_error_message(self) -> str:
        return _("This password is easy to guess: take a few words that do not belong together.")


def _without_repeats(text: str) -> str:
    """Return what a text repeats from its first sign to its last, also where the last time is cut off."""
    lengths = range(1, len(text) + 1)
    return next((text[:length] for length in lengths if text[length:] == text[:-length]), text)


def _runs(text: str) -> int:
    """Return how many runs a text is made of: the same sign, signs in order, or keys side by side."""
    return sum(
        abs(ord(one) - ord(other)) > 1 and (one, other) not in NEIGHBOURS for one, other in pairwise(text)
    ) + bool(text)
