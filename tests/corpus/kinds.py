"""What a field may sensibly take, told without the product's own forms: the other side of "malformed".

`takes(text)` of a form's field and `takes_json(value)` of a body's key return False for what must be refused. Where a
sensible program could go either way (Arabic digits, spaces around a number), they return True: then the only
demand is that nothing breaks.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any


class Kind:
    required = False

    def takes(self, text: str) -> bool:
        """Return whether a form may accept this text."""
        return not text.strip() if not self.required else bool(text.strip())

    def takes_json(self, value: Any) -> bool:
        return value is None and not self.required


class Anything(Kind):
    """Read by nobody, or kept from nobody: only a break would be wrong."""

    def takes(self, text: str) -> bool:
        return True

    def takes_json(self, value: Any) -> bool:
        return True


class Text(Kind):
    def __init__(self, longest: int, *, required: bool = False, pattern: str = "") -> None:
        self.longest, self.required, self.pattern = longest, required, pattern

    def takes(self, text: str) -> bool:
        fits = not self.pattern or re.fullmatch(self.pattern, text.strip()) or not text.strip()
        lines = text.replace("\r\n", "\n").strip()
        filled = bool(re.sub(r"[\s\0]", "", text)) or not self.required
        return bool(fits) and "\0" not in text and len(lines) <= self.longest and filled

    def takes_json(self, value: Any) -> bool:
        if value is None:
            return not self.required
        return isinstance(value, str) and self.takes(value) and not _has_surrogate(value)


class Number(Kind):
    """low and high are included. Spaces around it, other scripts' digits and the signs of our buttons may pass."""

    def __init__(self, low: float, high: float, *, required: bool = False, step: float = 0) -> None:
        self.low, self.high, self.required, self.step = low, high, required, step

    def takes(self, text: str) -> bool:
        bare = text.strip().lstrip("~=")
        if bare in ("", "?"):
            return not self.required
        try:
            number = Decimal(bare.replace(",", ".").replace("_", ""))
        except InvalidOperation:
            return False
        return number.is_finite() and self.low <= number <= self.high

    def takes_json(self, value: Any) -> bool:
        if value is None:
            return not self.required
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not self.low <= value <= self.high:
            return False
        steps = value / self.step if self.step else 0
        return abs(steps - round(steps)) < 1e-9


class Choice(Kind):
    def __init__(self, *values: str, required: bool = False) -> None:
        self.values, self.required = {str(value) for value in values}, required

    def takes(self, text: str) -> bool:
        bare = text.strip().lstrip("~=")
        return (not bare and not self.required) or bare in self.values

    def takes_json(self, value: Any) -> bool:
        return (value is None and not self.required) or (isinstance(value, str) and value in self.values)


class Flag(Anything):
    """A tick: whatever stands in it, it was ticked."""

    def takes_json(self, value: Any) -> bool:
        return value is None or isinstance(value, bool)


class StrictFlag(Flag):
    def takes_json(self, value: Any) -> bool:
        return isinstance(value, bool)


class Day(Kind):
    def __init__(self, *, required: bool = False) -> None:
        self.required = required

    def takes(self, text: str) -> bool:
        bare = text.strip()
        if not bare:
            return not self.required
        try:
            return 1900 <= dt.datetime.strptime(bare, "%Y-%m-%d").year <= 2200
        except ValueError:
            return False


class Clock(Kind):
    def __init__(self, *, required: bool = False) -> None:
        self.required = required

    def takes(self, text: str) -> bool:
        bare = text.strip().strip("=+")
        return (not bare and not self.required) or bool(
            re.fullmatch(r"T?\d{1,2}(:?\d{1,2}){0,2}(Z|\.\d+)?", bare)
        )


class Moment(Kind):
    """A date and a time with its offset from UTC."""

    def __init__(self, *, required: bool = False) -> None:
        self.required = required

    def takes(self, text: str) -> bool:
        bare = text.strip()
        if not bare:
            return not self.required
        if not re.match(r"\d{4}-?\d\d-?\d\d", bare, re.ASCII):
            return False
        try:
            return dt.datetime.fromisoformat(bare[:26]) is not None
        except ValueError:
            return bool(re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", bare))

    def takes_json(self, value: Any) -> bool:
        return value is None or (isinstance(value, str) and self.takes(value))


class Id(Kind):
    def __init__(self, *, required: bool = False) -> None:
        self.required = required

    def takes(self, text: str) -> bool:
        if not text.strip():
            return not self.required
        try:
            return uuid.UUID(text.strip()) is not None
        except ValueError:
            return False

    def takes_json(self, value: Any) -> bool:
        return (value is None and not self.required) or (isinstance(value, str) and self.takes(value))


class Version(Kind):
    """A number that the page carried: another one is a conflict."""

    required = True

    def takes(self, text: str) -> bool:
        return text.strip().isdecimal() and len(text.strip()) <= 9

    def takes_json(self, value: Any) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and 0 <= value <= 999_999_999 and float(value).is_integer()


class Json(Kind):
    """Text that holds JSON of a shape that no input here has by chance."""

    def takes(self, text: str) -> bool:
        return False


class Rows(Kind):
    """A list or an object in a JSON body: only the empty one is surely right."""

    def __init__(self, empty: Any) -> None:
        self.empty = empty

    def takes_json(self, value: Any) -> bool:
        return value == self.empty and type(value) is type(self.empty)


def json_value(text: str) -> Any:
    """Return what a JSON text means; Ellipsis where it means nothing, which every field must refuse."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return ...


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
