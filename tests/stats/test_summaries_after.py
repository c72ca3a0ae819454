import datetime as dt

from episodes.stats.periods.after_cramps import relief_trend, restless_answers, soreness_trend
from episodes.stats.records import EpisodeRecord, NightRecord, RemedyRecord
from tests.stats.diaries import LAST, cramp_nights

FIRST = LAST - dt.timedelta(days=27)


def sore(days_before_last, pain, soreness, **answers):
    return NightRecord(
        LAST - dt.timedelta(days=days_before_last),
        "cramps",
        soreness_next_day_0_10=soreness,
        is_late=False,
        episodes=(EpisodeRecord(pain_0_10=pain),),
        **answers,
    )


def tried(*remedies):
    return EpisodeRecord(remedies=tuple(RemedyRecord(*remedy) for remedy in remedies))


def test_soreness_is_counted_by_the_worst_pain_of_the_night():
    result = soreness_trend([sore(3, 3, 0), sore(2, 4, 1), sore(1, 6, 4), sore(0, 10, 7)], FIRST, LAST)

    assert {group.key: dict(group.levels) for group in result.groups} == {
        "0_3": {"none": 1, "mild": 0, "moderate": 0, "strong": 0},
        "4_6": {"none": 0, "mild": 1, "moderate": 1, "strong": 0},
        "7_10": {"none": 0, "mild": 0, "moderate": 0, "strong": 1},
        "unknown": {"none": 0, "mild": 0, "moderate": 0, "strong": 0},
    }
    assert (result.nights, result.still_sore) == (4, 3)


def test_a_night_without_soreness_has_no_answer_and_one_without_pain_a_row_of_its_own():
    result = soreness_trend([sore(1, None, 3), sore(0, 5, None)], FIRST, LAST)

    assert (result.nights, result.still_sore, result.coverage.no_answer) == (1, 1, 1)
    assert dict(result.groups[-1].levels) == {"none": 0, "mild": 1, "moderate": 0, "strong": 0}


def test_soreness_in_the_morning_and_minutes_awake_have_their_own_answers():
    nights = [
        sore(2, 5, None, soreness_morning_0_10=0, kept_awake_minutes=10),
        sore(1, 5, None, soreness_morning_0_10=4, kept_awake_minutes=30),
        sore(0, 5, None),
    ]

    result = soreness_trend(nights, FIRST, LAST)

    assert (result.morning_sore, result.morning_answers) == (1, 2)
    assert (result.kept_awake.value, result.kept_awake.n) == (20, 2)


def test_remedies_are_counted_by_what_the_person_judged():
    result = relief_trend(
        cramp_nights(
            tried(("stretch", "yes", 60), ("walk", "none", None)),
            tried(("stretch", "some", None)),
            tried(("stretch", None, 180)),
            EpisodeRecord(),
        ),
        FIRST,
        LAST,
    )

    stretch, walk = result.remedies
    assert (stretch.remedy, stretch.uses, stretch.yes, stretch.some, stretch.none) == ("stretch", 3, 1, 1, 0)
    assert (stretch.unanswered, stretch.answered) == (1, 2)
    assert (stretch.timed, stretch.relief_seconds_median) == (2, 120)
    assert (walk.uses, walk.none, walk.relief_seconds_median) == (1, 1, None)
    assert (result.uses, result.episodes, result.episodes_without_answer) == (4, 3, 1)


def test_three_uses_are_enough_for_a_drawing():
    two, three = ([tried(("heat", "yes"))] * number for number in (2, 3))

    assert not relief_trend(cramp_nights(*two), FIRST, LAST).enough.is_reached
    assert relief_trend(cramp_nights(*three), FIRST, LAST).enough.is_reached


def test_a_diary_without_an_answer_about_restless_legs_has_no_list():
    assert restless_answers([NightRecord(LAST, "cramps", episodes=(EpisodeRecord(),))], FIRST, LAST) is None


def test_answers_about_restless_legs_are_listed_one_by_one():
    nights = [
        NightRecord(LAST, "no_cramps", restless_legs="yes", urge_to_move="yes", crawling="no"),
        NightRecord(LAST - dt.timedelta(days=1), "unsure", urge_to_move="unsure"),
        NightRecord(LAST - dt.timedelta(days=2), "cramps", episodes=(EpisodeRecord(felt="both"),)),
    ]

    result = restless_answers(nights, FIRST, LAST)

    assert (result.nights.yes, result.nights.answers, result.nights_with_answers) == (1, 1, 2)
    assert [(one.key, one.yes, one.no, one.unsure) for one in result.answers] == [
        ("urge_to_move", 1, 0, 1),
        ("crawling", 0, 1, 0),
    ]
    assert dict(result.felt) == {"pain": 0, "crawling": 0, "both": 1}


def test_what_a_cramp_felt_like_alone_makes_a_list_without_nights():
    result = restless_answers(cramp_nights(EpisodeRecord(wanted_to="move")), FIRST, LAST)

    assert (result.answers, result.nights_with_answers, result.wanted_to_answers) == ((), 0, 1)
