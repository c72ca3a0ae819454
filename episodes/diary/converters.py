"""Dates in addresses."""

from __future__ import annotations

import datetime as dt


class DateConverter:
    """YYYY-MM-DD between 1900 and 2199; anything else is no address of ours."""

    regex = r"(?:19|20|21)\d{2}-[01]\d-[0-3]\d"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()
