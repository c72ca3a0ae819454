"""Which seasons a diary covers, where the person lives."""

from __future__ import annotations

import datetime as dt

NORTH = ("winter", "spring", "summer", "autumn")  # from December, three months each
SOUTH = ("summer", "autumn", "winter", "spring")


def seasons_between(first: dt.date, last: dt.date, hemisphere: str) -> tuple[str, ...]:
    """Return the seasons of the nights from `first` to `last`, in the order in which they came.

    hemisphere: north or south. Seasons are whole months (December to February, and so on); each is named
    once. Raises ValueError where `last` is before `first`.
    """
    if last < first:
        raise ValueError("A diary cannot end before it begins.")
    names = SOUTH if hemisphere == "south" else NORTH
    found: list[str] = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        name = names[month % 12 // 3]
        if name not in found:
            found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(found)
