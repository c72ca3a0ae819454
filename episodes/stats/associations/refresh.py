"""Which nights grades are made of: those before the last 28-day boundary, whatever the day of the look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

DAYS_BETWEEN_REFRESHES = 28


@dataclass(frozen=True)
class Refresh:
    """Boundaries counted from the first night: grades use nights dated before `boundary`.

    boundary is None before the first 28 days are over; previous is None until there was one before.
    """

    boundary: dt.date | None
    previous: dt.date | None
    next: dt.date


def refresh_dates(first_night: dt.date, today: dt.date) -> Refresh:
    """Return the last, the previous and the next 28-day boundary for a diary that began on `first_night`.

    today: the patient's civil date. A boundary is reached on its own day: nights dated before it are over
    by then. A first night after today (a wrong clock) gives no boundary yet.
    """
    period = dt.timedelta(days=DAYS_BETWEEN_REFRESHES)
    passed = max(0, (today - first_night).days // DAYS_BETWEEN_REFRESHES)
    return Refresh(
        boundary=first_night + passed * period if passed else None,
        previous=first_night + (passed - 1) * period if passed > 1 else None,
        next=first_night + (passed + 1) * period,
    )
