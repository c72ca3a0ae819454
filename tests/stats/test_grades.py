"""Corrections for many habits, and the six grades. Worked numbers: docs/statistics.md#worked-numbers."""

import math

import numpy as np
import pytest

from episodes.stats.associations.evidence import (
    benjamini_hochberg,
    chi_square_tail,
    e_benjamini_hochberg,
    log_mixture_e_value,
    mixture_e_value,
    normal_quantile,
)
from episodes.stats.associations.grades import Evidence, grade_habits, nights_until_clear, picked_z
from episodes.stats.proportions import Z_95


def test_benjamini_hochberg_of_the_worked_example():
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02], abs=1e-12)


def test_benjamini_hochberg_of_no_habit_is_empty():
    assert benjamini_hochberg([]) == []


def test_e_benjamini_hochberg_of_the_worked_example():
    e_values = [100.0, 50.0, 8.0, 1.0]
    assert e_benjamini_hochberg(e_values, 0.1) == [True, True, False, False]
    assert e_benjamini_hochberg(e_values, 0.2) == [True, True, True, False]


def test_e_benjamini_hochberg_keeps_places_not_ranks():
    assert e_benjamini_hochberg([1.0, 100.0, 8.0, 50.0], 0.2) == [False, True, True, True]


def test_log_e_value_of_the_worked_example():
    precision = np.array([[1 / 0.3**2]])
    assert log_mixture_e_value(np.array([0.9]), precision) == pytest.approx(2.881379, abs=1e-6)


def test_enormous_evidence_stays_finite():
    assert math.isfinite(mixture_e_value(np.array([50.0]), np.array([[1e6]])))


@pytest.mark.parametrize(
    ("x", "df"), [(3.841459, 1), (5.991465, 2), (7.814728, 3), (9.487729, 4), (11.070498, 5)]
)
def test_chi_square_tail_is_five_percent_at_the_tabled_points(x, df):
    assert chi_square_tail(x, df) == pytest.approx(0.05, abs=1e-6)


def test_chi_square_tail_at_zero_is_certain():
    assert [chi_square_tail(0.0, df) for df in (1, 2, 3, 4)] == [1.0] * 4


def test_normal_quantile_of_ninety_seven_and_a_half_percent():
    assert normal_quantile(0.975) == pytest.approx(Z_95, abs=1e-9)


WIDE = ((0.3, 4.0),)
NARROW = ((0.8, 1.3),)


def grades_of(*habits):
    return list(grade_habits([Evidence(p, e, ranges) for p, e, ranges in habits]).grades)


def test_small_q_and_large_e_value_is_strong():
    assert grades_of((0.0001, 500.0, WIDE), (0.5, 0.5, WIDE)) == ["strong", "unclear"]


def test_small_q_without_a_large_e_value_is_no_more_than_moderate():
    assert grades_of((0.0001, 9.0, WIDE), (0.5, 0.5, WIDE)) == ["moderate", "unclear"]


def test_small_q_with_an_e_value_below_the_number_of_habits_is_a_hint():
    assert grades_of((0.0001, 1.5, WIDE), (0.5, 0.5, WIDE)) == ["hint", "unclear"]


def test_large_e_value_without_a_small_q_is_a_hint_at_most():
    assert grades_of((0.04, 900.0, WIDE), *[(0.5, 0.5, WIDE)] * 9)[0] == "hint"


def test_narrow_ratio_ranges_are_little_difference():
    assert grades_of((0.6, 0.4, NARROW), (0.6, 0.4, NARROW + WIDE)) == ["little_difference", "unclear"]


def test_picked_interval_widens_with_the_number_of_habits():
    assert picked_z(1, 20) == pytest.approx(normal_quantile(1 - 0.1 / 40))
    assert picked_z(1, 20) > picked_z(5, 20) > Z_95


def test_picked_interval_is_never_narrower_than_the_usual_one():
    assert picked_z(0, 5) == Z_95
    assert picked_z(4, 4) == Z_95


def test_nights_until_clear_are_whole_weeks():
    # 100 nights at se 0.3: 100 * (2.8 * 0.3 / ln 2)^2 - 100 = 46.9 -> 49
    assert nights_until_clear(100, 0.3) == 49


def test_nights_until_clear_over_two_years_are_not_foretold():
    assert nights_until_clear(100, 1.0) is None


def test_unclear_habit_with_nights_enough_gets_no_number():
    assert nights_until_clear(100, 0.2) is None
