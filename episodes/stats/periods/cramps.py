"""What the cramps were like: how bad, how long, at what hour, where.

Only cramps of nights with the outcome "cramps" are described. A cramp without the answer in question
is left out and counted; a night that states more cramps than it describes counts the rest as cramps
without an answer.
"""

from __future__ import annotations

import bisect
import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from episodes.stats.periods.summaries import (
    FOUR_WEEKS,
    Coverage,
    Enough,
    MostOften,
    column_starts,
    cover,
    most_often,
    nights_between,
    weeks_per_column,
)
from episodes.stats.records import EpisodeRecord, NightRecord

SEVERITY_MINIMUM = 5
TIMED_MINIMUM = 5
PLACES_MINIMUM = 3
DURATIONS_MINIMUM = 5
MEDIAN_MINIMUM = 3

#: A point inside each answered band, in minutes, for drawings and middle values only.
BAND_MIDDLE_MINUTES = {
    "under_1": 0.5,
    "1_5": 3.0,
    "5_10": 7.5,
    "10_30": 20.0,
    "30_60": 45.0,
    "over_60": 75.0,
}
LENGTH_BINS = ("under_1", "1_5", "5_10", "over_10")
PARTS_OF_NIGHT = ("before_midnight", "0_3", "3_6", "after_6", "daytime")
HOURS_PER_BAR = 2


@dataclass(frozen=True)
class EpisodePoint:
    """One described cramp: pain 0-10 and minutes, None where unanswered."""

    date: dt.date
    side: str | None
    location: str | None
    pain_0_10: int | None
    minutes: float | None
    minutes_are_banded: bool


@dataclass(frozen=True)
class MedianPoint:
    """The middle value of the 28 days that end with a date; None when fewer than three cramps lie in them."""

    date: dt.date
    value: float | None


@dataclass(frozen=True)
class SeverityColumn:
    """Pain and length of the cramps of one column of the range; middle values, None without an answer."""

    first: dt.date
    last: dt.date
    pain_answers: int
    pain_median: float | None
    length_answers: int
    minutes_median: float | None


@dataclass(frozen=True)
class MiddleShift:
    """Middle values of the first and of the last four weeks, each from at least three cramps."""

    first: float
    first_answers: int
    last: float
    last_answers: int


@dataclass(frozen=True)
class SeverityTrend:
    points: tuple[EpisodePoint, ...]
    pain_line: tuple[MedianPoint, ...]
    length_line: tuple[MedianPoint, ...]
    pain_median: float | None
    minutes_median: float | None
    pain_shift: MiddleShift | None
    length_shift: MiddleShift | None
    columns: tuple[SeverityColumn, ...]
    episodes: int
    episodes_without_answer: int
    coverage: Coverage
    enough: Enough


@dataclass(frozen=True)
class HourTrend:
    """When cramps came. bars: twelve counts of two hours each from `starts_at_hour`, exact times only.

    parts: counts by part of the night from all cramps with any time; with_part: those with nothing
    more exact. peak_start_hour: start of the four hours with most cramps, None when nothing is timed.
    """

    starts_at_hour: int
    bars: tuple[int, ...]
    timed: int
    parts: tuple[tuple[str, int], ...]
    most_often: MostOften[str]
    with_time: int
    with_part_only: int
    episodes_without_answer: int
    peak_start_hour: int | None
    peak_end_hour: int | None
    peak_count: int
    coverage: Coverage
    enough: Enough


@dataclass(frozen=True)
class PlaceCount:
    """Cramps in one place; side is None when only the part of the leg was named."""

    side: str | None
    location: str
    episodes: int


@dataclass(frozen=True)
class PlaceTrend:
    """Where cramps were, most frequent first. regions: counts by (side, location) "both" on each side."""

    places: tuple[PlaceCount, ...]
    most_often: MostOften[PlaceCount]
    regions: tuple[tuple[tuple[str, str], int], ...]
    with_place: int
    on_both_sides: int
    episodes_without_answer: int
    coverage: Coverage
    enough: Enough


@dataclass(frozen=True)
class DurationTrend:
    """How long cramps lasted; exact and banded answers together. over_60 is part of over_10."""

    bins: tuple[tuple[str, int], ...]
    answered: int
    exact: int
    up_to_10: int
    over_10: int
    over_60: int
    episodes_without_answer: int
    coverage: Coverage
    enough: Enough


def length_minutes(episode: EpisodeRecord) -> float | None:
    """Return the length of a cramp in minutes, a middle point where only a band was answered."""
    if episode.duration_seconds is not None:
        return episode.duration_seconds / 60
    return BAND_MIDDLE_MINUTES.get(episode.duration_band or "")


def whole_minutes(minutes: float | None) -> int | None:
    """Return whole minutes, halves upwards; 0 for anything under one minute."""
    if minutes is None:
        return None
    return 0 if minutes < 1 else math.floor(minutes + 0.5)


def length_bin(episode: EpisodeRecord) -> str | None:
    """Return the bin of a cramp's length; exactly 1 and 5 minutes open a bin, exactly 10 closes one."""
    if episode.duration_seconds is not None:
        seconds = episode.duration_seconds
        return (
            "under_1" if seconds < 60 else "1_5" if seconds < 300 else "5_10" if seconds <= 600 else "over_10"
        )
    if episode.duration_band in ("10_30", "30_60", "over_60"):
        return "over_10"
    return episode.duration_band


def duration_band(seconds: int) -> str:
    """Return the answer whose words cover an exact length; exactly 1 and 5 minutes open one, longer ends close it."""
    if seconds < 300:
        return "under_1" if seconds < 60 else "1_5"
    bands = ((600, "5_10"), (1800, "10_30"), (3600, "30_60"))
    return next((band for longest, band in bands if seconds <= longest), "over_60")


def clock_minute(night: NightRecord, episode: EpisodeRecord) -> int | None:
    """Return minutes after midnight on the wall; nights of a moved window share this scale."""
    if episode.minutes_into_night is None:
        return None
    return (episode.minutes_into_night + night.starts_at_hour * 60) % (24 * 60)


def part_of_night(minute: int) -> str:
    """Return the part of the night of a clock minute; the evening begins at 18:00, the day at noon."""
    if minute >= 18 * 60:
        return "before_midnight"
    if minute < 3 * 60:
        return "0_3"
    if minute < 6 * 60:
        return "3_6"
    return "after_6" if minute < 12 * 60 else "daytime"


def severity_trend(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> SeverityTrend:
    """Return pain and length of every described cramp with their 28-day middle line."""
    nights = nights_between(nights, first, last)
    points = tuple(
        EpisodePoint(
            date=night.date,
            side=episode.side,
            location=episode.location,
            pain_0_10=episode.pain_0_10,
            minutes=length_minutes(episode),
            minutes_are_banded=episode.duration_seconds is None,
        )
        for night in _cramp_nights(nights)
        for episode in night.episodes
        if episode.pain_0_10 is not None or length_minutes(episode) is not None
    )
    pains = [(p.date, float(p.pain_0_10)) for p in points if p.pain_0_10 is not None]
    lengths = [(p.date, p.minutes) for p in points if p.minutes is not None]
    return SeverityTrend(
        points=points,
        pain_line=_median_line(pains, first, last),
        length_line=_median_line(lengths, first, last),
        pain_median=median(v for _, v in pains) if pains else None,
        minutes_median=median(v for _, v in lengths) if lengths else None,
        pain_shift=_shift(pains, last),
        length_shift=_shift(lengths, last),
        columns=_severity_columns(pains, lengths, first, last),
        episodes=len(points),
        episodes_without_answer=_all_cramps(nights) - len(points),
        coverage=cover(
            nights,
            first,
            last,
            lambda n: any(e.pain_0_10 is not None or length_minutes(e) is not None for e in n.episodes),
        ),
        enough=Enough(have=len(points), minimum=SEVERITY_MINIMUM),
    )


def hour_trend(
    nights: Sequence[NightRecord], first: dt.date, last: dt.date, *, starts_at_hour: int
) -> HourTrend:
    """Return how many cramps came in each two hours from `starts_at_hour`, and in each part of the night."""
    nights = nights_between(nights, first, last)
    bars = [0] * (24 // HOURS_PER_BAR)
    parts: Counter[str] = Counter()
    with_part_only = 0
    for night in _cramp_nights(nights):
        for episode in night.episodes:
            minute = clock_minute(night, episode)
            if minute is not None:
                bars[(minute - starts_at_hour * 60) % (24 * 60) // (HOURS_PER_BAR * 60)] += 1
                parts[part_of_night(minute)] += 1
            elif episode.part_of_night is not None:
                parts[episode.part_of_night] += 1
                with_part_only += 1
    timed, with_time = sum(bars), sum(parts.values())
    start, end, peak = _peak(bars, starts_at_hour)
    return HourTrend(
        starts_at_hour=starts_at_hour,
        bars=tuple(bars),
        timed=timed,
        parts=tuple((key, parts[key]) for key in PARTS_OF_NIGHT),
        most_often=most_often(parts.items()),
        with_time=with_time,
        with_part_only=with_part_only,
        episodes_without_answer=_all_cramps(nights) - with_time,
        peak_start_hour=start,
        peak_end_hour=end,
        peak_count=peak,
        coverage=cover(
            nights,
            first,
            last,
            lambda n: any((e.minutes_into_night, e.part_of_night) != (None, None) for e in n.episodes),
        ),
        enough=Enough(have=with_time, minimum=TIMED_MINIMUM),
    )


def place_trend(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> PlaceTrend:
    """Return where the cramps were, by side and part of the leg."""
    nights = nights_between(nights, first, last)
    counts: Counter[tuple[str | None, str]] = Counter(
        (episode.side, episode.location)
        for night in _cramp_nights(nights)
        for episode in night.episodes
        if episode.location is not None
    )
    regions: Counter[tuple[str, str]] = Counter()
    for (side, location), number in counts.items():
        for one_side in ("left", "right") if side == "both" else (side,):
            if one_side is not None:
                regions[one_side, location] += number
    places = sorted(
        (PlaceCount(side, location, number) for (side, location), number in counts.items()),
        key=lambda place: (-place.episodes, place.location, place.side or ""),
    )
    with_place = sum(counts.values())
    return PlaceTrend(
        places=tuple(places),
        most_often=most_often((place, place.episodes) for place in places),
        regions=tuple(sorted(regions.items())),
        with_place=with_place,
        on_both_sides=sum(number for (side, _), number in counts.items() if side == "both"),
        episodes_without_answer=_all_cramps(nights) - with_place,
        coverage=cover(nights, first, last, lambda n: any(e.location is not None for e in n.episodes)),
        enough=Enough(have=with_place, minimum=PLACES_MINIMUM),
    )


def duration_trend(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> DurationTrend:
    """Return how many cramps lasted under 1, 1 to 5, 5 to 10 and over 10 minutes."""
    nights = nights_between(nights, first, last)
    bins: Counter[str] = Counter()
    exact = over_60 = 0
    for night in _cramp_nights(nights):
        for episode in night.episodes:
            if (key := length_bin(episode)) is None:
                continue
            bins[key] += 1
            exact += episode.duration_seconds is not None
            over_60 += episode.duration_band == "over_60" or (episode.duration_seconds or 0) > 3600
    answered = sum(bins.values())
    return DurationTrend(
        bins=tuple((key, bins[key]) for key in LENGTH_BINS),
        answered=answered,
        exact=exact,
        up_to_10=answered - bins["over_10"],
        over_10=bins["over_10"],
        over_60=over_60,
        episodes_without_answer=_all_cramps(nights) - answered,
        coverage=cover(nights, first, last, lambda n: any(length_bin(e) is not None for e in n.episodes)),
        enough=Enough(have=answered, minimum=DURATIONS_MINIMUM),
    )


def _cramp_nights(nights: Sequence[NightRecord]) -> list[NightRecord]:
    return [night for night in nights if night.outcome == "cramps"]


def _all_cramps(nights: Sequence[NightRecord]) -> int:
    return sum(night.shown_count for night in nights)


def _median_line(
    values: Sequence[tuple[dt.date, float]], first: dt.date, last: dt.date
) -> tuple[MedianPoint, ...]:
    """Return the trailing 28-day median at about sixty dates, a gap where it rests on under three cramps."""
    if not values:
        return ()
    dates = [date for date, _ in values]
    step = max(2, (last - first).days // 60)
    line = []
    for back in range(0, (last - first).days + 1, step):
        date = last - dt.timedelta(days=back)
        low = bisect.bisect_right(dates, date - dt.timedelta(days=FOUR_WEEKS))
        window = [value for _, value in values[low : bisect.bisect_right(dates, date)]]
        line.append(MedianPoint(date, median(window) if len(window) >= MEDIAN_MINIMUM else None))
    return tuple(reversed(line))


def _shift(values: Sequence[tuple[dt.date, float]], last: dt.date) -> MiddleShift | None:
    """Return first against last four weeks, None when they overlap or either has under three cramps."""
    if not values:
        return None
    first_start, last_start = values[0][0], last - dt.timedelta(days=FOUR_WEEKS - 1)
    if first_start + dt.timedelta(days=FOUR_WEEKS) > last_start:
        return None
    early = [value for date, value in values if (date - first_start).days < FOUR_WEEKS]
    late = [value for date, value in values if date >= last_start]
    if min(len(early), len(late)) < MEDIAN_MINIMUM:
        return None
    return MiddleShift(median(early), len(early), median(late), len(late))


def _severity_columns(
    pains: Sequence[tuple[dt.date, float]],
    lengths: Sequence[tuple[dt.date, float]],
    first: dt.date,
    last: dt.date,
) -> tuple[SeverityColumn, ...]:
    starts = column_starts(first, last, weeks_per_column(first, last))
    grouped: list[tuple[list[float], list[float]]] = [([], []) for _ in starts]
    for which, values in enumerate((pains, lengths)):
        for date, value in values:
            grouped[bisect.bisect_right(starts, date) - 1][which].append(value)
    ends = [start - dt.timedelta(days=1) for start in starts[1:]] + [last]
    return tuple(
        SeverityColumn(
            first=start,
            last=end,
            pain_answers=len(pain),
            pain_median=median(pain) if pain else None,
            length_answers=len(minutes),
            minutes_median=median(minutes) if minutes else None,
        )
        for start, end, (pain, minutes) in zip(starts, ends, grouped, strict=True)
        if pain or minutes
    )


def _peak(bars: Sequence[int], starts_at_hour: int) -> tuple[int | None, int | None, int]:
    """Return start and end hour of the two neighbouring bars with most cramps, and their count.

    Of equals the earlier pair; (None, None, 0) when no cramp is timed.
    """
    if not sum(bars):
        return None, None, 0
    pairs = [bars[index] + bars[index + 1] for index in range(len(bars) - 1)]
    index = pairs.index(max(pairs))
    start = (starts_at_hour + index * HOURS_PER_BAR) % 24
    return start, (start + 2 * HOURS_PER_BAR) % 24, pairs[index]
