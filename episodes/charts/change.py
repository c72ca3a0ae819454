"""The weeks before and after a date, with a line between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from episodes.charts.columns import STACK_HEIGHT, STACK_TOP, column_place, outcome_drawing
from episodes.charts.marks import Drawing, Shape, line
from episodes.stats.periods.change import BeforeAfter
from episodes.stats.periods.summaries import OutcomeTrend, outcome_trend
from episodes.stats.records import NightRecord


@dataclass(frozen=True)
class ChangeCard:
    """The two stretches, their weeks for the table, and the drawing."""

    result: BeforeAfter
    weeks: OutcomeTrend
    drawing: Drawing


def change_card(nights: Sequence[NightRecord], result: BeforeAfter) -> ChangeCard:
    """Return the weekly stacks of both stretches; the line stands before the first night after the date."""
    weeks = outcome_trend(nights, result.before.first, result.after.last)
    plain = outcome_drawing(weeks)
    left, width = column_place(result.weeks - 1, len(weeks.columns))
    right, _ = column_place(result.weeks, len(weeks.columns))
    middle = (left + width + right) / 2
    mark = Shape("change-line", line(middle, 0, middle, STACK_TOP + STACK_HEIGHT + 4))
    return ChangeCard(result, weeks, Drawing(plain.height, (*plain.shapes, mark), plain.labels))
