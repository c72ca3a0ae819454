"""Small diaries for tests of the pure code."""

import datetime as dt

from hypothesis import strategies as st

from episodes.stats.records import EpisodeRecord, NightRecord

LAST = dt.date(2026, 11, 21)

_OUTCOMES = {"c": "cramps", "-": "no_cramps", "?": "unsure", "x": "not_in_bed", "o": None}


def diary(letters, last=LAST, **answers):
    """Return one night a letter, oldest first: c cramp, - none, ? unsure, x away, o open, space no record."""
    first = first_of(letters, last)
    return [
        NightRecord(first + dt.timedelta(days=index), _OUTCOMES[letter], is_late=False, **answers)
        for index, letter in enumerate(letters)
        if letter != " "
    ]


def first_of(letters, last=LAST):
    return last - dt.timedelta(days=len(letters) - 1)


def cramp_nights(*episodes, last=LAST):
    """Return consecutive cramp nights that end with `last`, each with one of the episodes."""
    first = last - dt.timedelta(days=len(episodes) - 1)
    return [
        NightRecord(first + dt.timedelta(days=index), "cramps", is_late=False, episodes=(episode,))
        for index, episode in enumerate(episodes)
    ]


any_episode = st.builds(
    EpisodeRecord,
    side=st.sampled_from([None, "left", "right", "both"]),
    location=st.sampled_from([None, "calf", "foot", "toes", "other"]),
    minutes_into_night=st.none() | st.integers(0, 1439),
    part_of_night=st.sampled_from([None, "0_3", "daytime"]),
    duration_seconds=st.none() | st.integers(1, 7200),
    pain_0_10=st.none() | st.integers(0, 10),
)
any_night = st.builds(
    NightRecord,
    date=st.dates(LAST - dt.timedelta(days=400), LAST + dt.timedelta(days=20)),
    outcome=st.sampled_from([None, "cramps", "no_cramps", "unsure", "not_in_bed"]),
    episode_count=st.none() | st.integers(1, 20),
    soreness_next_day_0_10=st.none() | st.integers(0, 10),
    is_late=st.sampled_from([None, True, False]),
    starts_at_hour=st.sampled_from([12, 18]),
    episodes=st.lists(any_episode, max_size=3).map(tuple),
)
any_diary = st.lists(any_night, max_size=60, unique_by=lambda night: night.date)
