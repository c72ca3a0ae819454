import datetime as dt

import pytest

from episodes.stats.records import EpisodeRecord, NightRecord

EVENING = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("outcome", "is_written", "is_counted"),
    [
        ("cramps", True, True),
        ("no_cramps", True, True),
        ("unsure", True, False),
        ("not_in_bed", True, False),
        (None, False, False),
    ],
)
def test_only_nights_with_or_without_a_cramp_are_counted(outcome, is_written, is_counted):
    night = NightRecord(EVENING, outcome)

    assert (night.is_written, night.is_counted) == (is_written, is_counted)


@pytest.mark.parametrize(
    ("stated", "described", "shown"),
    [(None, 0, 1), (3, 0, 3), (3, 1, 3), (1, 2, 2), (None, 2, 2)],
)
def test_the_shown_count_is_the_larger_of_stated_and_described_and_at_least_one(stated, described, shown):
    night = NightRecord(EVENING, "cramps", episode_count=stated, episodes=(EpisodeRecord(),) * described)

    assert night.shown_count == shown


@pytest.mark.parametrize("outcome", [None, "no_cramps", "unsure", "not_in_bed"])
def test_a_night_that_is_no_cramp_night_shows_no_cramps(outcome):
    assert NightRecord(EVENING, outcome, episodes=(EpisodeRecord(is_open=True),)).shown_count == 0


def test_the_worst_pain_ignores_cramps_without_an_answer():
    episodes = (EpisodeRecord(pain_0_10=3), EpisodeRecord(), EpisodeRecord(pain_0_10=0))

    assert NightRecord(EVENING, "cramps", episodes=episodes).worst_pain_0_10 == 3
    assert NightRecord(EVENING, "cramps", episodes=(EpisodeRecord(),)).worst_pain_0_10 is None
