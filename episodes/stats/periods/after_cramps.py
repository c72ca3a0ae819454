"""What came after and around the cramps: soreness, what eased them, answers about restless legs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from episodes.stats.periods.summaries import Coverage, Enough, Middle, cover, middle_of, nights_between
from episodes.stats.records import RESTLESS_ANSWERS, NightRecord

SORENESS_MINIMUM = 5
REMEDY_USES_MINIMUM = 3

PAIN_GROUPS = (("0_3", 0, 3), ("4_6", 4, 6), ("7_10", 7, 10))
PAIN_KEYS = (*(key for key, _, _ in PAIN_GROUPS), "unknown")
SORENESS_LEVELS = (("none", 0, 0), ("mild", 1, 3), ("moderate", 4, 6), ("strong", 7, 10))

FELT = ("pain", "crawling", "both")
WANTED_TO = ("keep_still", "stretch", "move")


@dataclass(frozen=True)
class SorenessGroup:
    """Cramp nights of one pain group by soreness the next day; levels add up to nights.

    key: of PAIN_GROUPS, or "unknown" for nights without an answer about pain.
    """

    key: str
    nights: int
    levels: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SorenessTrend:
    """Soreness of the day after cramp nights, by the worst pain of the night.

    nights: cramp nights with an answer for the next day; still_sore: those with more than 0.
    morning_*: the answer "sore now?" of the morning. kept_awake: middle of the minutes awake.
    """

    groups: tuple[SorenessGroup, ...]
    nights: int
    still_sore: int
    morning_answers: int
    morning_sore: int
    kept_awake: Middle
    coverage: Coverage
    enough: Enough


@dataclass(frozen=True)
class RemedyUse:
    """What one thing did, as judged by the person; yes + some + none + unanswered = uses.

    relief_seconds_median: from timed cramps alone, None without one; timed: how many.
    """

    remedy: str
    uses: int
    yes: int
    some: int
    none: int
    unanswered: int
    timed: int
    relief_seconds_median: float | None

    @property
    def answered(self) -> int:
        return self.yes + self.some + self.none


@dataclass(frozen=True)
class ReliefTrend:
    """What was tried during cramps, most used first."""

    remedies: tuple[RemedyUse, ...]
    uses: int
    episodes: int
    episodes_without_answer: int
    coverage: Coverage
    enough: Enough


@dataclass(frozen=True)
class AnswerCount:
    key: str
    yes: int
    no: int
    unsure: int

    @property
    def answers(self) -> int:
        return self.yes + self.no + self.unsure


@dataclass(frozen=True)
class RestlessAnswers:
    """Answers about restless legs, listed one by one. There is no total on purpose: they are no score."""

    nights: AnswerCount
    answers: tuple[AnswerCount, ...]
    felt: tuple[tuple[str, int], ...]
    wanted_to: tuple[tuple[str, int], ...]
    nights_with_answers: int
    nights_in_range: int

    @property
    def felt_answers(self) -> int:
        return sum(number for _, number in self.felt)

    @property
    def wanted_to_answers(self) -> int:
        return sum(number for _, number in self.wanted_to)


def soreness_trend(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> SorenessTrend:
    """Return how sore the days after cramp nights were, by the worst pain of the night where it is known."""
    nights = nights_between(nights, first, last)
    cramps = [night for night in nights if night.outcome == "cramps"]
    table: Counter[tuple[str, str]] = Counter()
    for night in cramps:
        pain, soreness = night.worst_pain_0_10, night.soreness_next_day_0_10
        if soreness is not None:
            key = _group(PAIN_GROUPS, pain) if pain is not None else "unknown"
            table[key, _group(SORENESS_LEVELS, soreness)] += 1
    groups = tuple(
        SorenessGroup(
            key=key,
            nights=sum(table[key, level] for level, _, _ in SORENESS_LEVELS),
            levels=tuple((level, table[key, level]) for level, _, _ in SORENESS_LEVELS),
        )
        for key in PAIN_KEYS
    )
    used = sum(group.nights for group in groups)
    mornings = [n.soreness_morning_0_10 for n in cramps if n.soreness_morning_0_10 is not None]
    awake = [n.kept_awake_minutes for n in cramps if n.kept_awake_minutes is not None]
    return SorenessTrend(
        groups=groups,
        nights=used,
        still_sore=used - sum(table[key, "none"] for key in PAIN_KEYS),
        morning_answers=len(mornings),
        morning_sore=sum(soreness > 0 for soreness in mornings),
        kept_awake=middle_of(awake),
        coverage=cover(nights, first, last, lambda n: n.soreness_next_day_0_10 is not None),
        enough=Enough(have=used, minimum=SORENESS_MINIMUM),
    )


def relief_trend(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> ReliefTrend:
    """Return how often each thing was tried during a cramp and how often the person said it helped."""
    nights = nights_between(nights, first, last)
    helped: dict[str, Counter[str | None]] = {}
    seconds: dict[str, list[int]] = {}
    episodes = described = 0
    for night in nights:
        if night.outcome != "cramps":
            continue
        described += night.shown_count
        for episode in night.episodes:
            episodes += bool(episode.remedies)
            for use in episode.remedies:
                helped.setdefault(use.remedy, Counter())[use.helped] += 1
                if use.seconds_to_relief is not None:
                    seconds.setdefault(use.remedy, []).append(use.seconds_to_relief)
    remedies = [
        RemedyUse(
            remedy=remedy,
            uses=counts.total(),
            yes=counts["yes"],
            some=counts["some"],
            none=counts["none"],
            unanswered=counts[None],
            timed=len(seconds.get(remedy, ())),
            relief_seconds_median=median(seconds[remedy]) if remedy in seconds else None,
        )
        for remedy, counts in helped.items()
    ]
    remedies.sort(key=lambda use: (-use.uses, use.remedy))
    uses = sum(use.uses for use in remedies)
    return ReliefTrend(
        remedies=tuple(remedies),
        uses=uses,
        episodes=episodes,
        episodes_without_answer=described - episodes,
        coverage=cover(nights, first, last, lambda n: any(e.remedies for e in n.episodes)),
        enough=Enough(have=uses, minimum=REMEDY_USES_MINIMUM),
    )


def restless_answers(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> RestlessAnswers | None:
    """Return the answers about restless legs with their counts, None when nothing was answered.

    All written and unwritten nights with an answer count: a restless night needs no cramp.
    """
    nights = nights_between(nights, first, last)
    kept = [n for n in nights if n.restless_legs is not None or any(_restless(n))]
    felt = Counter(e.felt for n in nights for e in n.episodes if e.felt is not None)
    wanted = Counter(e.wanted_to for n in nights for e in n.episodes if e.wanted_to is not None)
    if not kept and not felt and not wanted:
        return None
    columns = list(zip(*(_restless(night) for night in kept), strict=True))
    return RestlessAnswers(
        nights=_answers("restless_legs", [night.restless_legs for night in kept]),
        answers=tuple(
            count
            for key, column in zip(RESTLESS_ANSWERS, columns, strict=False)
            if (count := _answers(key, column)).answers
        ),
        felt=tuple((key, felt[key]) for key in FELT),
        wanted_to=tuple((key, wanted[key]) for key in WANTED_TO),
        nights_with_answers=len(kept),
        nights_in_range=(last - first).days + 1,
    )


def _restless(night: NightRecord) -> tuple[str | None, ...]:
    return (
        night.urge_to_move,
        night.crawling,
        night.worse_at_rest,
        night.moving_relieves,
        night.comes_back_when_i_stop,
        night.worse_in_evening,
    )


def _answers(key: str, values: Sequence[str | None]) -> AnswerCount:
    counts = Counter(values)
    return AnswerCount(key=key, yes=counts["yes"], no=counts["no"], unsure=counts["unsure"])


def _group(groups: Sequence[tuple[str, int, int]], value: int) -> str:
    return next(key for key, low, high in groups if low <= value <= high)
