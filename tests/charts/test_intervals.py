"""The range under a row of squares."""

import re

from episodes.charts.intervals import MARGIN, interval_row
from episodes.charts.marks import WIDTH
from episodes.stats.proportions import share


def test_the_dot_stands_at_the_share_and_the_range_around_it():
    shapes = {shape.css_class: shape.d for shape in interval_row(share(7, 28)).shapes}
    left, right = (float(x) for x in re.findall(r"[ML]([\d.]+) ", shapes["interval"]))
    dot = float(re.match(r"M([\d.]+) ", shapes["interval-dot"]).group(1)) + 5
    assert abs(dot - (MARGIN + 0.25 * (WIDTH - 2 * MARGIN))) < 0.2
    assert MARGIN < left < dot < right < WIDTH - MARGIN


def test_no_nights_give_the_axis_alone():
    assert [shape.css_class for shape in interval_row(share(0, 0)).shapes] == ["axis"]
