"""Tests of a remedy from a diary.json: those that are over come back whole, one that runs never does.

The file of a diary whose test runs holds neither the draw nor a night to come, so that nobody learns what
lies ahead; out of it no honest test can be made again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from episodes.article.remedies import EXPERIMENT_ALLOWED
from episodes.diaries.experiments import DESIGNS, is_over, last_evening, today_of
from episodes.exchange.formats.fields import date_of, moment_of
from episodes.exchange.formats.problems import CellRefused, Problem
from episodes.exchange.health_facts import FactPlan
from episodes.models import Experiment, ExperimentNight, User
from episodes.stats.experiments.design import BLOCK_NIGHTS, PAIR_NIGHTS, PERIOD_NIGHTS, allowed_nights

TESTS, NIGHTS = "experiments", "experiment_nights"
Rows = Sequence[tuple[int, dict[str, Any]]]
ONE_DAY = dt.timedelta(days=1)
_HASH = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"[0-9A-Za-z]{1,64}")


def plan_tests(
    parts: Mapping[str, Rows], *, problems: list[Problem], now: dt.datetime, by: User
) -> list[FactPlan]:
    """Return the tests to add and their nights; one statement. The same seal is the same test."""
    if not parts.get(TESTS):
        return []
    present = set(Experiment.objects.owned_by(by).values_list("hash", flat=True))
    nights_of: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for _number, row in parts.get(NIGHTS) or ():
        nights_of[str(row.get("experiment"))].append(row)
    tests: list[Experiment] = []
    nights: list[ExperimentNight] = []
    there = 0
    for number, row in parts[TESTS]:
        try:
            if str(row.get("hash")) in present:
                there += 1
                continue
            test = _test_of(row, now, by)
            told = nights_of.pop(str(row.get("id")), [])  # each night belongs to one test
            if len(told) > test.nights:
                raise CellRefused("test")
            drawn = [_night_of(each, test, by) for each in told]
            if len({night.date for night in drawn}) < len(drawn):
                raise CellRefused("test")
        except CellRefused as refused:
            problems.append(Problem(number, refused.code, part=TESTS, values=refused.values))
            continue
        present.add(test.hash)
        tests.append(test)
        nights += drawn
    return [FactPlan(TESTS, Experiment, tests, there), FactPlan(NIGHTS, ExperimentNight, nights, 0)]


def _test_of(row: Mapping[str, Any], now: dt.datetime, by: User) -> Experiment:
    """Return a test that is over. Raises CellRefused."""
    design, nights, remedy = row.get("design"), row.get("nights"), row.get("remedy")
    if not isinstance(remedy, str) or remedy not in EXPERIMENT_ALLOWED:
        raise CellRefused("choice", allowed=", ".join(EXPERIMENT_ALLOWED))
    if design not in DESIGNS:
        raise CellRefused("choice", allowed=", ".join(DESIGNS))
    if isinstance(nights, bool) or not isinstance(nights, int) or nights not in allowed_nights(design):
        raise CellRefused("test")
    test = Experiment(
        patient=by, remedy=remedy, design=design, nights=nights, started_on=_day(row, "started_on"),
        stopped_on=_day(row, "stopped_on") if row.get("stopped_on") is not None else None,
        made_at=_moment(row, now),
    )  # fmt: skip
    tomorrow = now.astimezone(by.zone).date() + ONE_DAY
    if test.stopped_on and not test.started_on <= test.stopped_on <= last_evening(test):
        raise CellRefused("test")
    if max(test.started_on, test.stopped_on or test.started_on) > tomorrow:
        raise CellRefused("not_yet")
    if not is_over(test, today_of(now, by)) or "schedule" not in row or "nonce" not in row:
        raise CellRefused("test_runs")
    test.schedule, test.nonce, test.hash = _schedule(row, test), *_seal(row)
    return test


def _schedule(row: Mapping[str, Any], test: Experiment) -> list[int]:
    """Return what was drawn, if it can have been: as many nights of each arm in every block, or pair of weeks."""
    drawn = row["schedule"]
    if not isinstance(drawn, list) or len(drawn) != test.nights:
        raise CellRefused("test")
    if any(isinstance(arm, bool) or not isinstance(arm, int) or arm not in (0, 1) for arm in drawn):
        raise CellRefused("test")
    if test.design == "nightly":
        fits = all(
            2 * sum(drawn[at : at + BLOCK_NIGHTS]) == BLOCK_NIGHTS
            for at in range(0, len(drawn), BLOCK_NIGHTS)
        )
    else:
        weeks = [sum(drawn[at : at + PERIOD_NIGHTS]) for at in range(0, len(drawn), PERIOD_NIGHTS)]
        fits = all(
            sorted(pair) == [0, PAIR_NIGHTS - PERIOD_NIGHTS]
            for pair in zip(weeks[::2], weeks[1::2], strict=True)
        )
    if not fits:
        raise CellRefused("test")
    return list(drawn)


def _seal(row: Mapping[str, Any]) -> tuple[str, str]:
    nonce, seal = row["nonce"], row.get("hash")
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise CellRefused("test")
    # A seal that does not fit stays so: the page of the test says it, here as there.
    if not isinstance(seal, str) or not _HASH.fullmatch(seal):
        raise CellRefused("test")
    return nonce, seal


def _night_of(row: Mapping[str, Any], test: Experiment, by: User) -> ExperimentNight:
    date, arm, followed = _day(row, "date"), row.get("arm"), row.get("followed")
    if not test.started_on <= date <= last_evening(test) or isinstance(arm, bool) or arm not in (0, 1):
        raise CellRefused("test")
    if followed is not None and not isinstance(followed, bool):
        raise CellRefused("yes_no")
    return ExperimentNight(patient=by, experiment_id=test.pk, date=date, arm=int(arm), followed=followed)


def _day(row: Mapping[str, Any], name: str) -> dt.date:
    text = row.get(name)
    if not isinstance(text, str):
        raise CellRefused("date")
    return date_of(text)


def _moment(row: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    text = row.get("made_at")
    if text is None:
        return now
    if not isinstance(text, str):
        raise CellRefused("moment")
    return moment_of(text)
