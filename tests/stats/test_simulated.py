"""A small, seeded run of the judge: wide limits, so that it fails only when the method is broken.

The full table, with its command, stands in docs/statistics.md#results.
"""

from dataclasses import replace

import pytest

from benchmarks.statistics.judge import findings, judge, judge_cell, judge_looks
from benchmarks.statistics.simulator import CAUSAL_RATIOS, HABITS, SCENARIOS, simulate
from episodes.stats.associations.analysis import analyse

DIARIES = 60


@pytest.fixture(scope="module")
def typical_year():
    return judge_cell("typical", 365, DIARIES, first_seed=400_000)


@pytest.fixture(scope="module")
def null_year():
    return judge_cell("null", 365, DIARIES, first_seed=410_000)


def test_claims_about_null_habits_are_rare(typical_year, null_year):
    assert typical_year.false_claims.rate <= 0.15
    assert null_year.false_claims.rate <= 0.17
    assert typical_year.false_strong.rate <= 0.08
    assert null_year.false_strong.rate <= 0.08


def test_null_habits_reach_five_percent_about_five_times_in_a_hundred(typical_year, null_year):
    assert 0.025 <= typical_year.size.rate <= 0.08
    assert 0.025 <= null_year.size.rate <= 0.08


def test_intervals_hold_the_truth(typical_year, null_year):
    assert typical_year.covers_null.rate >= 0.92
    assert null_year.covers_null.rate >= 0.92
    assert typical_year.covers_any_causal.rate >= 0.87
    assert typical_year.picked.rate >= 0.72


def test_large_effects_are_found_within_a_year(typical_year):
    assert typical_year.power[3.0].rate >= 0.60
    assert typical_year.power[2.0].rate >= 0.25
    assert typical_year.power[1.5].rate < typical_year.power[2.0].rate < typical_year.power[3.0].rate


def test_flares_without_a_cause_make_few_claims():
    verdict = judge_cell("flare_null", 180, DIARIES, first_seed=420_000)
    assert verdict.false_claims.rate <= 0.17
    assert verdict.size.rate <= 0.085


def test_month_of_nights_grades_almost_nobody():
    verdict = judge_cell("typical", 30, DIARIES, first_seed=430_000)
    assert verdict.usable.rate <= 0.25
    assert verdict.false_claims.rate == 0


def test_looking_every_28_nights_seldom_shows_a_false_strong_claim():
    ever_claim, ever_strong = judge_looks("null", 365, 25, first_seed=440_000)
    assert ever_claim.rate <= 0.55
    assert ever_strong.rate <= 0.20


def test_same_seed_gives_the_same_diary_and_another_seed_another():
    one, same, other = (simulate(SCENARIOS["typical"], 120, seed) for seed in (5, 5, 6))
    assert one.diary.cramps == same.diary.cramps
    assert analyse(one.diary) == analyse(same.diary)
    assert one.diary.cramps != other.diary.cramps


def test_typical_diary_has_sixteen_habits_of_which_three_are_causal():
    simulated = simulate(SCENARIOS["typical"], 120, 1)
    assert len(HABITS) == len(simulated.diary.factors) == 16
    assert sorted(effect.ratio for effect in simulated.effects.values()) == list(CAUSAL_RATIOS)
    assert simulate(SCENARIOS["null"], 120, 1).effects == {}


def test_judge_counts_a_claim_about_a_null_habit_as_false():
    found = findings(simulate(SCENARIOS["typical"], 120, 1))
    wrong = [replace(finding, grade="strong") if finding.ratio is None else finding for finding in found]
    assert judge([wrong]).false_claims.rate > 0.7


def test_planted_ratio_makes_a_true_difference_only_for_its_own_habit():
    simulated = simulate(SCENARIOS["typical"], 365, 3)
    for factor in analyse(simulated.diary).factors:
        for contrast in factor.contrasts:
            forward = simulated.true_difference(factor.name, contrast.start, contrast.end)
            back = simulated.true_difference(factor.name, contrast.end, contrast.start)
            assert forward == pytest.approx(-back)
            assert (forward != 0) == (factor.name in simulated.effects)
