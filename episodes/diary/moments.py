"""Moments as devices send them."""

from __future__ import annotations

import datetime as dt

from django.utils.dateparse import parse_datetime


def parsed_moment(text: str) -> dt.datetime | None:
    """Return the moment that ISO 8601 text with an offset from UTC means, in UTC; None for anything else."""
    try:
        moment = parse_datetime(text)
        return moment.astimezone(dt.UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
