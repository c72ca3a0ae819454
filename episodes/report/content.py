"""One visit report as numbers: completeness first, every number with its denominator. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from episodes.charts.leg_map import HEADINGS, HEIGHT, VIEW_BOX, LegPart, leg_parts
from episodes.charts.marks import WIDTH, Label
from episodes.charts.night_rows import NightRows, night_rows
from episodes.charts.words import words_for, words_for_place
from episodes.questions.report_sections import COMPARED
from episodes.report.habits import HabitTable, habit_table
from episodes.report.lines import NightLine, night_lines
from episodes.report.queries import ReportRecords
from episodes.stats.periods.after_cramps import RemedyUse, SorenessTrend, relief_trend, restless_answers
from episodes.stats.periods.cramps import duration_trend, hour_trend, place_trend
from episodes.stats.periods.numbers import PeriodNumbers, period_numbers
from episodes.stats.periods.summaries import Coverage, Middle, Part, cramp_nights, nights_between
from episodes.stats.records import NightRecord

FEW_NIGHTS = 28
MOST_NIGHTS_IN_TABLE = 92
MOST_PLACES, MOST_REMEDIES, MOST_FLAGS, MOST_FACTS = 6, 6, 4, 8
MOST_QUESTIONS, LONGEST_QUESTION = 3, 220


@dataclass(frozen=True)
class Completeness:
    """How much of the period is known. before_night, usual: of the nights with any habit answered."""

    nights: int
    written: int
    late: int
    lateness_unknown: int
    coverage: Coverage
    habit_nights: int
    usual: int
    before_night: int


@dataclass(frozen=True)
class NightsPart:
    """Cramp nights of counted nights, the same for as many nights before, and the drawing."""

    now: Part
    before: Part | None
    before_first: dt.date
    cramps: int
    described: int
    rows: NightRows
    has_unsure: bool
    has_away: bool


@dataclass(frozen=True)
class CrampsPart:
    """When, how long, how bad; answered: cramps with that answer, of all cramps."""

    cramps: int
    times: tuple[tuple[str, int], ...]
    with_time: int
    lengths: tuple[tuple[str, int], ...]
    with_length: int
    pain: Middle
    worst: int | None


@dataclass(frozen=True)
class SleepPart:
    """Woken, disturbed, awake, quality after cramp nights and others, soreness."""

    woken: Part
    disturbed: Middle
    quality_cramps: Middle
    quality_quiet: Middle
    soreness: SorenessTrend


@dataclass(frozen=True)
class PlacesPart:
    """Where; left: cramps of the left leg or both, right: of the right leg or both."""

    parts: tuple[LegPart, ...]
    headings: tuple[Label, ...]
    view_box: str
    width: int
    height: int
    places: tuple[tuple[str, int], ...]
    more: int
    with_place: int
    cramps: int
    left: int
    right: int


@dataclass(frozen=True)
class Remedy:
    words: str
    use: RemedyUse


@dataclass(frozen=True)
class Flag:
    """A night with an answer to look at first."""

    date: dt.date
    leg: str | None
    is_weak: bool
    is_numb: bool


@dataclass(frozen=True)
class FlagsPart:
    """nights: those with a leg sign first, then the newest.

    over_ten: cramps over ten minutes of those with a length; falls: cramps with a fall, of answers.
    """

    nights: tuple[Flag, ...]
    more: int
    over_ten: Part
    falls: Part

    @property
    def is_empty(self) -> bool:
        return not (self.nights or self.over_ten.x or self.falls.x)


@dataclass(frozen=True)
class Answer:
    words: str
    yes: int
    no: int
    unsure: int


@dataclass(frozen=True)
class Question:
    """A question with what fits on page one; is_cut: the rest stands on the next page."""

    text: str
    short: str
    asked_on: dt.date
    is_cut: bool


@dataclass(frozen=True)
class QuestionsPart:
    shown: tuple[Question, ...]
    all: tuple[Question, ...]

    @property
    def continues(self) -> bool:
        return len(self.all) > len(self.shown) or any(question.is_cut for question in self.shown)


@dataclass(frozen=True)
class HealthPart:
    conditions: Sequence[Mapping[str, Any]]
    medicines: Sequence[Mapping[str, Any]]
    more: int


@dataclass(frozen=True)
class VisitReport:
    """Everything the paper says. A part that was not chosen is None."""

    first: dt.date
    last: dt.date
    complete: Completeness
    questions: QuestionsPart | None
    flags: FlagsPart | None
    nights: NightsPart | None
    cramps: CrampsPart | None
    sleep: SleepPart | None
    places: PlacesPart | None
    relief: tuple[Remedy, ...] | None
    restless: tuple[Answer, ...] | None
    habits: HabitTable | None
    health: HealthPart | None
    table: tuple[NightLine, ...] | None
    is_small: bool

    @property
    def has_left(self) -> bool:
        return any(
            part is not None for part in (self.nights, self.cramps, self.places, self.sleep, self.restless)
        )

    @property
    def has_right(self) -> bool:
        return any(part is not None for part in (self.relief, self.habits, self.health))

    @property
    def has_more_pages(self) -> bool:
        return self.table is not None or (self.questions is not None and self.questions.continues)


def visit_report(records: ReportRecords, first: dt.date, last: dt.date, *, today: dt.date) -> VisitReport:
    """Return the report of the nights between two evenings, both included, made from `records` alone."""
    wanted = records.sections
    nights = nights_between(records.nights, first, last)
    numbers = period_numbers(nights, first, last)
    complete = _completeness(numbers, has_habits="habits" in wanted)
    return VisitReport(
        first=first,
        last=last,
        complete=complete,
        questions=_questions(records.questions) if records.questions is not None else None,
        flags=_flags(nights, numbers) if "flags" in wanted else None,
        nights=_nights(records.nights, numbers, first, last) if "nights" in wanted else None,
        cramps=_cramps(nights, numbers, first, last) if "cramps" in wanted else None,
        sleep=_sleep(numbers) if "sleep" in wanted else None,
        places=_places(nights, numbers, first, last) if "places" in wanted else None,
        relief=_relief(nights, first, last) if "relief" in wanted else None,
        restless=_restless(nights, first, last) if "restless" in wanted else None,
        habits=(
            habit_table(records.nights, wanted, records.own_kinds, records.own_labels, today)
            if wanted & COMPARED
            else None
        ),
        health=_health(records),
        table=_table(nights, first, last) if "table" in wanted else None,
        is_small=complete.coverage.used < FEW_NIGHTS,
    )


def _table(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> tuple[NightLine, ...]:
    """Return the newest nights, oldest first; three months are what somebody reads on paper."""
    return tuple(night_lines(nights, max(first, last - dt.timedelta(days=MOST_NIGHTS_IN_TABLE - 1)), last))


def _completeness(numbers: PeriodNumbers, *, has_habits: bool) -> Completeness:
    """Return how much is known; how habits were answered belongs to them and is not told without them."""
    return Completeness(
        nights=numbers.nights,
        written=numbers.written,
        late=numbers.late,
        lateness_unknown=numbers.lateness_unknown,
        coverage=numbers.coverage,
        habit_nights=numbers.habit_nights if has_habits else 0,
        usual=numbers.usual if has_habits else 0,
        before_night=numbers.before_night if has_habits else 0,
    )


def _nights(
    every_night: Sequence[NightRecord], numbers: PeriodNumbers, first: dt.date, last: dt.date
) -> NightsPart:
    before_first = first - (last - first) - dt.timedelta(days=1)
    before = cramp_nights(nights_between(every_night, before_first, first - dt.timedelta(days=1)))
    return NightsPart(
        now=numbers.cramp_nights,
        before=before if before.n else None,
        before_first=before_first,
        cramps=numbers.cramps,
        described=numbers.described,
        rows=night_rows(nights_between(every_night, first, last), first, last),
        has_unsure=numbers.coverage.unsure > 0,
        has_away=numbers.coverage.not_in_bed > 0,
    )


def _cramps(
    nights: Sequence[NightRecord], numbers: PeriodNumbers, first: dt.date, last: dt.date
) -> CrampsPart:
    times = hour_trend(nights, first, last, starts_at_hour=12)
    lengths = duration_trend(nights, first, last)
    return CrampsPart(
        cramps=numbers.cramps,
        times=tuple((words_for(key), count) for key, count in times.parts if count),
        with_time=times.with_time,
        lengths=tuple((words_for(key), count) for key, count in lengths.bins if count),
        with_length=lengths.answered,
        pain=numbers.pain,
        worst=numbers.worst_pain,
    )


def _sleep(numbers: PeriodNumbers) -> SleepPart:
    return SleepPart(
        woken=numbers.woken,
        disturbed=numbers.sleep_disturbed,
        quality_cramps=numbers.quality_cramps,
        quality_quiet=numbers.quality_quiet,
        soreness=numbers.soreness,
    )


def _places(
    nights: Sequence[NightRecord], numbers: PeriodNumbers, first: dt.date, last: dt.date
) -> PlacesPart:
    result = place_trend(nights, first, last)
    return PlacesPart(
        parts=leg_parts(dict(result.regions)),
        headings=HEADINGS,
        view_box=VIEW_BOX,
        width=WIDTH,
        height=HEIGHT,
        places=tuple(
            (words_for_place(place.side, place.location), place.episodes)
            for place in result.places[:MOST_PLACES]
        ),
        more=sum(place.episodes for place in result.places[MOST_PLACES:]),
        with_place=result.with_place,
        cramps=numbers.cramps,
        left=sum(place.episodes for place in result.places if place.side in ("left", "both")),
        right=sum(place.episodes for place in result.places if place.side in ("right", "both")),
    )


def _relief(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> tuple[Remedy, ...]:
    remedies = relief_trend(nights, first, last).remedies[:MOST_REMEDIES]
    return tuple(Remedy(words_for(use.remedy), use) for use in remedies)


def _restless(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> tuple[Answer, ...]:
    result = restless_answers(nights, first, last)
    if result is None:
        return ()
    counts = ((result.nights,) if result.nights.answers else ()) + result.answers
    return tuple(Answer(words_for(one.key), one.yes, one.no, one.unsure) for one in counts)


def _flags(nights: Sequence[NightRecord], numbers: PeriodNumbers) -> FlagsPart:
    found = [
        Flag(
            night.date,
            night.leg_warning_sign if night.leg_warning_sign in ("left", "right", "both") else None,
            night.weakness_after is True,
            night.numbness is True,
        )
        for night in reversed(nights)
    ]
    found = [flag for flag in found if flag.leg or flag.is_weak or flag.is_numb]
    # Of few lines of paper the gravest must not be the one left out.
    found.sort(key=lambda flag: flag.leg is None)
    return FlagsPart(
        nights=tuple(found[:MOST_FLAGS]),
        more=max(0, len(found) - MOST_FLAGS),
        over_ten=numbers.over_ten,
        falls=numbers.falls,
    )


def _questions(rows: Sequence[Mapping[str, Any]]) -> QuestionsPart:
    questions = tuple(_question(row["text"], row["asked_on"]) for row in rows)
    return QuestionsPart(questions[:MOST_QUESTIONS], questions)


def _question(text: str, asked_on: dt.date) -> Question:
    """Return a question with one paragraph of it that leaves room for the rest of the page."""
    words = " ".join(text.split())
    if len(words) <= LONGEST_QUESTION:
        return Question(text, words, asked_on, is_cut=False)
    return Question(text, f"{words[:LONGEST_QUESTION].rsplit(' ', 1)[0]} …", asked_on, is_cut=True)


def _health(records: ReportRecords) -> HealthPart | None:
    if records.conditions is None or records.medicines is None:
        return None
    return HealthPart(
        records.conditions[:MOST_FACTS],
        records.medicines[:MOST_FACTS],
        max(0, len(records.conditions) - MOST_FACTS) + max(0, len(records.medicines) - MOST_FACTS),
    )
