"""How the nights of a range went: counts, columns of weeks, the first against the last four weeks.

Every result carries a `Coverage`: the nights it used and the ones it left out, by reason. Nights
written late stay in these descriptive results and are counted beside them. A night without a record
is unknown and appears as "not written", never as a night without a cramp.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from episodes.stats.proportions import newcombe_difference
from episodes.stats.records import NightRecord

Answer = TypeVar("Answer")

NIGHTS_MINIMUM = 7
FOUR_WEEKS = 28
SIDE_MINIMUM = 7
COLUMNS_MAXIMUM = 42
WEEKS_PER_COLUMN = (1, 4, 13, 26, 52)
WEEKLY_COLUMNS_MAXIMUM = 26


@dataclass(frozen=True)
class Coverage:
    """Nights of a range by what a result could do with them; they add up to `nights_in_range`.

    no_cramps: nights without a cramp, left out where only cramps are described (else 0).
    no_answer: cramp nights without the answer that is described. late, lateness_unknown: of `used`.
    written_late: nights with a clear answer, left out where only those written in time are compared (else 0).
    """

    used: int
    no_cramps: int
    no_answer: int
    unsure: int
    not_in_bed: int
    not_written: int
    late: int
    lateness_unknown: int
    written_late: int = 0

    @property
    def left_out(self) -> int:
        return sum(count for _, count in self.reasons)

    @property
    def nights_in_range(self) -> int:
        return self.used + self.left_out

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Return the reasons that left out at least one night, with their nights."""
        named = (
            ("no_cramps", self.no_cramps),
            ("not_written", self.not_written),
            ("no_answer", self.no_answer),
            ("unsure", self.unsure),
            ("not_in_bed", self.not_in_bed),
            ("written_late", self.written_late),
        )
        return tuple((key, count) for key, count in named if count)


@dataclass(frozen=True)
class Part:
    """x of n."""

    x: int
    n: int


@dataclass(frozen=True)
class Middle:
    """A middle value of n answers, None without any; a whole one without a needless decimal."""

    value: float | int | None
    n: int


@dataclass(frozen=True)
class MostOften(Generic[Answer]):
    """The commonest of the answers; None where nobody answered, and where two are equally common."""

    answer: Answer | None
    count: int
    answers: int


@dataclass(frozen=True)
class Enough:
    """How much a drawing needs before it says something, and how much there is."""

    have: int
    minimum: int

    @property
    def is_reached(self) -> bool:
        return self.have >= self.minimum

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.have)


@dataclass(frozen=True)
class OutcomeColumn:
    """The nights of one column, a week or several, by how they went; last is inclusive."""

    first: dt.date
    last: dt.date
    cramps: int
    no_cramps: int
    unsure: int
    not_in_bed: int
    not_written: int

    @property
    def nights(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def counted(self) -> int:
        return self.cramps + self.no_cramps


@dataclass(frozen=True)
class FourWeeks:
    """Cramp nights of counted nights in the first and in the last four weeks of the diary in a range.

    direction: "less", "more", or "none" when the 95 % interval of the difference contains zero.
    """

    first_start: dt.date
    first_cramps: int
    first_counted: int
    last_start: dt.date
    last_cramps: int
    last_counted: int
    direction: str


@dataclass(frozen=True)
class OutcomeTrend:
    """The nights of a range in columns that end with the range."""

    weeks_per_column: int
    columns: tuple[OutcomeColumn, ...]
    cramps: int
    counted: int
    comparison: FourWeeks | None
    coverage: Coverage
    enough: Enough


def middle_of(answers: Sequence[float]) -> Middle:
    """Return the middle of the answers."""
    if not answers:
        return Middle(None, 0)
    value = median(answers)
    return Middle(int(value) if value == int(value) else value, len(answers))


def most_often(counts: Iterable[tuple[Answer, int]]) -> MostOften[Answer]:
    """Return the answer with the largest count; of equals none is named, so that no order decides."""
    counts = list(counts)
    largest = max((count for _, count in counts), default=0)
    leaders = [answer for answer, count in counts if count == largest]
    answer = leaders[0] if largest and len(leaders) == 1 else None
    return MostOften(answer, largest, sum(count for _, count in counts))


def cramp_nights(nights: Iterable[NightRecord]) -> Part:
    """Return the cramp nights of the counted nights among those given."""
    counted = [night for night in nights if night.is_counted]
    return Part(sum(night.outcome == "cramps" for night in counted), len(counted))


def nights_between(nights: Iterable[NightRecord], first: dt.date, last: dt.date) -> list[NightRecord]:
    """Return the records of a range in order of date; both ends belong to it."""
    return sorted((night for night in nights if first <= night.date <= last), key=lambda night: night.date)


def cover(
    nights: Sequence[NightRecord],
    first: dt.date,
    last: dt.date,
    is_answered: Callable[[NightRecord], bool] | None = None,
    *,
    with_late: bool = True,
) -> Coverage:
    """Return how a result used the nights of a range.

    is_answered: tells of a cramp night whether it has the answer that is described; without it all
    counted nights are used, those without a cramp as well. with_late: nights written late are used too.
    """
    used = no_cramps = no_answer = unsure = not_in_bed = late = unknown = written_late = 0
    for night in nights:
        if night.is_counted and night.is_late is True and not with_late:
            written_late += 1
            continue
        if night.outcome == "cramps":
            if is_answered is not None and not is_answered(night):
                no_answer += 1
                continue
        elif night.outcome == "no_cramps":
            if is_answered is not None:
                no_cramps += 1
                continue
        else:
            unsure += night.outcome == "unsure"
            not_in_bed += night.outcome == "not_in_bed"
            continue
        used += 1
        late += night.is_late is True
        unknown += night.is_late is None
    written = used + no_cramps + no_answer + unsure + not_in_bed + written_late
    return Coverage(
        used=used,
        no_cramps=no_cramps,
        no_answer=no_answer,
        unsure=unsure,
        not_in_bed=not_in_bed,
        not_written=(last - first).days + 1 - written,
        late=late,
        lateness_unknown=unknown,
        written_late=written_late,
    )


def weeks_per_column(first: dt.date, last: dt.date) -> int:
    """Return how many weeks a column must span so that a page of any length stays readable.

    1 up to half a year, then 4, 13, 26, 52 and its doubles with at most 42 columns.
    """
    weeks = -(-((last - first).days + 1) // 7)
    if weeks <= WEEKLY_COLUMNS_MAXIMUM:
        return 1
    for size in WEEKS_PER_COLUMN[1:]:
        if weeks <= size * COLUMNS_MAXIMUM:
            return size
    size = WEEKS_PER_COLUMN[-1]
    while weeks > size * COLUMNS_MAXIMUM:
        size *= 2
    return size


def column_starts(first: dt.date, last: dt.date, weeks: int) -> list[dt.date]:
    """Return the first date of each column, oldest first; the last column ends with the range."""
    days = 7 * weeks
    number = -(-((last - first).days + 1) // days)
    # Counted from the old end, so that no date before the range (or before year 1) is ever made.
    oldest = (last - first).days + 1 - (number - 1) * days
    return [first] + [first + dt.timedelta(days=oldest + days * step) for step in range(number - 1)]


def outcome_trend(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> OutcomeTrend:
    """Return how often cramps came: columns of nights, and the first against the last four weeks.

    nights: records in any order, those outside the range are ignored.
    """
    nights = nights_between(nights, first, last)
    weeks = weeks_per_column(first, last)
    columns = _outcome_columns(nights, column_starts(first, last, weeks), last)
    coverage = cover(nights, first, last)
    return OutcomeTrend(
        weeks_per_column=weeks,
        columns=columns,
        cramps=sum(column.cramps for column in columns),
        counted=coverage.used,
        comparison=_four_weeks(nights, last),
        coverage=coverage,
        enough=Enough(have=coverage.used, minimum=NIGHTS_MINIMUM),
    )


def _outcome_columns(
    nights: Sequence[NightRecord], starts: Sequence[dt.date], last: dt.date
) -> tuple[OutcomeColumn, ...]:
    columns = []
    position = 0
    for index, start in enumerate(starts):
        end = starts[index + 1] - dt.timedelta(days=1) if index + 1 < len(starts) else last
        counts = {"cramps": 0, "no_cramps": 0, "unsure": 0, "not_in_bed": 0}
        while position < len(nights) and nights[position].date <= end:
            outcome = nights[position].outcome
            if outcome is not None:
                counts[outcome] += 1
            position += 1
        not_written = (end - start).days + 1 - sum(counts.values())
        columns.append(OutcomeColumn(first=start, last=end, not_written=not_written, **counts))
    return tuple(columns)


def _four_weeks(nights: Sequence[NightRecord], last: dt.date) -> FourWeeks | None:
    """Return the comparison, None when the two spans would overlap or one has under seven counted nights.

    The first span starts with the first counted night: weeks before the diary began say nothing.
    """
    counted = [night for night in nights if night.is_counted]
    if not counted:
        return None
    first_start = counted[0].date
    last_start = last - dt.timedelta(days=FOUR_WEEKS - 1)
    if first_start + dt.timedelta(days=FOUR_WEEKS) > last_start:
        return None
    early = [n.outcome == "cramps" for n in counted if (n.date - first_start).days < FOUR_WEEKS]
    late = [n.outcome == "cramps" for n in counted if n.date >= last_start]
    if min(len(early), len(late)) < SIDE_MINIMUM:
        return None
    difference = newcombe_difference(sum(late), len(late), sum(early), len(early))
    direction = "none"
    if difference is not None and difference.excludes_zero:
        direction = "more" if difference.low > 0 else "less"
    return FourWeeks(
        first_start=first_start,
        first_cramps=sum(early),
        first_counted=len(early),
        last_start=last_start,
        last_cramps=sum(late),
        last_counted=len(late),
        direction=direction,
    )
