"""The cards of the trends page: each question's result together with its drawing.

`build_trend_cards` makes all of them; the clinician's review and the printed report call the single
functions. A card whose diary is too small has no drawing and says in `result.enough` what is missing.
Sentences are written in templates/charts/.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from episodes.charts.bars import (
    Segment,
    hour_drawing,
    length_drawing,
    list_drawing,
    segment_drawing,
)
from episodes.charts.columns import dot_drawing, outcome_drawing
from episodes.charts.leg_map import HEADINGS, HEIGHT, LegPart, leg_parts
from episodes.charts.marks import WIDTH, Drawing, Label
from episodes.charts.words import words_for, words_for_place
from episodes.stats.periods.after_cramps import (
    ReliefTrend,
    RemedyUse,
    RestlessAnswers,
    SorenessTrend,
    relief_trend,
    restless_answers,
    soreness_trend,
)
from episodes.stats.periods.cramps import (
    DurationTrend,
    HourTrend,
    MiddleShift,
    PlaceTrend,
    SeverityTrend,
    duration_trend,
    hour_trend,
    place_trend,
    severity_trend,
    whole_minutes,
)
from episodes.stats.periods.summaries import Enough, OutcomeTrend, nights_between, outcome_trend
from episodes.stats.records import NightRecord

PLACES_DRAWN = 12
REMEDIES_DRAWN = 6
PAIN_TICKS = (0, 5, 10)
MINUTE_TICKS = (0, 10, 20, 30)
SORENESS_CLASSES = (
    ("none", "seg-none"),
    ("mild", "seg-mild"),
    ("moderate", "seg-mid"),
    ("strong", "seg-full"),
)


@dataclass(frozen=True)
class WeeklyCard:
    """has_blocks: columns of several weeks, in which a block stands for many nights."""

    key: str
    result: OutcomeTrend
    drawing: Drawing | None
    has_blocks: bool
    has_unsure: bool
    has_away: bool
    has_unwritten: bool


@dataclass(frozen=True)
class ListedCramp:
    """A described cramp as a row, while there are too few for a drawing."""

    date: dt.date
    place: str
    pain_0_10: int | None
    length: str


@dataclass(frozen=True)
class WholeMinutes:
    """Middle lengths rounded to whole minutes for a sentence; 0 means under a minute."""

    all: int | None
    first: int | None
    last: int | None


@dataclass(frozen=True)
class SeverityCard:
    key: str
    result: SeverityTrend
    pain_drawing: Drawing | None
    length_drawing: Drawing | None
    minutes: WholeMinutes
    listed: tuple[ListedCramp, ...]


@dataclass(frozen=True)
class NamedCount:
    """A row of a table: words to be translated and a count; share of the largest is left to the drawing."""

    words: str
    count: int


@dataclass(frozen=True)
class HourRow:
    start_hour: int
    end_hour: int
    count: int


@dataclass(frozen=True)
class HourCard:
    """drawing: the two-hour bars, from five exact times on; parts_drawing: parts of the night.

    most_often: the part with most cramps, None while two are equal.
    """

    key: str
    result: HourTrend
    drawing: Drawing | None
    parts_drawing: Drawing | None
    rows: tuple[HourRow, ...]
    parts: tuple[NamedCount, ...]
    most_often: NamedCount | None


@dataclass(frozen=True)
class PlaceCard:
    """most_often: the place with most cramps, None while two are equal."""

    key: str
    result: PlaceTrend
    leg_parts: tuple[LegPart, ...]
    headings: tuple[Label, ...]
    width: int
    height: int
    list_drawing: Drawing | None
    places: tuple[NamedCount, ...]
    most_often: NamedCount | None


@dataclass(frozen=True)
class DurationCard:
    key: str
    result: DurationTrend
    drawing: Drawing | None
    rows: tuple[NamedCount, ...]


@dataclass(frozen=True)
class SorenessRow:
    words: str
    nights: int
    levels: tuple[int, ...]


@dataclass(frozen=True)
class SorenessCard:
    key: str
    result: SorenessTrend
    drawing: Drawing | None
    rows: tuple[SorenessRow, ...]


@dataclass(frozen=True)
class RemedyRow:
    """relief_minutes: middle of the timed cramps in whole minutes, 0 for under one, None without."""

    words: str
    use: RemedyUse
    relief_minutes: int | None


@dataclass(frozen=True)
class ReliefCard:
    """most_used: None while two things were done equally often."""

    key: str
    result: ReliefTrend
    drawing: Drawing | None
    rows: tuple[RemedyRow, ...]
    most_used: RemedyRow | None


@dataclass(frozen=True)
class RestlessRow:
    words: str
    yes: int
    no: int
    unsure: int


@dataclass(frozen=True)
class RestlessCard:
    key: str
    result: RestlessAnswers
    rows: tuple[RestlessRow, ...]
    felt: tuple[NamedCount, ...]
    wanted_to: tuple[NamedCount, ...]


@dataclass(frozen=True)
class TrendCards:
    """All cards of a range; restless is None when nothing was answered about restless legs."""

    first: dt.date
    last: dt.date
    nights_in_range: int
    written: int
    weekly: WeeklyCard
    severity: SeverityCard
    hours: HourCard
    places: PlaceCard
    durations: DurationCard
    soreness: SorenessCard
    relief: ReliefCard
    restless: RestlessCard | None

    @property
    def is_empty(self) -> bool:
        return not self.written and self.restless is None

    @property
    def waiting(self) -> tuple[tuple[str, Enough], ...]:
        """Return the cards that cannot say anything yet, with what each has and needs; the weeks always can."""
        cards = (self.hours, self.places, self.severity, self.durations, self.soreness, self.relief)
        return tuple(
            (card.key, card.result.enough)
            for card in cards
            if not card.result.enough.is_reached and not (card is self.severity and self.severity.listed)
        )

    @property
    def waiting_keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.waiting)


def build_trend_cards(
    records: Sequence[NightRecord], first: dt.date, last: dt.date, *, starts_at_hour: int
) -> TrendCards:
    """Return every card for the nights from `first` to `last`, both included.

    records: in any order; nights without a record count as not written. starts_at_hour: where the day
    of the hour bars begins, 12 or 18.
    """
    nights = nights_between(records, first, last)
    return TrendCards(
        first=first,
        last=last,
        nights_in_range=(last - first).days + 1,
        written=sum(night.is_written for night in nights),
        weekly=weekly_card(nights, first, last),
        severity=severity_card(nights, first, last),
        hours=hour_card(nights, first, last, starts_at_hour=starts_at_hour),
        places=place_card(nights, first, last),
        durations=duration_card(nights, first, last),
        soreness=soreness_card(nights, first, last),
        relief=relief_card(nights, first, last),
        restless=restless_card(nights, first, last),
    )


def weekly_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> WeeklyCard:
    """Return the stacks of nights; without a written night there is nothing to draw."""
    result = outcome_trend(nights, first, last)
    coverage = result.coverage
    return WeeklyCard(
        key="weekly",
        result=result,
        drawing=outcome_drawing(result) if coverage.not_written < coverage.nights_in_range else None,
        has_blocks=result.weeks_per_column > 1,
        has_unsure=coverage.unsure > 0,
        has_away=coverage.not_in_bed > 0,
        has_unwritten=coverage.not_written > 0,
    )


def severity_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> SeverityCard:
    result = severity_trend(nights, first, last)
    pains = [(point.date, float(point.pain_0_10)) for point in result.points if point.pain_0_10 is not None]
    lengths = [(point.date, point.minutes) for point in result.points if point.minutes is not None]
    enough = result.enough.is_reached
    return SeverityCard(
        key="severity",
        result=result,
        pain_drawing=(
            dot_drawing(pains, result.pain_line, first, last, top=10, ticks=PAIN_TICKS)
            if enough and pains
            else None
        ),
        length_drawing=(
            dot_drawing(lengths, result.length_line, first, last, top=30, ticks=MINUTE_TICKS)
            if enough and lengths
            else None
        ),
        minutes=_whole(result.minutes_median, result.length_shift),
        listed=() if enough else _listed(result),
    )


def hour_card(
    nights: Sequence[NightRecord], first: dt.date, last: dt.date, *, starts_at_hour: int
) -> HourCard:
    result = hour_trend(nights, first, last, starts_at_hour=starts_at_hour)
    parts = tuple(NamedCount(words_for(key), count) for key, count in result.parts)
    enough = result.enough.is_reached
    return HourCard(
        key="hours",
        result=result,
        drawing=hour_drawing(result) if result.timed >= result.enough.minimum else None,
        parts_drawing=(
            list_drawing([(part.words, part.count) for part in parts if part.count])
            if enough and result.with_part_only
            else None
        ),
        rows=tuple(
            HourRow((starts_at_hour + 2 * index) % 24, (starts_at_hour + 2 * index + 2) % 24, count)
            for index, count in enumerate(result.bars)
            if count
        ),
        parts=parts,
        most_often=_named(result.most_often.answer, result.most_often.count),
    )


def place_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> PlaceCard:
    result = place_trend(nights, first, last)
    places = tuple(
        NamedCount(words_for_place(place.side, place.location), place.episodes) for place in result.places
    )
    enough = result.enough.is_reached
    leader = result.most_often.answer
    return PlaceCard(
        key="places",
        result=result,
        leg_parts=leg_parts(dict(result.regions)) if enough else (),
        headings=HEADINGS,
        width=WIDTH,
        height=HEIGHT,
        list_drawing=(
            list_drawing([(place.words, place.count) for place in places[:PLACES_DRAWN]]) if enough else None
        ),
        places=places,
        most_often=(
            NamedCount(words_for_place(leader.side, leader.location), leader.episodes) if leader else None
        ),
    )


def duration_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> DurationCard:
    result = duration_trend(nights, first, last)
    rows = tuple(NamedCount(words_for(key), count) for key, count in result.bins)
    return DurationCard(
        key="durations",
        result=result,
        drawing=(
            length_drawing([(row.words, row.count) for row in rows]) if result.enough.is_reached else None
        ),
        rows=rows,
    )


def soreness_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> SorenessCard:
    result = soreness_trend(nights, first, last)
    rows = tuple(
        SorenessRow(words_for(f"pain_{group.key}"), group.nights, tuple(count for _, count in group.levels))
        for group in result.groups
        if group.nights
    )
    drawn = [
        (
            row.words,
            [
                Segment(css_class, count)
                for (_, css_class), count in zip(SORENESS_CLASSES, row.levels, strict=True)
            ],
        )
        for row in rows
    ]
    return SorenessCard(
        key="soreness",
        result=result,
        drawing=segment_drawing(drawn) if result.enough.is_reached else None,
        rows=rows,
    )


def relief_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> ReliefCard:
    result = relief_trend(nights, first, last)
    rows = tuple(
        RemedyRow(
            words_for(use.remedy),
            use,
            whole_minutes(use.relief_seconds_median / 60 if use.relief_seconds_median is not None else None),
        )
        for use in result.remedies
    )
    drawn = [
        (
            row.words,
            [
                Segment("seg-helped", row.use.yes),
                Segment("seg-some", row.use.some),
                Segment("seg-none", row.use.none),
                Segment("seg-unanswered", row.use.unanswered, is_hatched=True),
            ],
        )
        for row in rows[:REMEDIES_DRAWN]
    ]
    return ReliefCard(
        key="relief",
        result=result,
        drawing=segment_drawing(drawn) if result.enough.is_reached else None,
        rows=rows,
        most_used=rows[0] if rows and (len(rows) == 1 or rows[0].use.uses > rows[1].use.uses) else None,
    )


def restless_card(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> RestlessCard | None:
    result = restless_answers(nights, first, last)
    if result is None:
        return None
    counts = ((result.nights,) if result.nights.answers else ()) + result.answers
    return RestlessCard(
        key="restless",
        result=result,
        rows=tuple(RestlessRow(words_for(one.key), one.yes, one.no, one.unsure) for one in counts),
        felt=tuple(NamedCount(words_for(f"felt_{key}"), count) for key, count in result.felt if count),
        wanted_to=tuple(
            NamedCount(words_for(f"wanted_{key}"), count) for key, count in result.wanted_to if count
        ),
    )


def _named(key: str | None, count: int) -> NamedCount | None:
    return NamedCount(words_for(key), count) if key else None


def _listed(result: SeverityTrend) -> tuple[ListedCramp, ...]:
    return tuple(
        ListedCramp(
            date=point.date,
            place=words_for_place(point.side, point.location) if point.location else "",
            pain_0_10=point.pain_0_10,
            length=_length_words(point.minutes),
        )
        for point in result.points
    )


def _length_words(minutes: float | None) -> str:
    """Return the words of the length bin of a cramp, empty without an answer."""
    if minutes is None:
        return ""
    key = "under_1" if minutes < 1 else "1_5" if minutes < 5 else "5_10" if minutes <= 10 else "over_10"
    return words_for(key)


def _whole(middle: float | None, shift: MiddleShift | None) -> WholeMinutes:
    return WholeMinutes(
        all=whole_minutes(middle),
        first=whole_minutes(shift.first) if shift else None,
        last=whole_minutes(shift.last) if shift else None,
    )
