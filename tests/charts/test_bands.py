"""Long-term facts under a chart: where a band stands, which end is open, what is only said."""

import datetime as dt
import re

import pytest

from episodes.charts.bands import Fact, fact_bands
from episodes.charts.columns import column_place
from episodes.charts.marks import WIDTH
from episodes.stats.periods.summaries import outcome_trend

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
COLUMNS = outcome_trend([], FIRST, LAST).columns


def day(month, number=1):
    return dt.date(2026, month, number)


def extent(band):
    """Return the left and right end of a path of absolute moves."""
    xs = [float(x) for x in re.findall(r"[MHL](-?[\d.]+)", band.d)]
    return min(xs), max(xs)


def edges(first, last):
    """Return left and right edge of the columns that hold two evenings."""
    held = [i for i, column in enumerate(COLUMNS) if column.last >= first and column.first <= last]
    end, width = column_place(held[-1], len(COLUMNS))
    return pytest.approx((column_place(held[0], len(COLUMNS))[0], end + width), abs=0.1)


def test_a_start_alone_is_open_to_the_right():
    bands = fact_bands([Fact("Statin", day(7), None)], COLUMNS)
    assert extent(bands.drawn[0]) == edges(day(7), LAST)
    assert re.search(r"L[\d.]+ 7L", bands.drawn[0].d)


def test_an_end_alone_is_open_to_the_left():
    bands = fact_bands([Fact("Statin", None, day(6, 30))], COLUMNS)
    assert extent(bands.drawn[0]) == edges(FIRST, day(6, 30))
    assert re.search(r"L[\d.]+ 7z", bands.drawn[0].d)


def test_a_fact_without_a_date_is_said_and_not_drawn():
    bands = fact_bands([Fact("Statin", None, None)], COLUMNS)
    assert bands.drawn == ()
    assert [fact.words for fact in bands.undated] == ["Statin"]
    assert bands


@pytest.mark.parametrize(
    "fact", [Fact("a", dt.date(2027, 1, 1), None), Fact("a", None, dt.date(2025, 12, 31))]
)
def test_a_fact_outside_the_range_is_not_there(fact):
    assert not fact_bands([fact], COLUMNS)


def test_a_single_day_is_still_visible_and_many_facts_are_counted_and_not_all_drawn():
    bands = fact_bands([Fact(str(n), day(6), day(6)) for n in range(11)], COLUMNS)
    assert len(bands.drawn) == 8
    assert bands.more == 3
    width = re.search(r"h([\d.]+)", bands.drawn[0].d)
    assert float(width.group(1)) >= 0


def test_bands_stand_under_the_columns_of_a_short_chart():
    columns = outcome_trend([], day(12, 4), LAST).columns
    bands = fact_bands([Fact("a", None, LAST)], columns)
    left, right = extent(bands.drawn[0])
    assert left > 70
    assert right < WIDTH - 70


def test_a_first_week_that_is_cut_short_is_as_wide_as_its_column():
    columns = outcome_trend([], day(12, 22), LAST).columns
    assert (columns[0].nights, columns[1].nights) == (3, 7)
    bands = fact_bands([Fact("a", day(12, 25), None)], columns)
    assert extent(bands.drawn[0])[0] == pytest.approx(column_place(1, 2)[0], abs=0.1)
