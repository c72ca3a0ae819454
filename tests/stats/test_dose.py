import numpy as np
import pytest

from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import AMOUNT, BINARY, category
from episodes.stats.associations.dose import level_counts
from episodes.stats.associations.usual_amounts import usual_amounts
from tests.stats.worked_diary import worked_diary


def rows(kind, answers, cramps=None):
    cramps = np.zeros(len(answers)) if cramps is None else np.array(cramps, dtype=float)
    return [
        (count.level, count.first, count.last, count.cramps.x, count.cramps.n)
        for count in level_counts(kind, np.array(answers, dtype=float), cramps)
    ]


def test_worked_amount_is_cut_into_the_stated_thirds():
    levels = analyse(worked_diary()).factor("amt").levels
    assert [(row.first, row.last, row.cramps.x, row.cramps.n) for row in levels] == [
        (0, 1, 15, 27),
        (2, 3, 11, 26),
        (4, 5, 10, 25),
    ]


def test_four_different_amounts_are_shown_one_by_one():
    assert [row[1:3] for row in rows(AMOUNT, [0, 1, 2, 5, 5, 1])] == [(0, 0), (1, 1), (2, 2), (5, 5)]


def test_frequent_none_is_shown_alone_and_the_rest_in_thirds():
    found = rows(AMOUNT, [0, 0, 0, 0, 1, 2, 3, 4, 5, 6])
    assert [(row[1], row[2], row[4]) for row in found] == [(0, 0, 4), (1, 2, 2), (3, 4, 2), (5, 6, 2)]


def test_rare_none_belongs_to_the_lowest_third():
    found = rows(AMOUNT, [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert found[0][1:3] == (0, 2)


def test_unanswered_nights_are_in_no_row():
    found = rows(BINARY, [0, 1, np.nan, 1], [1, 1, 1, 0])
    assert found == [(None, 0, 0, 1, 1), (None, 1, 1, 1, 2)]


def test_category_shows_every_declared_level_in_its_order():
    found = rows(category("none", "light", "hard"), [2, 0, 0], [1, 0, 1])
    assert [(row[0], row[3], row[4]) for row in found] == [("none", 1, 2), ("light", 0, 0), ("hard", 1, 1)]


def test_every_answered_night_is_in_exactly_one_band():
    amounts = np.random.default_rng(2).gamma(2, 2, 200).round(1)
    assert sum(row[4] for row in rows(AMOUNT, amounts)) == 200


def test_usual_amounts_are_the_percentiles_of_the_answers():
    for seed in range(30):
        draw = np.random.default_rng(seed)
        answers = draw.gamma(2, 3, int(draw.integers(5, 400)))
        usual = usual_amounts(answers)
        expected = np.percentile(answers, [20, 80, 10, 90])
        assert [usual.low, usual.high, usual.read_from, usual.read_to] == pytest.approx(expected.tolist())


def test_usual_amounts_of_mostly_one_amount_are_lowest_and_middle_of_the_rest():
    usual = usual_amounts(np.array([0.0] * 17 + [2.0, 4.0, 5.0]))
    assert (usual.low, usual.high) == (0.0, 4.0)
