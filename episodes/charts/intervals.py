"""One row of the dose picture: the counted share as a dot on its range, of 28 nights."""

from __future__ import annotations

from episodes.charts.marks import WIDTH, Drawing, Shape, line, ring
from episodes.stats.proportions import Share

HEIGHT, MIDDLE, MARGIN, TICK = 24, 11, 8, 4


def interval_row(share: Share) -> Drawing:
    """Return an axis from none to all nights with the Wilson range and the counted share on it.

    Rows of one picture have the same axis, so that they can be compared; no nights give the axis alone.
    """
    axis = "".join(
        [
            line(_at(0), MIDDLE, _at(1), MIDDLE),
            *(line(_at(part), MIDDLE - TICK, _at(part), MIDDLE + TICK) for part in (0, 0.5, 1)),
        ]
    )
    shapes = [Shape("axis", axis)]
    if share.value is not None:
        shapes.append(Shape("interval", line(_at(share.low), MIDDLE, _at(share.high), MIDDLE)))
        shapes.append(Shape("interval-dot", ring(_at(share.value), MIDDLE, 5)))
    return Drawing(HEIGHT, tuple(shapes), ())


def _at(part: float) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * part
