import datetime as dt
import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from episodes.models import Episode, Night, RemedyUse, acting_as
from tests.conftest import write_night

MORNING = dt.datetime(2026, 11, 22, 7, 0, tzinfo=ZoneInfo("Europe/London"))
LAST = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def signed_in(client, ada):
    client.force_login(ada)
    return client


def write_week(patient, letters="c--c--c", last=LAST):
    for back, letter in enumerate(reversed(letters)):
        cramp = {"side": "right", "location": "calf", "part_of_night": "0_3", "pain_0_10": 6}
        outcome, episodes = ("cramps", [cramp]) if letter == "c" else ("no_cramps", [])
        write_night(patient, last - dt.timedelta(days=back), outcome, episodes=episodes)


def text(response):
    return response.content.decode()


class Nodes(HTMLParser):
    count = 0

    def handle_starttag(self, tag, attrs):
        self.count += 1

    def handle_startendtag(self, tag, attrs):
        self.count += 1


def test_a_new_diary_shows_what_will_stand_here_and_what_to_do(signed_in):
    response = signed_in.get("/trends/")

    assert response.status_code == 200
    assert "once a few nights are written" in text(response)
    assert "Write last night" in text(response)
    assert "<h2" not in text(response)


def test_questions_are_answered_with_counts(signed_in, ada):
    write_week(ada)

    page = text(signed_in.get("/trends/"))

    assert "Am I getting cramps less often?" in page
    assert "Cramp on <b>3 of 7</b> nights." in page
    assert "Most often: right calf, <b>3 of 3</b> cramps." in page
    assert "7 nights used." in page


def test_one_night_is_one_night_and_not_nights(signed_in, ada):
    write_week(ada, "c")

    page = text(signed_in.get("/trends/"))

    assert "<b>1 of 1</b> night with an answer had a cramp." in page
    assert "1 night used. 6 left out: 6 not written." in page


def test_every_drawing_has_a_title_a_description_and_a_table(signed_in, ada):
    write_week(ada)

    page = text(signed_in.get("/trends/"))

    drawings = page.count('role="img"')
    assert drawings >= 3
    assert page.count("<desc") == drawings
    assert page.count("<caption>") >= 3
    assert page.count("Show as table") == 3
    assert page.count("How to read this") == 3


@pytest.mark.parametrize(
    ("query", "first"),
    [("range=4w", "25 October 2026"), ("", "23 August 2026"), ("range=1y", "23 November 2025")],
)
def test_a_span_ends_with_last_night(signed_in, ada, query, first):
    write_week(ada, last=LAST - dt.timedelta(days=500))

    page = text(signed_in.get(f"/trends/?{query}"))

    assert f"{first} to 21 November 2026" in page


def test_all_begins_with_the_diary(signed_in, ada):
    write_week(ada, "c", last=LAST - dt.timedelta(days=500))

    assert "9 July 2025 to 21 November 2026" in text(signed_in.get("/trends/?range=all"))


def test_a_span_does_not_reach_back_before_the_diary_began(signed_in, ada):
    write_week(ada, "c--c--c-c")

    assert "13 November 2026 to 21 November 2026" in text(signed_in.get("/trends/?range=1y"))


def test_two_dates_choose_the_nights(signed_in, ada):
    write_week(ada)

    page = text(signed_in.get("/trends/?from=2026-11-15&to=2026-11-17"))

    assert "15 November 2026 to 17 November 2026" in page
    assert "3 nights used." in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-11-10&to=2026-11-01", "swap the two dates"),
        ("from=2026-11-10", "Choose the last evening as well."),
        ("to=2026-11-10", "Choose the first evening as well."),
        ("from=2026-11-10&to=2026-11-22", "choose 21 November 2026 or earlier"),
        ("from=10.11.2026&to=2026-11-20", "This is no date"),
        ("from=0001-01-01&to=2026-11-20", "after 1900"),
    ],
)
def test_wrong_dates_are_explained_kept_and_answered_with_the_usual_span(signed_in, ada, query, sentence):
    write_week(ada)

    response = signed_in.get(f"/trends/?{query}")

    assert response.status_code == 422
    assert sentence in text(response)
    assert "15 November 2026 to 21 November 2026" in text(response)
    for pair in query.split("&"):
        name, value = pair.split("=")
        if name in ("from", "to"):
            assert f'value="{value}"' in text(response)


def test_a_span_that_nobody_offers_shows_the_usual_one(signed_in, ada):
    write_week(ada, last=LAST - dt.timedelta(days=500))

    assert "23 August 2026 to 21 November 2026" in text(signed_in.get("/trends/?range=century"))


def test_the_chosen_span_is_marked_and_two_dates_mark_none(signed_in, ada):
    write_week(ada)

    assert 'href="?range=4w" aria-current="true"' in text(signed_in.get("/trends/?range=4w"))
    assert 'aria-current="true"' not in text(signed_in.get("/trends/?from=2026-11-15&to=2026-11-17"))


def test_no_place_is_named_while_two_are_equal(signed_in, ada):
    places = [{"side": side, "location": "calf"} for side in ("left", "right", "left", "right")]
    write_night(ada, LAST, "cramps", episodes=places)

    assert "No place stands out so far." in text(signed_in.get("/trends/"))


def test_dates_without_a_written_night_say_so(signed_in, ada):
    write_week(ada)

    page = text(signed_in.get("/trends/?from=2025-01-01&to=2025-02-01"))

    assert "No night is written between these dates." in page


def test_restless_answers_are_listed_and_never_added_up(signed_in, ada):
    write_night(ada, LAST, "no_cramps", restless_legs="yes", urge_to_move="yes", crawling="no")

    page = text(signed_in.get("/trends/"))

    assert "Cramp or restless legs: what you answered" in page
    assert "not a score and not a diagnosis" in page


def test_without_restless_answers_there_is_no_such_card(signed_in, ada):
    write_week(ada)

    assert "restless legs: what you answered" not in text(signed_in.get("/trends/"))


def test_somebody_elses_nights_are_not_in_my_trends(signed_in, ada, cleo):
    write_week(cleo)

    assert "once a few nights are written" in text(signed_in.get("/trends/"))


def test_trends_need_a_log_in(client, db):
    assert client.get("/trends/").status_code == 302


@pytest.mark.parametrize(
    "word", ["cause", "trigger", "should", "prevent", "proven", "significant", "median", "factor"]
)
def test_own_nights_are_described_without_words_of_science_or_advice(signed_in, ada, word):
    write_week(ada, "c-" * 30)

    page = text(signed_in.get("/trends/?range=all")).split("<main")[1].lower()

    assert word not in re.sub(r'href="[^"]*"', "", page)  # addresses are not read


def test_the_page_has_no_inline_style_or_script(signed_in, ada):
    write_week(ada)

    page = text(signed_in.get("/trends/"))

    assert " style=" not in page
    assert "<script>" not in page


OUTCOMES = ("cramps", "no_cramps", "no_cramps", "cramps", "unsure", "no_cramps", "not_in_bed")
PLACES = ("calf", "foot", "toes", "shin", "thigh_front", "hamstring", "other")
PARTS = ("before_midnight", "0_3", "3_6", "after_6", "daytime")
BANDS = ("under_1", "1_5", "5_10", "10_30", "over_60")
REMEDIES = ("stretch", "massage", "heat", "walk", "shake", "cold", "medicine", "waited", "other")


def write_years(patient, years):
    """Write a diary that fills every card, in three statements, as an import would."""
    nights = [
        Night(
            patient=patient,
            date=LAST - dt.timedelta(days=back),
            outcome=OUTCOMES[back % 7],
            time_zone="Europe/London",
            night_starts_at=dt.time(12),
            soreness_next_day_0_10=back % 11,
            restless_legs=("yes", "no", "unsure")[back % 3],
            urge_to_move="yes",
            version=1,
        )
        for back in range(365 * years)
        if back % 10
    ]
    Night.objects.owned_by(patient).bulk_create(nights)
    cramps = [
        Episode(
            patient=patient,
            night=night,
            side=("left", "right", "both", None)[index % 4],
            location=PLACES[index % 7],
            part_of_night=PARTS[index % 5],
            duration_band=BANDS[index % 5],
            pain_0_10=index % 11,
        )
        for index, night in enumerate(night for night in nights if night.outcome == "cramps")
    ]
    Episode.objects.owned_by(patient).bulk_create(cramps)
    RemedyUse.objects.owned_by(patient).bulk_create(
        RemedyUse(patient=patient, episode=cramp, remedy=REMEDIES[index % 9], helped="yes")
        for index, cramp in enumerate(cramps)
    )


def test_ten_years_take_at_most_six_statements_and_1500_nodes(signed_in, ada):
    with acting_as(ada):
        write_years(ada, 10)

    with CaptureQueriesContext(connection) as queries:
        page = text(signed_in.get("/trends/?range=all"))

    ours = [query["sql"] for query in queries if "episodes_" in query["sql"]]
    nodes = Nodes()
    nodes.feed(page)
    assert "365 not written" in page
    assert "Cramp or restless legs: what you answered" in page
    assert len([sql for sql in ours if 'FROM "episodes_user"' not in sql]) <= 6
    assert 900 < nodes.count <= 1500


def test_one_night_is_short_and_says_what_comes_with_more(signed_in, ada):
    write_night(ada, LAST, "cramps", episodes=[{"pain_0_10": 6}])

    page = text(signed_in.get("/trends/"))

    assert "Comes with more nights" in page
    assert "When in the night? <span" in page
    assert "(0 of 5 cramps)" in page
    assert "(0 of 3 answers)" in page
    assert page.count("chart-card") == 2  # the weeks, and the one cramp as a row
    assert "has no answer here" not in page.split("trend-waiting")[1]


def test_a_diary_that_fills_every_card_has_nothing_waiting(signed_in, ada):
    with acting_as(ada):
        write_years(ada, 1)

    assert "Comes with more nights" not in text(signed_in.get("/trends/?range=all"))
