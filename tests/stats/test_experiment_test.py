"""Worked experiments, exact distributions against counting by hand, and the design's own promises."""

import itertools
import math
import random

import pytest

from episodes.stats.experiments.design import (
    BLOCK_ORDERS,
    allowed_nights,
    chance_of_answer,
    counts_in_test,
    draw_schedule,
    has_enough_cramps,
    schedule_hash,
)
from episodes.stats.experiments.randomisation import ExperimentNights, result_of_experiment

NIGHTLY_ARMS = "1001 0101 1100 0011 0110 1010 0101"
NIGHTLY_CRAMPS = "0110 1000 0011 1000 1011 010- 1010"
WEEK_ARMS = "100110011001"
WEEK_CRAMPS = [0, 2, 2, 0, 0, 2, 2, 0, 0, 2, 2, 0]


def digits(text):
    return [None if c == "-" else int(c) for c in text.replace(" ", "")]


def nightly(arms=NIGHTLY_ARMS, cramps=NIGHTLY_CRAMPS, done=None, nights_run=None):
    arms, cramps = digits(arms), digits(cramps)
    return ExperimentNights(
        "nightly",
        arms,
        cramps,
        arms if done is None else done,
        len(arms) if nights_run is None else nights_run,
    )


def periods(week_arms=WEEK_ARMS, week_cramps=WEEK_CRAMPS):
    arms = [int(arm) for arm in week_arms for _ in range(7)]
    cramps = []
    for count in week_cramps:
        cramps += [1, 1] + [1] * count + [0] * (5 - count)  # cramps in the washout nights must not count
    return ExperimentNights("periods", arms, cramps, arms, len(arms))


def test_worked_nightly_experiment():
    result = result_of_experiment(nightly())
    assert (result.remedy.x, result.remedy.n, result.usual.x, result.usual.n) == (1, 14, 11, 13)
    assert result.p == pytest.approx(0.000192901, abs=1e-9)
    assert result.grade == "strong"
    assert result.shift.high < 0
    assert result.shift.low <= result.shift.estimate <= result.shift.high


def test_worked_period_experiment():
    result = result_of_experiment(periods())
    assert result.p == pytest.approx(2 / 64)
    assert result.shift.estimate == pytest.approx(-0.4)
    assert (result.remedy.x, result.remedy.n, result.usual.x, result.usual.n) == (0, 30, 12, 30)
    assert result.grade == "moderate"


def test_nightly_p_equals_counting_every_schedule():
    arms, cramps = digits("1001 0101 1100"), digits("0110 1-00 0011")

    def distance(schedule):
        total = 0.0
        for start in range(0, 12, 4):
            block = [i for i in range(start, start + 4) if cramps[i] is not None]
            mean = sum(cramps[i] for i in block) / len(block)
            total += sum(cramps[i] - mean for i in block if schedule[i])
        return abs(total)

    everything = [sum(orders, ()) for orders in itertools.product(BLOCK_ORDERS, repeat=3)]
    expected = sum(distance(s) >= distance(arms) - 1e-9 for s in everything) / len(everything)
    result = result_of_experiment(ExperimentNights("nightly", arms, cramps, arms, 12))
    assert result.p == pytest.approx(expected, abs=1e-12)


def test_experiment_without_an_outcome_shows_nothing():
    result = result_of_experiment(nightly(cramps="----" * 7))
    assert (result.p, result.grade, result.shift) == (1.0, "not_shown", None)
    assert result.remedy.value is None


def test_periods_without_a_complete_pair_show_nothing():
    arms = [int(arm) for arm in WEEK_ARMS for _ in range(7)]
    result = result_of_experiment(ExperimentNights("periods", arms, [None] * 84, [None] * 84, 84))
    assert (result.p, result.shift) == (1.0, None)


def test_stopped_early_is_at_most_moderate():
    result = result_of_experiment(nightly(nights_run=24))
    assert result.was_stopped_early
    assert result.p <= 0.01
    assert result.grade == "moderate"


def test_nights_after_stopping_do_not_count():
    stopped = result_of_experiment(nightly(nights_run=20))
    blank = result_of_experiment(nightly(cramps="0110 1000 0011 1000 1011 ---- ----"))
    assert stopped.p == blank.p
    assert stopped.remedy == blank.remedy


def test_following_every_night_gives_the_same_estimate_when_followed():
    result = result_of_experiment(nightly())
    assert result.shift_when_followed == result.shift


def test_plan_followed_half_the_time_makes_the_followed_difference_larger():
    arms = digits(NIGHTLY_ARMS)
    skipped = [arm if i % 3 else 0 for i, arm in enumerate(arms)]
    result = result_of_experiment(nightly(done=skipped))
    assert result.followed_usual.value == 1.0
    assert result.shift_when_followed.estimate < result.shift.estimate < 0


def test_plan_hardly_followed_gives_no_estimate_when_followed():
    result = result_of_experiment(nightly(done=[0] * 28))
    assert result.followed_remedy.value == 0.0
    assert result.shift_when_followed is None


def test_adherence_that_was_never_answered_gives_no_estimate_when_followed():
    result = result_of_experiment(nightly(done=[None] * 28))
    assert result.followed_remedy.value is None
    assert result.shift_when_followed is None


def test_many_missing_outcomes_are_warned_about():
    assert not result_of_experiment(nightly()).many_outcomes_are_missing
    assert result_of_experiment(
        nightly(cramps="01-- 1-0- 0011 1-0- 1011 010- 1010")
    ).many_outcomes_are_missing


def test_more_missing_in_one_arm_is_warned_about():
    arms = digits(NIGHTLY_ARMS)
    cramps = [None if arm and i < 8 else 0 for i, arm in enumerate(arms)]
    result = result_of_experiment(ExperimentNights("nightly", arms, cramps, arms, 28))
    assert result.missing_differs_between_arms


def test_no_difference_at_all_in_a_long_test_is_small():
    draw = random.Random(5)
    arms = draw_schedule("nightly", 168, draw)
    cramps = [int(draw.random() < 0.03) for _ in arms]
    result = result_of_experiment(ExperimentNights("nightly", arms, cramps, arms, 168))
    assert result.grade == "not_shown"
    assert result.difference_is_small


def test_result_is_the_same_every_time():
    assert result_of_experiment(nightly()) == result_of_experiment(nightly())


def test_turning_the_arms_round_turns_the_difference_round():
    one = result_of_experiment(nightly())
    turned = result_of_experiment(nightly(arms=NIGHTLY_ARMS.translate(str.maketrans("01", "10"))))
    assert turned.p == one.p
    assert turned.shift.estimate == pytest.approx(-one.shift.estimate)


def test_experiment_cannot_run_longer_than_planned():
    with pytest.raises(ValueError, match="longer than planned"):
        nightly(nights_run=29)


def test_nightly_schedule_has_two_remedy_nights_in_every_block():
    schedule = draw_schedule("nightly", 112, random.Random(3))
    assert len(schedule) == 112
    assert all(sum(schedule[start : start + 4]) == 2 for start in range(0, 112, 4))


def test_all_six_block_orders_are_drawn_about_equally_often():
    draw = random.Random(8)
    seen = [draw_schedule("nightly", 168, draw) for _ in range(60)]
    counts = dict.fromkeys(BLOCK_ORDERS, 0)
    for schedule in seen:
        for start in range(0, 168, 4):
            counts[schedule[start : start + 4]] += 1
    assert len(counts) == 6
    assert all(340 < count < 500 for count in counts.values())  # 420 expected


def test_period_schedule_has_one_remedy_week_in_every_pair():
    schedule = draw_schedule("periods", 168, random.Random(3))
    weeks = [schedule[start : start + 7] for start in range(0, 168, 7)]
    assert all(len(set(week)) == 1 for week in weeks)
    assert all(weeks[i][0] + weeks[i + 1][0] == 1 for i in range(0, 24, 2))


def test_first_two_nights_of_a_period_are_washout():
    assert [counts_in_test("periods", night) for night in range(8)] == [False, False, *[True] * 5, False]
    assert counts_in_test("nightly", 0)


@pytest.mark.parametrize(
    ("design", "nights"), [("nightly", 28), ("nightly", 58), ("periods", 70), ("periods", 85)]
)
def test_lengths_that_cannot_answer_are_refused(design, nights):
    with pytest.raises(ValueError, match="cannot have"):
        draw_schedule(design, nights, random.Random(1))


def test_allowed_lengths_reach_from_eight_to_twenty_four_weeks():
    assert (allowed_nights("nightly")[0], allowed_nights("nightly")[-1]) == (56, 168)
    assert allowed_nights("periods") == (84, 98, 112, 126, 140, 154, 168)


def test_schedule_hash_changes_with_one_night_or_the_nonce():
    hashes = {
        schedule_hash((1, 0, 0, 1), "a"),
        schedule_hash((1, 0, 1, 0), "a"),
        schedule_hash((1, 0, 0, 1), "b"),
    }
    assert len(hashes) == 3


def test_less_than_one_cramp_a_week_is_too_few_for_an_experiment():
    assert has_enough_cramps(4, 28)
    assert not has_enough_cramps(3, 28)
    assert not has_enough_cramps(0, 0)


def test_chance_of_an_answer_is_the_simulated_one_at_a_simulated_point():
    chance = chance_of_answer("nightly", 112, 0.30)
    assert (chance.a_third_fewer, chance.half, chance.two_thirds_fewer) == pytest.approx((0.13, 0.32, 0.59))


def test_chance_of_an_answer_lies_between_simulated_points():
    chance = chance_of_answer("nightly", 140, 0.40)
    assert chance.half == pytest.approx((0.32 + 0.49 + 0.49 + 0.71) / 4)


def test_chance_of_an_answer_grows_with_length_and_falls_to_nothing_without_cramps():
    by_length = [chance_of_answer("periods", nights, 0.4).half for nights in allowed_nights("periods")]
    assert by_length == sorted(by_length)
    assert chance_of_answer("nightly", 168, 0.0).two_thirds_fewer == 0
    assert all(math.isfinite(value) for value in by_length)


def test_shuffled_outcomes_reach_five_percent_seldom():
    draw = random.Random(77)
    small = 0
    for _ in range(200):
        arms = draw_schedule("nightly", 56, draw)
        cramps = [int(draw.random() < 0.3) for _ in arms]
        small += result_of_experiment(ExperimentNights("nightly", arms, cramps, arms, 56)).p <= 0.05
    assert small / 200 <= 0.09
