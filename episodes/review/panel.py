"""The list of shared diaries: a few grouped queries, however many patients there are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Q, Value, When
from django.db.models.functions import Coalesce

from episodes.models import Consent, Episode, Night, ReviewMark, User

WINDOW = 28
# The least that a band stands for, in seconds: "over 10 minutes" is known, how much over is not.
BAND_SECONDS = {"under_1": 30, "1_5": 60, "5_10": 300, "10_30": 600, "30_60": 1800, "over_60": 3600}


@dataclass(frozen=True)
class PanelRow:
    """One shared diary at a glance. None where nothing was answered or the section is not shared."""

    consent: Consent
    shares_nights: bool
    last_written: dt.date | None = None
    written: int = 0
    cramp_nights: int = 0
    counted: int = 0
    cramp_nights_before: int = 0
    counted_before: int = 0
    worst_pain: int | None = None
    longest_seconds: int | None = None
    last_warning: dt.date | None = None
    warnings: int = 0
    last_review: dt.datetime | None = None

    @property
    def patient(self) -> User:
        return self.consent.patient

    @property
    def longest_minutes(self) -> int | None:
        return None if self.longest_seconds is None else round(self.longest_seconds / 60)

    @property
    def has_new_warning(self) -> bool:
        """Return whether a warning answer is younger than this clinician's last review."""
        if self.last_warning is None:
            return False
        return self.last_review is None or self.last_warning >= self.last_review.date()

    def is_quiet(self, last: dt.date) -> bool:
        """Return whether nothing was written for seven nights."""
        return self.shares_nights and (self.last_written is None or (last - self.last_written).days >= 7)


SORTS: dict[str, Callable[[PanelRow], Any]] = {
    "name": lambda row: row.patient.name.casefold(),
    "until": lambda row: row.consent.valid_until,
    "written": lambda row: -row.written,
    "cramps": lambda row: -(row.cramp_nights / row.counted if row.counted else -1),
    "pain": lambda row: -(row.worst_pain if row.worst_pain is not None else -1),
    "longest": lambda row: -(row.longest_seconds or -1),
}


def usual_order(row: PanelRow) -> tuple[bool, float]:
    """Return the sort key written on the page: new warnings first, then longest since review."""
    return (not row.has_new_warning, row.last_review.timestamp() if row.last_review else 0.0)


def panel_rows(*, by: User, now: dt.datetime, last: dt.date) -> Sequence[PanelRow]:
    """Return one row per diary shared with `by`, in the usual order; four statements."""
    consents: dict[uuid.UUID, Consent] = {}
    for consent in (
        Consent.objects.visible_to(by, at=now).in_force(now).filter(clinician_id=by.pk)
        .select_related("patient").order_by("valid_from")
    ):  # fmt: skip
        consents[consent.patient_id] = consent
    nights = _nights(by, now, last)
    episodes = _episodes(by, now, last)
    reviews = dict(
        ReviewMark.objects.visible_to(by, at=now).filter(clinician=by).values_list("patient_id").annotate(Max("at"))
    )
    rows = [
        PanelRow(
            consent,
            consent.shares_nights,
            **nights.get(patient_id, {}),
            **episodes.get(patient_id, {}),
            last_review=reviews.get(patient_id),
        )
        for patient_id, consent in consents.items()
    ]
    return sorted(rows, key=usual_order)


def _nights(by: User, now: dt.datetime, last: dt.date) -> dict[uuid.UUID, dict[str, Any]]:
    first = last - dt.timedelta(days=WINDOW - 1)
    first_before = first - dt.timedelta(days=WINDOW)
    recent = Q(date__gte=first, date__lte=last)
    before = Q(date__gte=first_before, date__lt=first)
    counted = Q(outcome__in=("cramps", "no_cramps"))
    warning = Q(leg_warning_sign__in=("left", "right", "both")) | Q(weakness_after=True) | Q(numbness=True)
    rows = (
        Night.objects.visible_to(by, at=now)
        .exclude(patient_id=by.pk)
        .values("patient_id")
        .annotate(
            last_written=Max("date", filter=Q(outcome__isnull=False)),
            written=Count("id", filter=recent & Q(outcome__isnull=False)),
            cramp_nights=Count("id", filter=recent & Q(outcome="cramps")),
            counted=Count("id", filter=recent & counted),
            cramp_nights_before=Count("id", filter=before & Q(outcome="cramps")),
            counted_before=Count("id", filter=before & counted),
            last_warning=Max("date", filter=warning),
            warnings=Count("id", filter=recent & warning),
        )
    )
    return {row.pop("patient_id"): row for row in rows}


def _episodes(by: User, now: dt.datetime, last: dt.date) -> dict[uuid.UUID, dict[str, Any]]:
    first = last - dt.timedelta(days=WINDOW - 1)
    bands = Case(
        *(When(duration_band=band, then=Value(seconds)) for band, seconds in BAND_SECONDS.items()),
        output_field=IntegerField(),
    )
    rows = (
        Episode.objects.visible_to(by, at=now)
        .exclude(patient_id=by.pk)
        .filter(night__patient_id=F("patient_id"), night__date__gte=first, night__date__lte=last)
        .values("patient_id")
        .annotate(worst_pain=Max("pain_0_10"), longest_seconds=Max(Coalesce("duration_seconds", bands)))
    )
    return {row.pop("patient_id"): row for row in rows}
