"""Holds analyses of simulated diaries against the planted truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pool
from typing import TypeVar

from benchmarks.statistics.simulator import CAUSAL_RATIOS, SCENARIOS, SimulatedDiary, simulate
from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import AnalysisInput, Factor
from episodes.stats.associations.analysis_result import AnalysisResult, Contrast
from episodes.stats.associations.refresh import DAYS_BETWEEN_REFRESHES


@dataclass
class Tally:
    """Yes and no counted; `rate` is None before anything was counted."""

    yes: float = 0.0
    of: int = 0

    def add(self, outcome: float) -> None:
        self.yes += outcome
        self.of += 1

    def join(self, other: Tally) -> None:
        self.yes += other.yes
        self.of += other.of

    @property
    def rate(self) -> float | None:
        return self.yes / self.of if self.of else None


def _by_ratio() -> dict[float, Tally]:
    return {ratio: Tally() for ratio in CAUSAL_RATIOS}


@dataclass
class Verdict:
    """What one cell (scenario and length) came to.

    false_claims, false_strong: false share of the claims of a diary, averaged over diaries (0 without one).
    size: null habits with p <= 0.05. covers: 95 % intervals holding the truth. power: causal habits claimed.
    picked: picked intervals of claims that hold the truth. usable: habits with enough nights.
    """

    false_claims: Tally = field(default_factory=Tally)
    false_strong: Tally = field(default_factory=Tally)
    usable: Tally = field(default_factory=Tally)
    size: Tally = field(default_factory=Tally)
    covers_null: Tally = field(default_factory=Tally)
    covers_causal: dict[float, Tally] = field(default_factory=_by_ratio)
    power: dict[float, Tally] = field(default_factory=_by_ratio)
    power_strong: dict[float, Tally] = field(default_factory=_by_ratio)
    hints: dict[float, Tally] = field(default_factory=_by_ratio)
    picked: Tally = field(default_factory=Tally)

    @property
    def covers_any_causal(self) -> Tally:
        joined = Tally()
        for tally in self.covers_causal.values():
            joined.join(tally)
        return joined


@dataclass(frozen=True)
class Finding:
    """The part of one habit's result that is judged."""

    ratio: float | None  # the planted one, None for a null habit
    grade: str
    p: float | None
    covers: tuple[bool, ...]
    picked_covers: tuple[bool, ...]


def _holds(low: float, truth: float, high: float) -> bool:
    return low <= truth <= high


def _picked_holds(contrast: Contrast, truth: float) -> bool:
    low, high = contrast.shown_range
    return _holds(low.difference, truth, high.difference)


def findings(simulated: SimulatedDiary) -> list[Finding]:
    """Return what the analysis of one diary says about each habit, beside the truth."""
    found = []
    for factor in analyse(simulated.diary).factors:
        effect = simulated.effects.get(factor.name)
        truths = [simulated.true_difference(factor.name, c.start, c.end) for c in factor.contrasts]
        pairs = list(zip(factor.contrasts, truths, strict=True))
        found.append(
            Finding(
                ratio=effect.ratio if effect else None,
                grade=factor.grade,
                p=factor.p,
                covers=tuple(_holds(c.low.difference, truth, c.high.difference) for c, truth in pairs),
                picked_covers=tuple(_picked_holds(c, truth) for c, truth in pairs if factor.is_claim),
            )
        )
    return found


def _false_share(found: Sequence[Finding], grades: Sequence[str]) -> float:
    claims = [finding for finding in found if finding.grade in grades]
    return sum(finding.ratio is None for finding in claims) / len(claims) if claims else 0.0


def judge(diaries: Iterable[list[Finding]]) -> Verdict:
    """Return the verdict on the findings of many diaries of one cell."""
    verdict = Verdict()
    for found in diaries:
        verdict.false_claims.add(_false_share(found, ("strong", "moderate")))
        verdict.false_strong.add(_false_share(found, ("strong",)))
        for finding in found:
            verdict.usable.add(finding.p is not None)
            for holds in finding.picked_covers:
                verdict.picked.add(holds)
            if finding.ratio is None:
                if finding.p is not None:
                    verdict.size.add(finding.p <= 0.05)
                for holds in finding.covers:
                    verdict.covers_null.add(holds)
            else:
                verdict.power[finding.ratio].add(finding.grade in ("strong", "moderate"))
                verdict.power_strong[finding.ratio].add(finding.grade == "strong")
                verdict.hints[finding.ratio].add(finding.grade in ("strong", "moderate", "hint"))
                for holds in finding.covers:
                    verdict.covers_causal[finding.ratio].add(holds)
    return verdict


def _one(task: tuple[str, int, int]) -> list[Finding]:
    scenario, days, seed = task
    return findings(simulate(SCENARIOS[scenario], days, seed))


def _until(diary: AnalysisInput, days: int) -> AnalysisInput:
    """Return the nights before the boundary `days` after the first written night."""
    kept = sum((date - diary.dates[0]).days < days for date in diary.dates)
    return AnalysisInput(
        dates=diary.dates[:kept],
        cramps=diary.cramps[:kept],
        factors={name: Factor(f.kind, f.values[:kept]) for name, f in diary.factors.items()},
    )


def _false_grades(result: AnalysisResult, simulated: SimulatedDiary) -> set[str]:
    return {factor.grade for factor in result.factors if factor.name not in simulated.effects}


def _looks(task: tuple[str, int, int]) -> tuple[bool, bool]:
    """Return whether somebody who looks every 28 nights ever sees a false claim, and a false strong one."""
    scenario, days, seed = task
    simulated = simulate(SCENARIOS[scenario], days, seed)
    seen: set[str] = set()
    for boundary in range(DAYS_BETWEEN_REFRESHES, days + 1, DAYS_BETWEEN_REFRESHES):
        seen |= _false_grades(analyse(_until(simulated.diary, boundary)), simulated)
    return bool(seen & {"strong", "moderate"}), "strong" in seen


Task = TypeVar("Task")
Done = TypeVar("Done")


def in_parallel(work: Callable[[Task], Done], tasks: Sequence[Task], processes: int) -> list[Done]:
    """Return work(task) for every task, in order, shared out over processes."""
    if processes == 1:
        return [work(task) for task in tasks]
    with Pool(processes) as pool:
        return pool.map(work, tasks, chunksize=8)


def judge_cell(scenario: str, days: int, diaries: int, first_seed: int, processes: int = 1) -> Verdict:
    """Return the verdict on `diaries` simulated diaries with seeds from `first_seed` on."""
    tasks = [(scenario, days, first_seed + i) for i in range(diaries)]
    return judge(in_parallel(_one, tasks, processes))


def judge_looks(
    scenario: str, days: int, people: int, first_seed: int, processes: int = 1
) -> tuple[Tally, Tally]:
    """Return the shares of people who ever see a false claim, and ever a false strong one."""
    ever_claim, ever_strong = Tally(), Tally()
    for claim, strong in in_parallel(
        _looks, [(scenario, days, first_seed + i) for i in range(people)], processes
    ):
        ever_claim.add(claim)
        ever_strong.add(strong)
    return ever_claim, ever_strong
