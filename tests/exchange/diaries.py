"""A diary with something in every field, for the files."""

import datetime as dt

from episodes.actions.habits import add_habit
from episodes.models import Night, acting_as
from tests.conftest import looking_as, write_night

FIRST = dt.date(2026, 3, 1)
CLOCK_BACK = dt.date(2026, 10, 24)  # London: 01:30 comes twice in this night
ODD_TEXTS = (
    "=1+1",
    "'=1+1",
    "@cmd",
    "-5",
    "+49 30",
    "\t=x",
    "🦵 cramp",
    "שלום עולם",
    'a "quoted", line\nsecond',
)


def body(response):
    """Return what a download holds, as text."""
    assert response.status_code == 200, response.status_code
    return b"".join(response.streaming_content).decode()


def write_full_diary(person):
    """Write own habits of all kinds and four nights that use every field; return the keys of the habits."""
    with looking_as(person):
        kinds = [
            add_habit(label="Evening walk", kind="yes_no", by=person),
            add_habit(label="=cups", kind="amount", unit="cups", by=person),
            add_habit(label="Shoes", kind="levels", levels=["=flat", "mid | low", "back\\slash"], by=person),
        ]
    walk, cups, shoes = (habit.key for habit in kinds)
    write_night(
        person, FIRST, "cramps", shared_note="=HYPERLINK(1)", private_note="🦵 שלום\n@x", episode_count=3,
        sleep_disturbance_0_10=0, soreness_morning_0_10=4, soreness_next_day_0_10=10, kept_awake_minutes=40,
        sleep_quality_1_5=2, restless_legs="unsure", urge_to_move="yes", crawling="no", worse_at_rest="unsure",
        moving_relieves="yes", comes_back_when_i_stop="no", worse_in_evening="yes", leg_warning_sign="left",
        numbness=False, weakness_after=True, activity=0, sitting_hours=6, hard_floor_hours=0.5, longest_still_hours=3,
        sitting_posture="crossed", alcohol_drinks=0, fluid_ml=1250, hot_or_sweating=True, vomiting_or_diarrhoea=False,
        bedtime_tightness_0_10=0, stretched_minutes=0, warm_bath=True, heat_at_bedtime=False, massage_at_bedtime=True,
        acupuncture=False, banded=["fluid_ml", "sitting_hours"], habits_source="usual_changed",
        custom_answers={walk: False, cups: 2.5, shoes: 1},
        episodes=[
            {"side": "left", "location": "calf", "started_at": dt.datetime(2026, 3, 2, 2, 30, tzinfo=dt.UTC),
             "duration_seconds": 480, "pain_0_10": 0, "woke_me": True, "felt": "both", "wanted_to": "stretch",
             "could_not_move": False, "hard_knot": True, "toe_curl_or_twist": False, "fell": False,
             "remedies": [{"remedy": "stretch", "helped": "yes", "seconds_to_relief": 40},
                          {"remedy": "walk", "helped": None, "seconds_to_relief": None}]},
            {"part_of_night": "3_6", "duration_band": "over_60"},
        ],
    )  # fmt: skip
    write_night(
        person, FIRST + dt.timedelta(days=1), "no_cramps", dont_know=["alcohol_drinks", f"habit_{cups}"]
    )
    write_night(person, FIRST + dt.timedelta(days=3), "unsure", custom_answers={shoes: 0})
    write_night(
        person, CLOCK_BACK, "cramps",
        episodes=[
            {"started_at": dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)},
            {"started_at": dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)},
        ],
    )  # fmt: skip
    return walk, cups, shoes


def nights_of(person):
    with acting_as(person):
        return list(Night.objects.owned_by(person).order_by("date"))
