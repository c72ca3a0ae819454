"""Drawings of a finished experiment: every compared night once, the range on a scale that holds it."""

import re

from episodes.charts.experiment import nights_drawing, range_drawing


def marks_in(drawing, css_class):
    return sum(shape.d.count("z") for shape in drawing.shapes if shape.css_class == css_class)


def test_every_compared_night_is_one_mark():
    nights = [
        (1, "cramps", True), (0, "no_cramps", True), (1, None, True), (0, "unsure", True),
        (1, "cramps", False), (0, "cramps", False),
    ]  # fmt: skip
    drawing = nights_drawing(nights, group=4)
    classes = {shape.css_class for shape in drawing.shapes}
    assert {"mark-cramp", "mark-quiet", "mark-unwritten", "mark-unsure"} <= classes
    assert marks_in(drawing, "mark-cramp") == 1


def test_remedy_nights_stand_above_usual_nights():
    drawing = nights_drawing([(1, "cramps", True), (1, "cramps", True), (0, "no_cramps", True)], group=4)
    heights = {
        shape.css_class: [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)", shape.d)]
        for shape in drawing.shapes
    }
    assert max(heights["mark-cramp"]) < min(heights["mark-quiet"])


def test_the_longest_test_fits_into_lines_of_fourteen():
    drawing = nights_drawing([(number % 2, "no_cramps", True) for number in range(168)], group=4)
    assert [label.text for label in drawing.labels] == ["With it", "As usual"] * 3
    right = max(float(x) for shape in drawing.shapes for x in re.findall(r"M([\d.]+) ", shape.d))
    assert right <= drawing.width


def test_nothing_to_draw_is_an_empty_drawing():
    assert nights_drawing([], group=4).shapes == ()
    assert nights_drawing([], group=4).height > 0


def x_of(drawing, css_class):
    (shape,) = [shape for shape in drawing.shapes if shape.css_class == css_class]
    return [float(x) for x in re.findall(r"[ML]([\d.]+) ", shape.d)]


def test_zero_stands_in_the_middle_and_fewer_on_the_left():
    drawing = range_drawing(-4.0, -6.0, -1.0)
    (zero, _) = x_of(drawing, "limit")
    assert zero == drawing.width / 2
    assert all(x < zero for x in x_of(drawing, "interval"))
    assert "7" in [label.text for label in drawing.labels]


def test_a_wide_range_gets_a_wider_scale_and_stays_inside():
    drawing = range_drawing(-30.0, -35.0, 20.0)
    assert "28" in [label.text for label in drawing.labels]
    assert all(0 <= x <= drawing.width for x in x_of(drawing, "interval"))
