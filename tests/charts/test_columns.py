import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest

from episodes.charts.columns import STACK_HEIGHT, STACK_TOP, column_marks, dot_drawing, outcome_drawing
from episodes.charts.marks import WIDTH
from episodes.stats.periods.cramps import MedianPoint
from episodes.stats.periods.summaries import outcome_trend
from tests.stats.diaries import LAST, diary, first_of

KIND_OF_LETTER = {"c": "cramp", "-": "quiet", "?": "unsure", "x": "away", "o": "unwritten", " ": "unwritten"}


def trend(letters):
    return outcome_trend(diary(letters), first_of(letters), LAST)


def class_names(drawing):
    return {name for shape in drawing.shapes for name in shape.css_class.split()}


@pytest.mark.parametrize("letters", ["c-?x o-", "c" * 14, " " * 30 + "c--" * 20, "-" * 182])
def test_one_mark_is_one_night_while_columns_are_weeks(letters):
    marks = column_marks(trend(letters))

    assert Counter(mark.kind for mark in marks) == Counter(KIND_OF_LETTER[letter] for letter in letters)


def test_marks_neither_overlap_nor_leave_the_drawing():
    marks = column_marks(trend("c-?x o-" * 26))

    places = {(round(mark.x, 3), round(mark.y, 3)) for mark in marks}
    assert len(places) == len(marks) == 182
    assert min(mark.x for mark in marks) >= 0
    assert max(mark.x + mark.width for mark in marks) <= WIDTH
    assert min(mark.y for mark in marks) >= STACK_TOP
    assert max(mark.y + mark.height for mark in marks) <= STACK_TOP + STACK_HEIGHT


def test_cramps_stand_on_the_base_line_and_nights_not_written_on_top():
    marks = column_marks(trend("-c o?cx"))

    by_height = sorted(marks, key=lambda mark: -mark.y)
    assert [mark.kind for mark in by_height] == [
        "cramp", "cramp", "quiet", "unsure", "away", "unwritten", "unwritten",
    ]  # fmt: skip


def test_a_night_not_written_never_looks_like_a_night_without_a_cramp():
    written, unwritten = outcome_drawing(trend("-" * 7)), outcome_drawing(trend(" " * 7))

    assert "mark-quiet" in class_names(written)
    assert "mark-unwritten" not in class_names(written)
    assert "mark-quiet" not in class_names(unwritten)
    assert [shape.fill for shape in unwritten.shapes if shape.css_class == "mark-unwritten"] == [
        "url(#hatch)"
    ]


def test_in_a_long_range_the_height_of_a_block_is_its_number_of_nights():
    marks = column_marks(trend("-" * 224 + "c" * 28 + "c" * 7 + "-" * 21))

    heights = [mark.height for mark in marks if mark.kind == "cramp"]
    assert heights == pytest.approx([STACK_HEIGHT, STACK_HEIGHT / 4])


def test_ten_years_need_no_more_shapes_than_a_month():
    assert len(outcome_drawing(trend("c-?x " * 730)).shapes) <= 8


def test_the_number_below_a_week_is_its_number_of_cramp_nights():
    drawing = outcome_drawing(trend("ccc----" + "c------"))

    assert [label.text for label in drawing.labels if label.css_class == "value-label"] == ["3", "1"]


def test_a_week_without_an_answer_has_no_number():
    drawing = outcome_drawing(trend("       " + "c------"))

    assert [label.text for label in drawing.labels if label.css_class == "value-label"] == ["1"]


@pytest.mark.parametrize("weeks", [1, 4, 13, 26, 52, 200, 522])
def test_numbers_and_dates_below_columns_do_not_touch(weeks):
    labels = outcome_drawing(trend("ccccc--" * weeks)).labels

    numbers = sorted((label.x, len(label.text) * 10) for label in labels if label.text)
    dates = sorted(label.x for label in labels if label.date)
    assert all(b - a >= (wa + wb) / 2 for (a, wa), (b, wb) in pairwise(numbers))
    assert all(b - a >= 70 for a, b in pairwise(dates))
    assert dates


def test_pain_is_drawn_from_zero_at_the_bottom_to_ten_at_the_top():
    drawing = dot_drawing(
        [(LAST, 0.0), (LAST, 10.0)], [], LAST - dt.timedelta(days=9), LAST, top=10, ticks=(0, 10)
    )

    [dots] = [shape.d for shape in drawing.shapes if shape.css_class == "mark-dot"]
    assert dots == "M290 122h0M290 10h0"


def test_a_length_above_the_scale_is_a_triangle_on_the_edge():
    drawing = dot_drawing([(LAST, 75.0)], [], LAST - dt.timedelta(days=9), LAST, top=30, ticks=(0, 30))

    assert "mark-above" in class_names(drawing)
    assert "mark-dot" not in class_names(drawing)


def test_the_middle_line_is_broken_where_the_middle_is_unknown():
    days = [LAST - dt.timedelta(days=back) for back in (8, 6, 4, 2, 0)]
    middle = [MedianPoint(day, value) for day, value in zip(days, (5.0, 5.0, None, 4.0, 4.0), strict=True)]

    drawing = dot_drawing([(LAST, 4.0)], middle, days[0], LAST, top=10, ticks=(0, 10))

    [path] = [shape.d for shape in drawing.shapes if shape.css_class == "middle-line"]
    assert path.count("M") == 2
