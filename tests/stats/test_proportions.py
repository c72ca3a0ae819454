"""Published and hand-worked answers; sources: Newcombe 1998a Table I, Newcombe 1998b Table II."""

import math

import pytest

from episodes.stats.proportions import katz_ratio, newcombe_difference, share, wilson_interval

WILSON = [
    (81, 263, 0.255289, 0.366210),
    (15, 148, 0.062386, 0.160487),
    (0, 20, 0.0, 0.161125),
    (1, 29, 0.006113, 0.171755),
]
NEWCOMBE = [
    (56, 70, 48, 80, 0.052431, 0.333873),
    (9, 10, 3, 10, 0.170523, 0.809018),
    (6, 7, 2, 7, 0.058228, 0.806250),
    (5, 56, 0, 29, -0.038137, 0.192560),
    (0, 10, 0, 20, -0.161125, 0.277533),
    (0, 10, 0, 10, -0.277533, 0.277533),
    (10, 10, 0, 20, 0.679086, 1.0),
    (10, 10, 0, 10, 0.607509, 1.0),
]


@pytest.mark.parametrize(("x", "n", "low", "high"), WILSON)
def test_wilson_interval_matches_the_published_table(x, n, low, high):
    assert wilson_interval(x, n) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(("x1", "n1", "x0", "n0", "low", "high"), NEWCOMBE)
def test_newcombe_interval_matches_the_published_table(x1, n1, x0, n0, low, high):
    difference = newcombe_difference(x1, n1, x0, n0)
    assert (difference.low, difference.high) == pytest.approx((low, high), abs=1e-6)
    assert difference.value == pytest.approx(x1 / n1 - x0 / n0)


def test_katz_ratio_of_the_worked_example():
    ratio = katz_ratio(15, 40, 12, 80)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((2.5, 1.295503, 4.824382), abs=1e-6)
    assert not ratio.adjusted
    assert not ratio.is_off_the_scale


@pytest.mark.parametrize(
    "counts", [(0, 10, 4, 20), (5, 10, 0, 20), (0, 10, 0, 20), (10, 10, 20, 20), (10, 10, 0, 20)]
)
def test_katz_ratio_adds_half_a_night_when_a_cell_is_zero(counts):
    ratio = katz_ratio(*counts)
    x1, n1, x0, n0 = counts
    assert ratio.adjusted
    assert ratio.value == pytest.approx(((x1 + 0.5) / (n1 + 1)) / ((x0 + 0.5) / (n0 + 1)))
    assert 0 < ratio.low < ratio.value < ratio.high < math.inf


def test_ratio_beyond_ten_is_off_the_scale():
    assert katz_ratio(20, 20, 1, 40).is_off_the_scale
    assert katz_ratio(1, 40, 20, 20).is_off_the_scale


def test_share_of_no_nights_is_unknown():
    nothing = share(0, 0)
    assert nothing.value is None
    assert (nothing.low, nothing.high) == (0.0, 1.0)


def test_comparison_with_an_empty_side_is_unknown():
    assert newcombe_difference(3, 10, 0, 0) is None
    assert katz_ratio(0, 0, 3, 10) is None


def test_more_cramp_nights_than_nights_are_refused():
    with pytest.raises(ValueError, match="11 of 10"):
        share(11, 10)
