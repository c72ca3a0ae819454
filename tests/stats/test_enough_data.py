"""The minimums before a comparison, one by one, each just met and just missed."""

import numpy as np
import pytest

from episodes.stats.associations.analysis_input import AMOUNT, BINARY, category
from episodes.stats.associations.enough_data import shortfall

NAN = np.nan


def night_codes(*groups):
    """Return (codes, cramps) from groups of (answer, nights, cramp nights)."""
    codes, cramps = [], []
    for answer, nights, cramp_nights in groups:
        codes += [answer] * nights
        cramps += [1.0] * cramp_nights + [0.0] * (nights - cramp_nights)
    return np.array(codes, dtype=float), np.array(cramps)


def test_everything_just_enough_has_no_shortfall():
    assert shortfall(BINARY, *night_codes((0, 20, 6), (1, 8, 2))) is None


def test_twenty_seven_nights_need_one_more():
    short = shortfall(BINARY, *night_codes((0, 19, 6), (1, 8, 3)))
    assert (short.rule, short.have, short.need, short.nights_needed) == ("nights", 27, 28, 1)


def test_seven_cramp_nights_are_one_too_few():
    short = shortfall(BINARY, *night_codes((0, 26, 4), (1, 9, 3)))
    assert (short.rule, short.have, short.more, short.nights_needed) == ("cramp_nights", 7, 1, 5)


def test_seven_quiet_nights_are_one_too_few():
    short = shortfall(BINARY, *night_codes((0, 20, 16), (1, 15, 12)))
    assert (short.rule, short.have, short.more, short.nights_needed) == ("quiet_nights", 7, 1, 5)


def test_diary_without_a_cramp_night_foretells_no_number():
    short = shortfall(BINARY, *night_codes((0, 30, 0), (1, 30, 0)))
    assert (short.rule, short.nights_needed) == ("cramp_nights", None)


def test_seven_nights_with_the_habit_name_their_side():
    short = shortfall(BINARY, *night_codes((0, 49, 20), (1, 7, 4)))
    assert (short.rule, short.side, short.more, short.nights_needed) == ("side", "with", 1, 8)


def test_five_nights_without_the_habit_name_their_side():
    short = shortfall(BINARY, *night_codes((0, 5, 3), (1, 51, 20)))
    assert (short.rule, short.side, short.more) == ("side", "without", 3)


def test_few_expected_cramps_on_the_smaller_side_are_too_few():
    # 8 of 80 nights with cramps: 15 nights with the habit expect 1.5 cramp nights, 20 expect exactly 2.
    short = shortfall(BINARY, *night_codes((0, 65, 6), (1, 15, 2)))
    assert (short.rule, short.side, short.have) == ("expected_cramps", "with", pytest.approx(1.5))
    assert short.nights_needed == 27
    assert shortfall(BINARY, *night_codes((0, 60, 6), (1, 20, 2))) is None


def test_answers_on_less_than_half_of_the_nights_are_too_few():
    short = shortfall(BINARY, *night_codes((NAN, 60, 20), (0, 20, 8), (1, 20, 8)))
    assert (short.rule, short.have, short.nights_needed) == ("answered_share", 0.4, 20)
    assert shortfall(BINARY, *night_codes((NAN, 40, 20), (0, 20, 8), (1, 20, 8))) is None


def test_twenty_seven_answers_are_one_too_few():
    short = shortfall(BINARY, *night_codes((NAN, 20, 8), (0, 14, 5), (1, 13, 5)))
    assert (short.rule, short.have, short.more) == ("answered", 27, 1)


def test_habit_never_answered_has_no_number():
    short = shortfall(BINARY, *night_codes((NAN, 60, 20)))
    assert (short.rule, short.have, short.nights_needed) == ("answered", 0, None)


def test_habit_always_answered_the_same_has_nothing_to_compare():
    short = shortfall(BINARY, *night_codes((1, 60, 20)))
    assert (short.rule, short.nights_needed) == ("same_answer", None)


def test_amount_needs_nights_below_and_above_its_middle():
    # Usual low 2 and high 6: the middle is 4, and nights at exactly 4 are on neither side.
    groups = ((2, 30, 10), (4, 20, 6), (6, 13, 5))
    assert shortfall(AMOUNT, *night_codes(*groups)) is None
    mostly_none = ((0, 60, 20), (3, 5, 2))
    short = shortfall(AMOUNT, *night_codes(*mostly_none))
    assert (short.rule, short.side, short.have) == ("side", "more", 5)


def test_category_needs_its_second_commonest_level():
    groups = ((0, 7, 3), (1, 40, 12), (2, 4, 2))
    short = shortfall(category("none", "light", "hard"), *night_codes(*groups))
    assert (short.rule, short.side, short.level, short.have) == ("side", "other_level", "none", 7)


def test_of_two_missing_things_the_slower_one_is_named():
    short = shortfall(BINARY, *night_codes((0, 26, 9), (1, 1, 0)))
    assert (short.rule, short.nights_needed) == ("side", 189)
