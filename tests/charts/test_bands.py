"""Long-term facts under a chart: where a band stands, which end is open, what is only said."""

import datetime as dt
import re

import pytest

from episodes.charts.bands import Fact, fact_bands
from episodes.charts.marks import WIDTH

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def day(month, number=1):
    return dt.date(2026, month, number)


def extent(band):
    """Return the left and right end of a path of absolute moves."""
    xs = [float(x) for x in re.findall(r"[MHL](-?[\d.]+)", band.d)]
    return min(xs), max(xs)


def test_a_start_alone_is_open_to_the_right():
    bands = fact_bands([Fact("Statin", day(7), None)], FIRST, LAST)
    left, right = extent(bands.drawn[0])
    assert left == pytest.approx(WIDTH * 181 / 365, abs=0.1)
    assert right == WIDTH
    assert f"L{WIDTH} 7" in bands.drawn[0].d


def test_an_end_alone_is_open_to_the_left():
    bands = fact_bands([Fact("Statin", None, day(6, 30))], FIRST, LAST)
    left, right = extent(bands.drawn[0])
    assert left == 0
    assert right == pytest.approx(WIDTH * 181 / 365, abs=0.1)
    assert "L0 7" in bands.drawn[0].d


def test_a_fact_without_a_date_is_said_and_not_drawn():
    bands = fact_bands([Fact("Statin", None, None)], FIRST, LAST)
    assert bands.drawn == ()
    assert [fact.words for fact in bands.undated] == ["Statin"]
    assert bands


@pytest.mark.parametrize(
    "fact", [Fact("a", dt.date(2027, 1, 1), None), Fact("a", None, dt.date(2025, 12, 31))]
)
def test_a_fact_outside_the_range_is_not_there(fact):
    assert not fact_bands([fact], FIRST, LAST)


def test_a_single_day_is_still_visible_and_many_facts_are_counted_and_not_all_drawn():
    bands = fact_bands([Fact(str(n), day(6), day(6)) for n in range(11)], FIRST, LAST)
    assert len(bands.drawn) == 8
    assert bands.more == 3
    width = re.search(r"h([\d.]+)", bands.drawn[0].d)
    assert float(width.group(1)) >= 0


def test_bands_stand_under_the_columns_of_a_short_chart():
    bands = fact_bands([Fact("a", None, LAST)], FIRST, LAST, columns=4)
    left, right = extent(bands.drawn[0])
    assert left > 70
    assert right < WIDTH - 70
