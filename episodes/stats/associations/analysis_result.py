"""What the factor analysis hands back: frozen numbers, from which templates make sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.dose import LevelCount
from episodes.stats.associations.enough_data import Shortfall
from episodes.stats.associations.grades import CLAIMS, GRADES, Grade
from episodes.stats.associations.habit_notes import AfterBadNights, Together
from episodes.stats.proportions import Difference, Ratio, Share

NIGHTS_IN_FOUR_WEEKS = 28

ContrastEnd = float | str
"""0 and 1 for a yes-or-no habit, an amount, or the name of a level."""


@dataclass(frozen=True)
class RiskChange:
    """Risk of a cramp per night at the start and at the end of a contrast, other habits as they were."""

    start: float
    end: float

    @property
    def difference(self) -> float:
        return self.end - self.start

    @property
    def ratio(self) -> float:
        return self.end / self.start

    @property
    def of_28_nights(self) -> tuple[int, int]:
        """Return about how many of 28 nights have a cramp, at the start and at the end of the contrast."""
        return round(NIGHTS_IN_FOUR_WEEKS * self.start), round(NIGHTS_IN_FOUR_WEEKS * self.end)


@dataclass(frozen=True)
class Contrast:
    """One comparison of a habit: from its reference to one end.

    estimate, low, high: the risks at the estimate and at the ends of its 95 % interval; headline: the
    shrunken estimate that is printed; picked_low, picked_high: the wider interval of a claim, None otherwise.
    log_odds, standard_error: of the estimate, with run inflation.
    """

    start: ContrastEnd
    end: ContrastEnd
    log_odds: float
    standard_error: float
    estimate: RiskChange
    low: RiskChange
    high: RiskChange
    headline: RiskChange
    picked_low: RiskChange | None = None
    picked_high: RiskChange | None = None

    @property
    def shown_range(self) -> tuple[RiskChange, RiskChange]:
        """Return the one range that a patient sees: the picked one after a claim, else the 95 % one."""
        if self.picked_low is not None and self.picked_high is not None:
            return self.picked_low, self.picked_high
        return self.low, self.high

    @property
    def headline_is_inside_range(self) -> bool:
        """Return whether the headline lies within the shown range; if not, the range is printed alone."""
        low, high = self.shown_range
        return low.difference <= self.headline.difference <= high.difference


@dataclass(frozen=True)
class PlainCounts:
    """With and without, counted and nothing more; for yes-or-no habits from 14 answered nights on."""

    with_habit: Share
    without: Share
    difference: Difference | None
    ratio: Ratio | None


@dataclass(frozen=True)
class FactorResult:
    """Everything known about one habit.

    answered, unanswered: counted nights with and without an answer; nights: both. p, q, e are None and contrasts empty at
    grade not_enough; shortfall then says what is missing. nights_needed: more counted nights, None when
    unknown.
    usual_low, usual_high: of an amount; None for other kinds and for an amount that never varied.
    """

    name: str
    kind: FactorKind
    grade: Grade
    answered: int
    unanswered: int
    p: float | None
    q: float | None
    e: float | None
    shortfall: Shortfall | None
    nights_needed: int | None
    contrasts: tuple[Contrast, ...]
    levels: tuple[LevelCount, ...]
    plain: PlainCounts | None
    usual_low: float | None
    usual_high: float | None
    after_bad_nights: tuple[AfterBadNights, ...]
    together: tuple[Together, ...]

    @property
    def is_claim(self) -> bool:
        return self.grade in CLAIMS

    @property
    def nights(self) -> int:
        return self.answered + self.unanswered

    @property
    def clearest_contrast(self) -> Contrast | None:
        """Return the contrast furthest from zero in standard errors, or None without a contrast."""
        return max(self.contrasts, key=lambda c: abs(c.log_odds) / c.standard_error, default=None)


@dataclass(frozen=True)
class AnalysisResult:
    """The analysis of one diary, habits in the order given. first, last: None without a counted night."""

    nights: int
    cramp_nights: int
    first: dt.date | None
    last: dt.date | None
    factors: tuple[FactorResult, ...]

    @property
    def by_evidence(self) -> tuple[FactorResult, ...]:
        """Return the habits by grade, then by evidence, never by size of effect."""

        def place(factor: FactorResult) -> tuple[int, float, float]:
            return (
                GRADES.index(factor.grade),
                1.0 if factor.p is None else factor.p,
                0.0 if factor.e is None else -factor.e,
            )

        return tuple(sorted(self.factors, key=place))

    def factor(self, name: str) -> FactorResult | None:
        """Return the result of one habit, or None when the diary does not ask about it."""
        return next((factor for factor in self.factors if factor.name == name), None)
