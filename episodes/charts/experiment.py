"""The drawings of a finished experiment: its nights in two rows, and the range of the difference."""

from __future__ import annotations

from collections.abc import Sequence

from episodes.charts.marks import (
    AWAY,
    CRAMP,
    QUIET,
    TEXT,
    UNSURE,
    UNWRITTEN,
    WIDTH,
    Drawing,
    Label,
    Mark,
    Shape,
    line,
    ring,
    shapes_of,
)
from episodes.charts.words import gettext_noop as _

KIND_OF = {"cramps": CRAMP, "no_cramps": QUIET, "unsure": UNSURE, "not_in_bed": AWAY}
PITCH, SIDE = 21, 18
GROUPS_A_LINE = WIDTH // PITCH
ROW_GAP, LINE_GAP = 6, 18
AXIS_Y, RANGE_HEIGHT = 40, 84
FEWEST_NIGHTS_SHOWN = 7


def nights_drawing(nights: Sequence[tuple[int, str | None, bool]], *, group: int) -> Drawing:
    """Return every compared night as a mark: one column a group, remedy nights above, usual nights below.

    nights: arm, outcome (None where not written) and whether it is compared, in their order. group: nights
    that were drawn together, 4 or a pair of weeks. Nights that are not compared are left out, and groups
    without a compared night too; fourteen columns stand in a line.
    """
    groups = [
        [(arm, outcome) for arm, outcome, is_compared in nights[start : start + group] if is_compared]
        for start in range(0, len(nights), group)
    ]
    groups = [each for each in groups if each]
    tallest = max((sum(arm == row for arm, _outcome in each) for each in groups for row in (0, 1)), default=1)
    row_height = TEXT + 4 + tallest * PITCH + ROW_GAP
    line_height = 2 * row_height + LINE_GAP
    lines = [groups[at : at + GROUPS_A_LINE] for at in range(0, len(groups), GROUPS_A_LINE)]
    marks, labels = [], []
    for number, columns in enumerate(lines):
        for row, (arm, words) in enumerate(((1, _("With it")), (0, _("As usual")))):
            top = number * line_height + row * row_height
            labels.append(Label(0, top + TEXT - 3, words, "axis-label", "start", is_word=True))
            for place, column in enumerate(columns):
                outcomes = sorted(
                    (KIND_OF.get(outcome or "", UNWRITTEN) for drawn, outcome in column if drawn == arm),
                    key=(CRAMP, QUIET, UNSURE, AWAY, UNWRITTEN).index,
                )
                marks += [
                    Mark(kind, place * PITCH + 1, top + TEXT + 4 + at * PITCH, SIDE, SIDE)
                    for at, kind in enumerate(outcomes)
                ]
    return Drawing(max(1, len(lines)) * line_height - LINE_GAP, shapes_of(marks), tuple(labels))


def range_drawing(estimate: float, low: float, high: float) -> Drawing:
    """Return a dot and its range on an axis of cramp nights in four weeks, zero in the middle.

    estimate, low, high: nights in four weeks, remedy minus usual; the dot stays inside the drawing.
    """
    widest = max(abs(low), abs(high), abs(estimate))
    end = next((size for size in (FEWEST_NIGHTS_SHOWN, 14, 28) if widest <= size), 28)

    def at(value: float) -> float:
        return 16 + (WIDTH - 32) * (min(max(value, -end), end) + end) / (2 * end)

    shapes = (
        Shape("axis", line(at(-end), AXIS_Y + 0.5, at(end), AXIS_Y + 0.5)),
        Shape("limit", line(at(0), 6, at(0), AXIS_Y + 6)),
        Shape("interval", line(at(low), 24, at(high), 24)),
        Shape("interval-dot", ring(at(estimate), 24, 6)),
    )
    labels = (
        *(Label(at(tick), AXIS_Y + 20, str(abs(tick))) for tick in (-end, 0, end)),
        Label(at(-end) - 8, AXIS_Y + 40, _("fewer cramp nights"), "axis-label", "start", is_word=True),
        Label(at(end) + 8, AXIS_Y + 40, _("more cramp nights"), "axis-label", "end", is_word=True),
    )
    return Drawing(RANGE_HEIGHT, shapes, labels)
