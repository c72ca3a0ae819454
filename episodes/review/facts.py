"""What stands beside the nights of a review: spans of medicines and conditions, tests, most frequent answers. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from episodes.charts.bands import Fact
from episodes.questions import choices
from episodes.questions.conditions import CONDITIONS_BY_KEY, DRUG_CLASSES_BY_KEY
from episodes.stats.experiments.randomisation import ExperimentResult
from episodes.stats.periods.cramps import hour_trend, place_trend
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class Span:
    """A medicine or condition in the period. kind: medicine or condition; key: of its words; name: as typed.

    started, ended: where they fall inside the period, else None; the span then goes on beyond it.
    start_is_known: whether any start is written.
    """

    kind: str
    key: str
    name: str
    started: dt.date | None
    ended: dt.date | None
    start_is_known: bool


@dataclass(frozen=True)
class ExperimentLine:
    """A randomised test of one remedy. state: running, stopped or over. Which nights had it is not told.

    result: None while it runs, without the nights, and for older tests.
    """

    remedy: str
    started_on: dt.date
    nights: int
    state: str
    stopped_on: dt.date | None
    result: ExperimentResult | None = None


@dataclass(frozen=True)
class MostOften:
    """The commonest answer: words to be translated, how often, of how many answers; no words where two are equal."""

    words: str
    count: int
    answers: int


def spans(
    conditions: Sequence[Mapping[str, object]],
    medicines: Sequence[Mapping[str, object]],
    first: dt.date,
    last: dt.date,
) -> list[Span]:
    """Return what was there for at least a part of the period, medicines first, in the order given."""
    found = [
        _span(
            "medicine",
            str(each["drug_class"]),
            str(each["name"] or ""),
            each["started_on"],
            each["stopped_on"],
        )
        for each in medicines
    ]
    found += [
        _span("condition", str(each["key"]), "", each["started_on"], each["ended_on"]) for each in conditions
    ]
    return [
        Span(
            span.kind, span.key, span.name,
            span.started if span.started and first <= span.started <= last else None,
            span.ended if span.ended and first <= span.ended <= last else None,
            span.start_is_known,
        )
        for span in found
        if not (span.started and span.started > last) and not (span.ended and span.ended < first)
    ]  # fmt: skip


def chart_facts(
    conditions: Sequence[Mapping[str, object]], medicines: Sequence[Mapping[str, object]]
) -> list[Fact]:
    """Return the same for the bands under the time chart."""
    return [
        *(
            Fact(
                CONDITIONS_BY_KEY[str(each["key"])].label, _date(each["started_on"]), _date(each["ended_on"])
            )
            for each in conditions
        ),
        *(
            Fact(
                DRUG_CLASSES_BY_KEY[str(each["drug_class"])].label,
                _date(each["started_on"]),
                _date(each["stopped_on"]),
                str(each["name"] or ""),
            )
            for each in medicines
        ),
    ]


def _date(value: object) -> dt.date | None:
    assert value is None or isinstance(value, dt.date)
    return value


def _span(kind: str, key: str, name: str, started: object, ended: object) -> Span:
    return Span(kind, key, name, _date(started), _date(ended), started is not None)


def experiment_lines(
    experiments: Sequence[Mapping[str, object]],
    today: dt.date,
    results: Mapping[tuple[str, dt.date], ExperimentResult],
) -> list[ExperimentLine]:
    """Return the tests in the order given, as of the patient's civil date. results: by remedy and first evening."""
    return [_experiment_line(each, today, results) for each in experiments]


def _experiment_line(
    experiment: Mapping[str, object],
    today: dt.date,
    results: Mapping[tuple[str, dt.date], ExperimentResult],
) -> ExperimentLine:
    started, nights, stopped = experiment["started_on"], experiment["nights"], experiment["stopped_on"]
    assert isinstance(started, dt.date)
    assert isinstance(nights, int)
    assert stopped is None or isinstance(stopped, dt.date)
    state = "running" if (today - started).days < nights else "over"
    return ExperimentLine(
        str(experiment["remedy"]),
        started,
        nights,
        "stopped" if stopped else state,
        stopped,
        results.get((str(experiment["remedy"]), started)),
    )


def commonest_place(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> MostOften | None:
    """Return where most of the cramps were, None where nobody said."""
    found = place_trend(nights, first, last).most_often
    place = found.answer
    words = choices.place_label(place.side, place.location) if place else None
    return MostOften(words or "", found.count, found.answers) if found.answers else None


def commonest_part(nights: Sequence[NightRecord], first: dt.date, last: dt.date) -> MostOften | None:
    """Return in which part of the night most of the cramps were, None where nobody said."""
    found = hour_trend(nights, first, last, starts_at_hour=12).most_often
    words = choices.label_of(choices.PART_OF_NIGHT, found.answer) if found.answer else ""
    return MostOften(words, found.count, found.answers) if found.answers else None
