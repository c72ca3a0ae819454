"""The list of shared diaries: sorted, filtered and cut into pages by the database.

However many patients there are, a page costs four statements: how many, which fifty, and one grouped
reading each of their nights and cramps. Everything read goes through `visible_to`, so a section that
is not shared is neither shown nor sortable: its column is empty, and empty comes last.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    FloatField,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Lower, NullIf

from episodes.models import Consent, Episode, Night, RecordNumber, ReviewMark, User
from episodes.stats.periods.cramps import whole_minutes

WINDOW = 28
ON_A_PAGE = 50
QUIET_NIGHTS = 7
COUNTED = ("cramps", "no_cramps")
# The least that a band stands for, in seconds: "over 10 minutes" is known, how much over is not.
BAND_SECONDS = {"under_1": 1, "1_5": 60, "5_10": 300, "10_30": 600, "30_60": 1800, "over_60": 3600}


def _signs(prefix: str = "") -> tuple[Q, Q, Q]:
    """Return the warning answers of a night, the gravest first; prefix: of the way to it."""
    leg = Q(**{f"{prefix}leg_warning_sign__in": ("left", "right", "both")})
    return leg, Q(**{f"{prefix}weakness_after": True}), Q(**{f"{prefix}numbness": True})


LEG_SIGN, WEAK, NUMB = _signs()
WARNING = LEG_SIGN | WEAK | NUMB
# How grave the answers of a night are, the gravest last; a fall is an answer about a cramp.
GRAVITY = Case(When(LEG_SIGN, then=Value("3")), When(WEAK, then=Value("2")), default=Value("1"))
GRAVITY_OF_FALL = Value("0")
SHOWN = ("all", "warnings", "quiet", "long", "restless")
OVER_TEN_MINUTES = Q(duration_seconds__gt=600) | Q(duration_band__in=("10_30", "30_60", "over_60"))
HAS_LENGTH = Q(duration_seconds__isnull=False) | Q(duration_band__isnull=False)
RESTLESS = Q(restless_legs="yes")
LONG_AGO = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class PanelChoice:
    """What the clinician chose. sort: a key of SORTS, with "-" the other way round; "" = the usual order."""

    sort: str = ""
    show: str = "all"
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class PanelRow:
    """One shared diary at a glance. None where nothing was answered; numbers are of the last 28 nights.

    warnings, last_warning: of the last 56 nights, and of these leg_signs, weak, numb and falls, of which a
    night may have several. over_ten: of cramps with a length. restless: of nights with an answer about restless
    legs. longest_exact: timed; longest_banded: the least that the longest answer by band stands for.
    """

    consent: Consent
    record_number: str
    last_written: dt.date | None
    last_review: dt.datetime | None
    has_new_warning: bool
    written: int = 0
    cramp_nights: int = 0
    counted: int = 0
    cramp_nights_before: int = 0
    counted_before: int = 0
    warnings: int = 0
    last_warning: dt.date | None = None
    leg_signs: int = 0
    weak: int = 0
    numb: int = 0
    falls: int = 0
    restless: int = 0
    restless_answers: int = 0
    over_ten: int = 0
    lengths: int = 0
    worst_pain: int | None = None
    longest_exact: int | None = None
    longest_banded: int | None = None
    is_quiet: bool = field(default=False)

    @property
    def patient(self) -> User:
        return self.consent.patient

    @property
    def longest_minutes(self) -> int | None:
        """Return the longest cramp in whole minutes where it was timed longer than any band says; None under one."""
        if self.longest_exact is None or self.longest_exact < (self.longest_banded or 0):
            return None
        return whole_minutes(self.longest_exact / 60) or None

    @property
    def longest_band(self) -> str | None:
        """Return the band of the longest cramp where no timed one was longer."""
        if self.longest_minutes is not None:
            return None
        if self.longest_banded is None:
            return "under_1" if self.longest_exact is not None else None
        return next(band for band, seconds in BAND_SECONDS.items() if seconds == self.longest_banded)


@dataclass(frozen=True)
class _Asked:
    """Who asks, when, and up to which evening."""

    by: User
    now: dt.datetime
    last: dt.date

    @property
    def first(self) -> dt.date:
        return self.last - dt.timedelta(days=WINDOW - 1)

    @property
    def first_before(self) -> dt.date:
        return self.first - dt.timedelta(days=WINDOW)

    def nights(self) -> Any:
        return Night.objects.visible_to(self.by, at=self.now)

    def nights_of_row(self) -> Any:
        """Return the last 28 nights of the patient of the outer query."""
        return self.nights().filter(
            patient_id=OuterRef("patient_id"), date__gte=self.first, date__lte=self.last
        )

    def warnings_of_row(self) -> Any:
        """Return the nights with a warning answer among the last 56 of the patient of the outer query."""
        return self.nights().filter(
            WARNING, patient_id=OuterRef("patient_id"), date__gte=self.first_before, date__lte=self.last
        )

    def falls_of_row(self) -> Any:
        """Return the cramps with a fall in the same 56 nights."""
        return self._episodes_since(self.first_before).filter(fell=True, night__outcome="cramps")

    def episodes_of_row(self) -> Any:
        return self._episodes_since(self.first)

    def _episodes_since(self, first: dt.date) -> Any:
        return Episode.objects.visible_to(self.by, at=self.now).filter(
            patient_id=OuterRef("patient_id"),
            night__patient_id=OuterRef("patient_id"),
            night__outcome="cramps",
            night__date__gte=first,
            night__date__lte=self.last,
        )


def _one(rows: Any, value: Any) -> Subquery:
    """Return one aggregated number of the patient's rows, NULL where there is no row."""
    return Subquery(rows.order_by().values("patient_id").annotate(answer=value).values("answer"))


def _warning_nights(asked: _Asked) -> Any:
    """Return in how many nights there was a warning answer, NULL where in none: nights, then falls in others."""
    nights = _one(asked.warnings_of_row(), Count("pk"))
    falls = asked.falls_of_row().annotate(is_told=_is_told()).filter(is_told=False)
    count = Coalesce(nights, 0) + Coalesce(_one(falls, Count("night_id", distinct=True)), 0)
    return NullIf(count, 0)


def _is_told() -> Any:
    """Return whether the night of a cramp has a warning answer of its own; no answer is none."""
    leg, weak, numb = _signs("night__")
    return Case(When(leg | weak | numb, then=True), default=False)


def _length() -> Any:
    whens = [When(duration_band=band, then=Value(seconds)) for band, seconds in BAND_SECONDS.items()]
    return Coalesce("duration_seconds", Case(*whens, output_field=IntegerField()))


def _share(asked: _Asked) -> Any:
    nights = asked.nights_of_row().filter(outcome__in=COUNTED)
    return _one(nights, Cast(Count("pk", filter=Q(outcome="cramps")), FloatField()) / Count("pk"))


@dataclass(frozen=True)
class _Sort:
    """One sortable column: its value, and whether the larger comes first."""

    value: Callable[[_Asked], Any]
    descending: bool = True


SORTS = {
    "name": _Sort(
        lambda asked: Lower(Coalesce(NullIf("patient__display_name", Value("")), "patient__username")), False
    ),
    "warnings": _Sort(_warning_nights),
    "reviewed": _Sort(lambda asked: F("last_review"), False),
    "last": _Sort(lambda asked: F("last_written")),
    "written": _Sort(lambda asked: _one(asked.nights_of_row().exclude(outcome=None), Count("pk"))),
    "cramps": _Sort(_share),
    "pain": _Sort(lambda asked: _one(asked.episodes_of_row(), Max("pain_0_10"))),
    "longest": _Sort(lambda asked: _one(asked.episodes_of_row(), Max(_length()))),
    "long": _Sort(
        lambda asked: _one(asked.episodes_of_row().filter(HAS_LENGTH), Count("pk", filter=OVER_TEN_MINUTES))
    ),
    "restless": _Sort(
        lambda asked: _one(asked.nights_of_row().exclude(restless_legs=None), Count("pk", filter=RESTLESS))
    ),
    "until": _Sort(lambda asked: F("valid_until"), False),
}


def panel_page(*, choice: PanelChoice, last: dt.date, now: dt.datetime, by: User) -> Page[PanelRow]:
    """Return one page of the diaries shared with `by`, for the 28 nights up to the evening `last`.

    Without a chosen order: warning answers not yet reviewed first, by their newest night and its gravest
    answer, then longest since the review.
    """
    asked = _Asked(by, now, last)
    shown = _ordered(_filtered(_shared(asked), asked, choice), asked, choice.sort)
    page = Paginator(shown, ON_A_PAGE).get_page(choice.page)
    # A new consent ends the one before; should two hold all the same, a patient still stands here once.
    consents = list({consent.patient_id: consent for consent in page.object_list}.values())
    patients = [consent.patient_id for consent in consents]
    nights, episodes = _nights(asked, patients), _episodes(asked, patients)
    page.object_list = [
        PanelRow(
            consent=consent,
            record_number=consent.record_number or "",
            last_written=consent.last_written,
            last_review=consent.last_review,
            has_new_warning=bool(consent.new_warning),
            is_quiet=consent.shares_nights and _is_quiet(consent.last_written, last),
            **_with_falls(nights.get(consent.patient_id, {}), episodes.get(consent.patient_id, {})),
        )
        for consent in consents
    ]
    return page


def _with_falls(nights: dict[str, Any], episodes: dict[str, Any]) -> dict[str, Any]:
    """Return both readings of one patient in one: a night with a fall alone is a night with a warning too."""
    only, last = episodes.pop("only_falls", 0), episodes.pop("last_fall", None)
    values = {**nights, **episodes}
    values["warnings"] = values.get("warnings", 0) + only
    values["last_warning"] = max(filter(None, (values.get("last_warning"), last)), default=None)
    return values


def _is_quiet(last_written: dt.date | None, last: dt.date) -> bool:
    return last_written is None or (last - last_written).days >= QUIET_NIGHTS


def _shared(asked: _Asked) -> QuerySet[Any]:
    """Return the consents in force for the clinician, one a patient, with what every order needs."""
    in_force = (
        Consent.objects.visible_to(asked.by, at=asked.now)
        .in_force(asked.now)
        .filter(clinician_id=asked.by.pk)
    )
    reviews = ReviewMark.objects.visible_to(asked.by, at=asked.now).filter(
        patient_id=OuterRef("patient_id"), clinician=asked.by
    )
    written = (
        asked.nights().filter(patient_id=OuterRef("patient_id"), date__lte=asked.last).exclude(outcome=None)
    )
    numbers = RecordNumber.objects.visible_to(asked.by, at=asked.now).filter(
        patient_id=OuterRef("patient_id"), clinician=asked.by
    )
    signs = _newest(asked.warnings_of_row(), "", GRAVITY, asked)
    falls = _newest(asked.falls_of_row(), "night__", GRAVITY_OF_FALL, asked)
    shared: QuerySet[Any] = (
        in_force.select_related("patient")
        .annotate(
            record_number=Subquery(numbers.values("number")[:1]),
            last_review=Subquery(reviews.order_by("-at").values("at")[:1]),
            last_written=Subquery(written.order_by("-date").values("date")[:1]),
        )
        .annotate(new_warning=Greatest(signs, falls))
    )
    return shared


def _newest(rows: Any, prefix: str, gravity: Any, asked: _Asked) -> Any:
    """Return the newest night that was warned of since the review, with its gravity: "2026-11-293", or "".

    As one text, so that the largest is the newest night and of one night the gravest answer. prefix: of the
    night's columns. An answer added to a night that was reviewed before is as new as one in a new night.
    """
    names = ("warned_at", "outcome_recorded_at", "imported_at", "answered_at")
    recorded = Coalesce(*(f"{prefix}{name}" for name in names), Value(asked.now))
    reviewed = Coalesce(OuterRef("last_review"), Value(LONG_AGO), output_field=DateTimeField())
    key = Concat(Cast(f"{prefix}date", CharField()), gravity, output_field=CharField())
    found = rows.annotate(recorded=recorded).filter(recorded__gt=reviewed).order_by(f"-{prefix}date")
    return Coalesce(Subquery(found.annotate(key=key).values("key")[:1]), Value(""))


def _filtered(shared: QuerySet[Any], asked: _Asked, choice: PanelChoice) -> QuerySet[Any]:
    if choice.words:
        has_no_name = Q(patient__display_name="", patient__username__icontains=choice.words)
        is_named = Q(patient__display_name__icontains=choice.words) | has_no_name
        numbered = RecordNumber.objects.visible_to(asked.by, at=asked.now).filter(
            clinician=asked.by, number__icontains=choice.words
        )
        shared = shared.filter(is_named | Q(patient_id__in=numbered.values("patient_id")))
    if choice.show == "warnings":
        return shared.exclude(new_warning="")
    if choice.show == "long":
        return shared.filter(Exists(asked.episodes_of_row().filter(OVER_TEN_MINUTES)))
    if choice.show == "restless":
        return shared.filter(Exists(asked.nights_of_row().filter(RESTLESS)))
    if choice.show == "quiet":
        since = asked.last - dt.timedelta(days=QUIET_NIGHTS)
        return shared.filter(Q(last_written=None) | Q(last_written__lte=since), shares_nights=True)
    return shared


def _ordered(shared: QuerySet[Any], asked: _Asked, sort: str) -> QuerySet[Any]:
    chosen = SORTS.get(sort.removeprefix("-"))
    if chosen is None:
        longest = F("last_review").asc(nulls_first=True)
        return shared.order_by("-new_warning", longest, "valid_from", "pk")
    is_descending = chosen.descending is not sort.startswith("-")
    shared = shared.annotate(sort_value=chosen.value(asked))
    value = F("sort_value")
    order = value.desc(nulls_last=True) if is_descending else value.asc(nulls_last=True)
    return shared.order_by(order, "valid_from", "pk")


def _nights(asked: _Asked, patients: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    recent = Q(date__gte=asked.first)
    before = Q(date__lt=asked.first)
    counted = Q(outcome__in=COUNTED)
    rows = (
        asked.nights()
        .filter(patient_id__in=patients, date__gte=asked.first_before, date__lte=asked.last)
        .order_by()
        .values("patient_id")
        .annotate(
            written=Count("pk", filter=recent & ~Q(outcome=None)),
            cramp_nights=Count("pk", filter=recent & Q(outcome="cramps")),
            counted=Count("pk", filter=recent & counted),
            cramp_nights_before=Count("pk", filter=before & Q(outcome="cramps")),
            counted_before=Count("pk", filter=before & counted),
            warnings=Count("pk", filter=WARNING),
            last_warning=Max("date", filter=WARNING),
            leg_signs=Count("pk", filter=LEG_SIGN),
            weak=Count("pk", filter=WEAK),
            numb=Count("pk", filter=NUMB),
            restless=Count("pk", filter=recent & RESTLESS),
            restless_answers=Count("pk", filter=recent & Q(restless_legs__isnull=False)),
        )
    )
    return {row.pop("patient_id"): row for row in rows}


def _episodes(asked: _Asked, patients: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    bands = [When(duration_band=band, then=Value(seconds)) for band, seconds in BAND_SECONDS.items()]
    recent = Q(night__date__gte=asked.first)
    fell = Q(fell=True, night__outcome="cramps")
    rows = (
        Episode.objects.visible_to(asked.by, at=asked.now)
        .filter(
            patient_id__in=patients,
            night__patient_id=F("patient_id"),
            # Said of both tables: from a list the planner does not conclude what holds for the other one.
            night__patient_id__in=patients,
            night__outcome="cramps",
            night__date__gte=asked.first_before,
            night__date__lte=asked.last,
        )
        .order_by()
        .annotate(is_told=_is_told())
        .values("patient_id")
        .annotate(
            worst_pain=Max("pain_0_10", filter=recent),
            over_ten=Count("pk", filter=recent & OVER_TEN_MINUTES),
            lengths=Count("pk", filter=recent & HAS_LENGTH),
            longest_exact=Max("duration_seconds", filter=recent),
            longest_banded=Max(Case(*bands, output_field=IntegerField()), filter=recent),
            falls=Count("night_id", filter=fell, distinct=True),
            only_falls=Count("night_id", filter=fell & Q(is_told=False), distinct=True),
            last_fall=Max("night__date", filter=fell),
        )
    )
    return {row.pop("patient_id"): row for row in rows}
