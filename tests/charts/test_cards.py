import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from episodes.charts import words
from episodes.charts.cards import build_trend_cards
from episodes.stats.records import EpisodeRecord, NightRecord, RemedyRecord
from tests.stats.diaries import LAST, any_diary, cramp_nights

FIRST = LAST - dt.timedelta(days=55)


def cards(nights, first=FIRST):
    return build_trend_cards(nights, first, LAST, starts_at_hour=12)


def test_an_empty_diary_has_no_drawing_and_says_that_it_is_empty():
    made = cards([])

    assert made.is_empty
    assert made.weekly.drawing is None
    assert made.restless is None


@pytest.mark.parametrize(
    ("card", "drawing", "episode", "minimum"),
    [
        ("severity", "pain_drawing", EpisodeRecord(pain_0_10=4), 5),
        ("severity", "length_drawing", EpisodeRecord(duration_band="1_5"), 5),
        ("hours", "drawing", EpisodeRecord(minutes_into_night=800), 5),
        ("hours", "parts_drawing", EpisodeRecord(part_of_night="3_6"), 5),
        ("places", "list_drawing", EpisodeRecord(location="calf"), 3),
        ("durations", "drawing", EpisodeRecord(duration_seconds=90), 5),
        ("relief", "drawing", EpisodeRecord(remedies=(RemedyRecord("stretch", "yes"),)), 3),
    ],
)
def test_a_drawing_comes_with_the_cramp_that_makes_enough(card, drawing, episode, minimum):
    few = getattr(cards(cramp_nights(*[episode] * (minimum - 1))), card)
    enough = getattr(cards(cramp_nights(*[episode] * minimum)), card)

    assert getattr(few, drawing) is None
    assert few.result.enough.missing == 1
    assert getattr(enough, drawing) is not None


def test_soreness_is_drawn_from_five_nights_on():
    nights = [
        night._replace(soreness_next_day_0_10=2) for night in cramp_nights(*[EpisodeRecord(pain_0_10=4)] * 5)
    ]

    assert cards(nights).soreness.drawing is not None
    assert cards(nights[1:]).soreness.drawing is None


def test_while_there_are_few_cramps_they_are_listed():
    made = cards(cramp_nights(EpisodeRecord(side="left", location="calf", duration_seconds=30, pain_0_10=0)))

    [cramp] = made.severity.listed
    assert (cramp.place, cramp.pain_0_10, cramp.length) == ("left calf", 0, "under 1")


def test_a_length_under_a_minute_is_not_rounded_to_a_minute():
    made = cards(cramp_nights(*[EpisodeRecord(duration_seconds=40)] * 5))

    assert made.severity.minutes.all == 0


def test_a_cramp_in_both_calves_is_one_row_and_two_parts_of_the_map():
    made = cards(cramp_nights(*[EpisodeRecord(side="both", location="calf")] * 3)).places

    assert [(place.words, place.count) for place in made.places] == [("both calves", 3)]
    assert {p.region.key: p.count for p in made.leg_parts if p.count} == {"left-calf": 3, "right-calf": 3}


def test_the_most_frequent_place_is_named_only_when_it_is_alone():
    left, right = (EpisodeRecord(side=side, location="calf") for side in ("left", "right"))

    assert cards(cramp_nights(left, right, left)).places.most_often.words == "left calf"
    assert cards(cramp_nights(left, right, left, right)).places.most_often is None
    assert cards([]).places.most_often is None


def test_answers_about_restless_legs_make_a_card_without_any_cramp():
    made = cards([NightRecord(LAST, restless_legs="yes")])

    assert not made.is_empty
    assert [(row.words, row.yes) for row in made.restless.rows] == [("Restless legs in the night", 1)]


def test_every_place_and_part_has_words():
    sides, locations = (None, "left", "right", "both"), ("calf", "foot", "toes", "shin", "thigh_front")

    for location in (*locations, "hamstring", "other"):
        for side in sides:
            assert (side, location) in words.PLACES


def test_an_unknown_key_is_shown_as_its_own_words():
    assert words.words_for("tonic_water") == "tonic water"


# Diaries are large, and slow to draw on a busy machine; that is no fault of the cards.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(any_diary, st.integers(1, 400), st.sampled_from([12, 18]))
def test_any_diary_makes_cards(nights, days, starts_at_hour):
    made = build_trend_cards(nights, LAST - dt.timedelta(days=days - 1), LAST, starts_at_hour=starts_at_hour)

    assert made.nights_in_range == days
    assert made.written <= days
