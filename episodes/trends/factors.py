"""What one habit goes with: the article, the studies, and the patient's own nights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from episodes.charts.intervals import interval_row
from episodes.charts.marks import Drawing
from episodes.charts.squares import Squares, squares
from episodes.diaries.comparison import analysis_of
from episodes.diaries.experiments import CoveredRemedy
from episodes.diaries.habit_words import AnswerWords, answer_words, direction_of, level_words
from episodes.models import User
from episodes.questions.habits import HABITS_BY_KEY, Habit
from episodes.stats.associations.analysis_input import AnalysisInput
from episodes.stats.associations.analysis_result import Contrast, FactorResult
from episodes.stats.associations.comparison import NightsCompared
from episodes.stats.associations.diary_factors import OWN_HABIT_PREFIX
from episodes.stats.associations.dose import LevelCount
from episodes.stats.associations.enough_data import NIGHTS_FOR_COUNTS
from episodes.stats.associations.seasons import seasons_between
from episodes.stats.records import NightRecord

SEASON_DAYS = 42


@dataclass(frozen=True)
class LevelRow:
    """One answer of a habit with its nights: words, counts, squares, and the range of its risk of 28."""

    label: AnswerWords
    cramps: int
    nights: int
    squares: Squares
    low_of_28: int
    high_of_28: int
    range: Drawing


@dataclass(frozen=True)
class HabitCard:
    """One habit as the page tells it. `result` has the grade and the comparison, `rows` the counts of the same nights.

    direction: more, less or none; start, end: the two ends of the comparison. together: other habits that came
    along: label, whether it is one's own, nights with both, nights with this one. cramp_dates: the cramp nights
    at the highest answer that any night has.
    """

    key: str
    label: str
    rows: Sequence[LevelRow]
    result: FactorResult
    contrast: Contrast | None
    direction: str
    start: AnswerWords | None
    end: AnswerWords | None
    together: Sequence[tuple[str, bool, int, int]]
    after_bad_nights: str
    unit: str = ""
    cramp_dates: Sequence[dt.date] = ()

    @property
    def is_own(self) -> bool:
        return self.key.startswith(OWN_HABIT_PREFIX)

    @property
    def expected(self) -> tuple[int, int] | None:
        """Return about how many of 28 nights have a cramp at both ends, None when only a range is honest."""
        if self.contrast is None or not self.contrast.headline_is_inside_range:
            return None
        return self.contrast.headline.of_28_nights

    @property
    def likely_range(self) -> tuple[int, int] | None:
        """Return the fewest and most cramp nights of 28 at the second end, given the first."""
        if self.contrast is None:
            return None
        low, high = self.contrast.shown_range
        ends = (low.of_28_nights[1], high.of_28_nights[1])
        return min(ends), max(ends)


@dataclass(frozen=True)
class Comparison:
    """All habits of one diary, words and counts of the same `nights`; None without a night that can be used.

    seasons: of the nights, where the patient lives, empty for a short diary. covered: the remedy of a running
    experiment, which has no card until the experiment ends.
    """

    nights: NightsCompared | None
    cards: Sequence[HabitCard]
    seasons: tuple[str, ...]
    covered: CoveredRemedy | None = None

    @property
    def counted(self) -> int:
        return self.nights.coverage.used if self.nights else 0

    @property
    def has_counts(self) -> bool:
        return self.counted >= NIGHTS_FOR_COUNTS

    @property
    def missing(self) -> int:
        return max(0, NIGHTS_FOR_COUNTS - self.counted)


def comparison_of(patient: User, now: dt.datetime, fields: Sequence[str] | None = None) -> Comparison:
    """Return the comparison of the patient's habits, or of `fields` alone; five statements."""
    told = analysis_of(patient=patient, now=now)
    hidden, found = told.hidden, told.found
    covered = told.covered if fields is None or hidden in fields else None
    if found is None:
        return Comparison(None, (), (), covered)
    dates = found.given.dates
    return Comparison(
        nights=found.nights,
        cards=[
            _card(result, told.labels, hidden, told.given)
            for result in found.result.by_evidence
            if (fields is None or result.name in fields) and result.name != hidden and result.answered
        ],
        seasons=seasons_between(dates[0], dates[-1], patient.hemisphere)
        if (dates[-1] - dates[0]).days > SEASON_DAYS
        else (),
        covered=covered,
    )


def _card(
    result: FactorResult, labels: Mapping[str, str], hidden: str | None, given: AnalysisInput
) -> HabitCard:
    name, kind = result.name, result.kind.name
    habit = HABITS_BY_KEY.get(name)
    rows = [_row(level, habit, kind) for level in result.levels]
    contrast = result.clearest_contrast
    together = [
        (HABITS_BY_KEY[other.other].label if other.other in HABITS_BY_KEY else labels.get(other.other, other.other),
         other.other not in HABITS_BY_KEY, other.also_other, other.nights_with)
        for other in result.together[:3]
        if other.other != hidden
    ]  # fmt: skip
    return HabitCard(
        key=name,
        label=habit.label if habit else labels.get(name, name),
        rows=rows,
        result=result,
        contrast=contrast,
        direction=direction_of(contrast),
        start=answer_words(contrast.start, habit, kind) if contrast else None,
        end=answer_words(contrast.end, habit, kind) if contrast else None,
        together=together,
        after_bad_nights=_after(result),
        unit=habit.unit if habit else "",
        cramp_dates=_cramp_dates(given, name, result.levels),
    )


def _cramp_dates(given: AnalysisInput, name: str, levels: Sequence[LevelCount]) -> list[dt.date]:
    """Return the cramp nights at the highest answer that any night has."""
    level = next(level for level in reversed(levels) if level.cramps.n)
    codes = given.factors[name].codes
    return [
        date
        for date, cramp, code in zip(given.dates, given.cramps, codes, strict=True)
        if cramp and level.first <= code <= level.last
    ]


def without_uses(nights: Sequence[NightRecord], remedies: Collection[str]) -> list[NightRecord]:
    """Return the nights without what was said about `remedies` during cramps; the rest is unchanged."""
    return [
        night._replace(
            episodes=tuple(
                episode._replace(
                    remedies=tuple(use for use in episode.remedies if use.remedy not in remedies)
                )
                for episode in night.episodes
            )
        )
        for night in nights
    ]


def _after(result: FactorResult) -> str:
    for note in result.after_bad_nights:
        if note.is_more_often_after_cramps:
            return "more"
        if note.is_less_often_after_cramps:
            return "less"
    return ""


def _row(level: LevelCount, habit: Habit | None, kind: str) -> LevelRow:
    share = level.cramps
    return LevelRow(
        label=level_words(level, habit, kind),
        cramps=share.x,
        nights=share.n,
        squares=squares(share.x, share.n),
        low_of_28=round(28 * share.low),
        high_of_28=round(28 * share.high),
        range=interval_row(share),
    )
