import re

from episodes.charts.bars import HEIGHT, Segment, column_drawing, hour_drawing, list_drawing, segment_drawing
from episodes.charts.marks import WIDTH, box, column, number
from episodes.stats.periods.cramps import hour_trend
from episodes.stats.records import EpisodeRecord
from tests.stats.diaries import LAST, cramp_nights


def ticks(*minutes, starts_at_hour=12):
    episodes = [EpisodeRecord(minutes_into_night=minute) for minute in minutes]
    trend = hour_trend(cramp_nights(*episodes), LAST.replace(year=2025), LAST, starts_at_hour=starts_at_hour)
    drawing = hour_drawing(trend)
    base = max(label.y for label in drawing.labels if not label.is_word)
    return [label.text for label in drawing.labels if label.y == base]


def test_the_hours_of_a_noon_window_run_from_18_to_10():
    assert ticks(14 * 60) == ["18", "20", "22", "0", "2", "4", "6", "8", "10"]


def test_a_cramp_by_day_widens_the_hours_to_the_whole_day():
    assert ticks(14 * 60, 30) == ["12", "16", "20", "0", "4", "8", "12"]


def test_the_hours_of_an_evening_window_span_the_whole_day():
    assert ticks(60, starts_at_hour=18) == ["18", "22", "2", "6", "10", "14", "18"]


def test_columns_start_at_zero_and_the_highest_fills_the_height():
    [bars, _] = column_drawing([0, 2, 4]).shapes

    heights = sorted(float(value) + 4 for value in re.findall(r"v-([\d.]+)a", bars.d))
    assert heights == [HEIGHT / 2, HEIGHT]


def test_an_empty_bin_has_a_zero_and_no_column():
    drawing = column_drawing([0, 0])

    assert [shape.css_class for shape in drawing.shapes] == ["axis"]
    assert [label.text for label in drawing.labels] == ["0", "0"]


def test_the_number_at_the_end_of_the_longest_bar_stays_inside_the_drawing():
    for largest in (1, 10, 100, 1000):
        drawing = list_drawing([("right calf", largest), ("left calf", 1)])

        end = max(label.x + 10 * len(label.text) for label in drawing.labels if label.text.isdigit())
        assert end <= WIDTH


def test_segments_of_all_rows_share_one_scale():
    drawing = segment_drawing(
        [("a", [Segment("seg-helped", 8)]), ("b", [Segment("seg-helped", 2), Segment("seg-none", 2)])]
    )

    [helped] = [shape.d for shape in drawing.shapes if shape.css_class == "seg-helped"]
    widths = [float(value) + 6 for value in re.findall(r"h([\d.]+)a", helped)]
    assert widths == [WIDTH - 2, WIDTH / 4 - 2]


def test_a_segment_without_an_answer_is_hatched():
    drawing = segment_drawing(
        [("a", [Segment("seg-unanswered", 1, is_hatched=True), Segment("seg-none", 1)])]
    )

    assert {shape.css_class: shape.fill for shape in drawing.shapes} == {
        "seg-unanswered": "url(#hatch)",
        "seg-none": "",
    }


def test_coordinates_are_short_and_never_minus_zero():
    assert [number(value) for value in (1.0, 1.26, -0.01, -2.5)] == ["1", "1.3", "0", "-2.5"]


def test_shapes_of_little_height_stay_well_formed():
    assert "--" not in box(0, 0, 10, 1, 4) + column(0, 0, 10, 1)
