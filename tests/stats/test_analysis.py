"""Edges of the analysis: separation, zero cells, constant, identical, empty habits, one night, ten years."""

import datetime as dt
import json
import math
import random

import pytest

from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import AMOUNT, BINARY, AnalysisInput, Factor, category
from episodes.stats.associations.diary_factors import analysis_input
from episodes.stats.associations.grades import GRADES
from episodes.stats.associations.result_file import result_object, result_text
from episodes.stats.records import NightRecord
from tests.stats.worked_diary import worked_diary

FIRST = dt.date(2025, 1, 6)


def diary(cramps, factors, first=FIRST):
    return AnalysisInput([first + dt.timedelta(days=i) for i in range(len(cramps))], cramps, factors)


def chance_diary(nights, habits, seed, risk=0.3):
    draw = random.Random(seed)
    kinds = [
        lambda: Factor(BINARY, [draw.choice([0, 0, 1, None]) for _ in range(nights)]),
        lambda: Factor(AMOUNT, [draw.choice([None, *range(9)]) for _ in range(nights)]),
        lambda: Factor(category("low", "moderate", "high"),
                       [draw.choice([None, "low", "moderate", "high"]) for _ in range(nights)]),
    ]  # fmt: skip
    factors = {f"habit {i}": kinds[i % 3]() for i in range(habits)}
    return diary([int(draw.random() < risk) for _ in range(nights)], factors)


def assert_finite(result):
    """Every number is finite, every probability within 0 and 1, every interval the right way round."""
    json.loads(result_text(result), parse_constant=lambda word: pytest.fail(f"{word} in the result"))
    for factor in result.factors:
        assert factor.grade in GRADES
        for contrast in factor.contrasts:
            for low, value, high in ((contrast.low, contrast.estimate, contrast.high),):
                assert low.difference <= value.difference <= high.difference
                assert low.ratio <= value.ratio <= high.ratio
                assert all(
                    0 < risk < 1 for change in (low, value, high) for risk in (change.start, change.end)
                )
        for level in factor.levels:
            assert 0 <= level.cramps.low <= level.cramps.high <= 1


def test_complete_separation_is_finite_and_a_claim():
    habit = [int(i % 3 == 0) for i in range(90)]
    result = analyse(diary(habit, {"habit": Factor(BINARY, habit)}))
    assert_finite(result)
    assert result.factors[0].is_claim
    assert result.factors[0].contrasts[0].headline.difference > 0.5


def test_zero_cell_is_finite():
    habit = [int(i % 4 == 0) for i in range(120)]
    cramps = [0 if h else int(i % 3 == 0) for i, h in enumerate(habit)]
    result = analyse(diary(cramps, {"habit": Factor(BINARY, habit)}))
    assert_finite(result)
    plain = result.factors[0].plain
    assert plain.with_habit.x == 0
    assert plain.ratio.adjusted
    assert result.factors[0].contrasts[0].headline.difference < 0


def test_constant_habit_never_enters_the_model():
    with_constant = chance_diary(200, 3, seed=3)
    constant = Factor(BINARY, [1] * 200)
    grown = AnalysisInput(
        with_constant.dates, with_constant.cramps, {**with_constant.factors, "always": constant}
    )
    without, result = analyse(with_constant), analyse(grown)
    assert result.factors[:3] == without.factors
    assert result.factor("always").grade == "not_enough"
    assert result.factor("always").shortfall.rule == "same_answer"


def test_identical_habits_share_the_credit_and_both_read_unclear():
    draw = random.Random(11)
    habit = [int(draw.random() < 0.4) for _ in range(180)]
    cramps = [int(draw.random() < (0.45 if h else 0.25)) for h in habit]
    result = analyse(diary(cramps, {"one": Factor(BINARY, habit), "other": Factor(BINARY, list(habit))}))
    assert_finite(result)
    one, other = result.factors
    assert one.p == pytest.approx(other.p)
    assert {one.grade, other.grade} == {"unclear"}
    assert one.together[0].other == "other"
    assert (one.together[0].also_other, one.together[0].nights_with) == (sum(habit), sum(habit))


def test_habits_that_are_never_answered_are_not_enough():
    kinds = {"a": BINARY, "b": AMOUNT, "c": category("x", "y")}
    empty = {name: Factor(kind, [None] * 60) for name, kind in kinds.items()}
    result = analyse(diary([i % 2 for i in range(60)], empty))
    assert_finite(result)
    assert [factor.grade for factor in result.factors] == ["not_enough"] * 3
    assert [factor.unanswered for factor in result.factors] == [60] * 3


def test_one_night_is_finite_and_not_enough():
    result = analyse(chance_diary(1, 6, seed=1))
    assert_finite(result)
    assert {factor.grade for factor in result.factors} == {"not_enough"}


def test_no_night_has_no_dates():
    result = analyse(AnalysisInput([], [], {"a": Factor(BINARY, []), "b": Factor(AMOUNT, [])}))
    assert (result.nights, result.first, result.last) == (0, None, None)
    assert result_object(result)["first"] is None
    assert {factor.grade for factor in result.factors} == {"not_enough"}


def test_ten_years_with_twenty_habits_are_finite():
    result = analyse(chance_diary(3650, 20, seed=5))
    assert_finite(result)
    assert result.nights == 3650


def test_thirty_own_habits_are_finite():
    result = analyse(chance_diary(120, 30, seed=8))
    assert_finite(result)
    assert len(result.factors) == 30


def test_every_night_a_cramp_is_not_enough():
    result = analyse(diary([1] * 60, {"a": Factor(BINARY, [i % 2 for i in range(60)])}))
    assert_finite(result)
    assert result.factors[0].shortfall.rule == "quiet_nights"


def test_order_of_the_rows_changes_nothing():
    forward = chance_diary(150, 6, seed=21)
    order = list(range(150))
    random.Random(2).shuffle(order)
    mixed = AnalysisInput(
        [forward.dates[i] for i in order],
        [forward.cramps[i] for i in order],
        {name: Factor(f.kind, [f.values[i] for i in order]) for name, f in forward.factors.items()},
    )
    for one, other in zip(analyse(forward).factors, analyse(mixed).factors, strict=True):
        assert (one.p, one.grade, one.levels) == (pytest.approx(other.p), other.grade, other.levels)


def test_order_of_the_habits_changes_no_evidence():
    forward = chance_diary(150, 6, seed=22)
    backward = AnalysisInput(forward.dates, forward.cramps, dict(reversed(forward.factors.items())))
    result = analyse(backward)
    for factor in analyse(forward).factors:
        assert result.factor(factor.name).p == pytest.approx(factor.p, abs=1e-9)


def test_picked_range_of_a_claim_is_at_least_as_wide_as_the_usual_one():
    draw = random.Random(31)
    habit = [int(draw.random() < 0.4) for _ in range(365)]
    cramps = [int(draw.random() < (0.5 if h else 0.15)) for h in habit]
    noise = {f"n{i}": Factor(BINARY, [int(draw.random() < 0.5) for _ in range(365)]) for i in range(15)}
    claim = analyse(diary(cramps, {"habit": Factor(BINARY, habit), **noise})).by_evidence[0]
    assert (claim.name, claim.grade) == ("habit", "strong")
    contrast = claim.contrasts[0]
    assert contrast.picked_low.difference < contrast.low.difference
    assert contrast.picked_high.difference > contrast.high.difference
    assert contrast.shown_range == (contrast.picked_low, contrast.picked_high)


def test_habits_without_a_claim_have_no_picked_range():
    for factor in analyse(worked_diary()).factors:
        assert all(contrast.picked_low is None for contrast in factor.contrasts)


def test_headline_outside_the_range_is_recognised():
    contrast = analyse(worked_diary()).factor("a").contrasts[0]
    assert contrast.headline_is_inside_range
    beyond = type(contrast)(
        **{**vars(contrast), "low": contrast.estimate, "high": contrast.high, "headline": contrast.low}
    )
    assert not beyond.headline_is_inside_range


def test_natural_frequencies_are_of_twenty_eight_nights():
    contrast = analyse(worked_diary()).factor("a").contrasts[0]
    assert contrast.estimate.of_28_nights == (
        round(28 * contrast.estimate.start),
        round(28 * contrast.estimate.end),
    )


def test_unclear_habits_say_how_many_nights_they_still_need():
    factor = analyse(worked_diary()).factor("c")
    se = factor.contrasts[0].standard_error
    needed = 78 * (2.8 * se / math.log(2)) ** 2 - 78
    assert factor.grade == "unclear"
    assert factor.nights_needed == 7 * math.ceil(needed / 7)


def test_rare_amount_is_compared_even_when_nine_tenths_are_none():
    draw = random.Random(12)
    amounts = [draw.choice([2, 3, 4]) if i % 16 == 0 else 0 for i in range(365)]
    cramps = [int(draw.random() < 0.3) for _ in range(365)]
    result = analyse(diary(cramps, {"drinks": Factor(AMOUNT, amounts)}))
    assert_finite(result)
    assert result.factors[0].grade != "not_enough"
    assert (result.factors[0].usual_low, result.factors[0].usual_high) == (0, 3)


def test_gap_of_many_years_is_finite():
    dates = [FIRST + dt.timedelta(days=i) for i in range(60)]
    dates += [FIRST + dt.timedelta(days=7000 + i) for i in range(60)]
    habit = [i % 2 for i in range(120)]
    result = analyse(
        AnalysisInput(dates, [int(i % 3 == 0) for i in range(120)], {"a": Factor(BINARY, habit)})
    )
    assert_finite(result)


def test_habit_that_repeats_a_weekday_is_finite():
    draw = random.Random(2)
    cramps = [int(draw.random() < 0.4) for _ in range(140)]
    result = analyse(diary(cramps, {"sport": Factor(BINARY, [int(i % 7 == 2) for i in range(140)])}))
    assert_finite(result)


def test_by_evidence_puts_claims_first_and_unfinished_habits_last():
    graded = analyse(chance_diary(300, 9, seed=41)).by_evidence
    places = [GRADES.index(factor.grade) for factor in graded]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("dates", "cramps", "values"),
    [
        ([FIRST, FIRST], [0, 1], [0, 1]),
        ([FIRST], [2], [0]),
        ([FIRST], [0, 1], [0]),
        ([FIRST], [0], [0, 1]),
    ],
)
def test_input_that_cannot_be_a_diary_is_refused(dates, cramps, values):
    with pytest.raises(ValueError):
        AnalysisInput(dates, cramps, {"a": Factor(BINARY, values)})


@pytest.mark.parametrize(
    "factor", [Factor(BINARY, [2]), Factor(AMOUNT, [math.inf]), Factor(category("x"), ["y"])]
)
def test_answer_that_its_kind_does_not_allow_is_refused(factor):
    with pytest.raises(ValueError):
        analyse(AnalysisInput([FIRST], [0], {"a": factor}))


def test_diary_records_become_counted_nights_and_typed_answers():
    nights = [
        NightRecord(FIRST, "cramps", habits={"activity": 3, "sitting_hours": 6.5, "habit_tea": True}),
        NightRecord(FIRST + dt.timedelta(1), "unsure", habits={"activity": 1}),
        NightRecord(FIRST + dt.timedelta(2), "no_cramps", habits={"sitting_posture": "unsure"}),
        NightRecord(FIRST + dt.timedelta(3), "no_cramps", is_late=True),
        NightRecord(FIRST + dt.timedelta(4)),
    ]
    found = analysis_input(nights, {"habit_tea": BINARY})
    assert list(found.dates) == [FIRST, FIRST + dt.timedelta(2)]
    assert list(found.cramps) == [True, False]
    assert list(found.factors["activity"].values) == ["hard", None]
    assert list(found.factors["sitting_posture"].values) == [None, None]
    assert list(found.factors["habit_tea"].values) == [True, None]
    assert len(analysis_input(nights, {}, with_late=True).dates) == 3


def test_mistyped_amounts_stay_finite():
    draw = random.Random(6)
    amounts = [draw.choice([0, 0, 0, 1e-9, 3, 1e9]) for _ in range(120)]
    cramps = [int(draw.random() < 0.3) for _ in range(120)]
    assert_finite(analyse(diary(cramps, {"typed": Factor(AMOUNT, amounts), "sane": Factor(BINARY, cramps)})))
