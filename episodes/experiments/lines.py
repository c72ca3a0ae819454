"""One experiment in one line: what, when, and whether it runs. Nothing that was drawn."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from episodes.article.remedies import REMEDIES_BY_KEY, Remedy
from episodes.diaries.experiments import is_over, last_evening
from episodes.models import Experiment


@dataclass(frozen=True)
class ExperimentLine:
    """gone_by: nights of it that are over. stopped_on: first evening after an early end, or None."""

    pk: uuid.UUID
    remedy: Remedy
    design: str
    first: dt.date
    last: dt.date
    nights: int
    gone_by: int
    is_over: bool
    has_begun: bool
    stopped_on: dt.date | None
    sealed_at: dt.datetime
    seal: str


def line_of(experiment: Experiment, today: dt.date) -> ExperimentLine:
    """Return the line of an experiment as it stands on the evening `today`."""
    end = min(today, experiment.stopped_on or today)
    return ExperimentLine(
        pk=experiment.pk,
        remedy=REMEDIES_BY_KEY[experiment.remedy],
        design=experiment.design,
        first=experiment.started_on,
        last=last_evening(experiment),
        nights=experiment.nights,
        gone_by=min(experiment.nights, max(0, (end - experiment.started_on).days)),
        is_over=is_over(experiment, today),
        has_begun=experiment.started_on <= today,
        stopped_on=experiment.stopped_on,
        sealed_at=experiment.made_at,
        seal=experiment.hash,
    )
