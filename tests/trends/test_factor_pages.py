"""What goes with my cramps: the right words for what is there, and none for what is not."""

import datetime as dt
import random
import re

import pytest
from django.utils import timezone

from episodes.article.factors import FACTORS
from episodes.models import Condition, Night, acting_as
from episodes.stats.nights import last_night

FORBIDDEN = re.compile(
    r"\b(caus\w+|trigger\w*|should|prevent\w*|proven|significan\w+|claim\w*|grade\w*)\b", re.I
)


def own_words(page):
    """Return the text about the patient's own nights, without what the article and studies say."""
    page = re.sub(r"<(script|style|head|footer|header).*?</\1>", " ", page, flags=re.S)
    page = re.sub(
        r'<section class="card"><h2>What the article and studies say.*?</section>', " ", page, flags=re.S
    )
    return re.sub(r"<[^>]+>", " ", page)


def write_diary(patient, nights, risk_with, risk_without, seed=3):
    """Write nights whose cramps depend on long sitting as given; every other habit is pure chance."""
    random_source = random.Random(seed)
    last = last_night(timezone.now(), patient.zone)
    rows = []
    for number in range(nights):
        sits = random_source.random() < 0.5
        risk = risk_with if sits else risk_without
        date = last - dt.timedelta(days=number)
        rows.append(
            Night(
                patient=patient, date=date, time_zone=patient.time_zone,
                outcome="cramps" if random_source.random() < risk else "no_cramps",
                sitting_hours=10 if sits else 2, alcohol_drinks=random_source.choice([0, 1, 2]),
                activity=random_source.choice([0, 1, 2, 3]),
                outcome_recorded_at=dt.datetime.combine(date + dt.timedelta(days=1), dt.time(7), dt.UTC),
            )
        )  # fmt: skip
    with acting_as(patient):
        Night.objects.owned_by(patient).bulk_create(rows)


def test_a_planted_difference_gets_direction_counts_and_a_range(clients, ada):
    write_diary(ada, 300, 0.7, 0.2)
    words = " ".join(own_words(clients.ada.get("/trends/factors/sitting/").content.decode()).split())
    assert "clearly goes with more cramp nights" in words
    assert "10 hours" in words
    assert re.search(r"Of 28 nights with .10 hours. about \d+ had a cramp", words)
    assert "could be anything from" in words
    assert "Other things may explain this." in words


def test_nothing_planted_is_not_made_into_something(clients, ada):
    write_diary(ada, 200, 0.3, 0.3)
    words = own_words(clients.ada.get("/trends/factors/").content.decode())
    assert "clearly goes with" not in words
    assert "Can’t tell yet" in words or "little difference" in words


def test_ten_nights_show_progress_only(clients, ada):
    write_diary(ada, 10, 0.5, 0.5)
    for path in ("/trends/factors/", "/trends/factors/sitting/"):
        words = own_words(clients.ada.get(path).content.decode())
        assert "4 more nights" in words
        assert "Of 28 nights" not in words
        assert "cramp on" not in words


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.key)
def test_every_page_cites_what_it_repeats(clients, ada, factor):
    page = clients.ada.get(f"/trends/factors/{factor.key}/").content.decode()
    assert "paragraph" in page
    assert "Sources:" in page or "No study found" in page


@pytest.mark.parametrize("key", ["pregnancy", "parkinsons"])
def test_a_condition_is_text_and_dates_and_never_compared(clients, ada, key):
    write_diary(ada, 60, 0.5, 0.5)
    with acting_as(ada):
        Condition(patient=ada, key=key, started_on=dt.date(2026, 3, 1)).save(force_insert=True)
    page = clients.ada.get(f"/trends/factors/{key}/").content.decode()
    assert "since 1 March 2026" in page
    assert "square-rows" not in page


def test_the_hydration_page_warns_people_told_to_limit_drinking(clients, ada):
    assert (
        "change nothing without your doctor" in clients.ada.get("/trends/factors/hydration/").content.decode()
    )


def test_an_unknown_page_is_not_found(clients, ada):
    assert clients.ada.get("/trends/factors/moon-phase/").status_code == 404


@pytest.mark.parametrize("nights", [0, 10, 40, 300])
def test_words_that_would_say_too_much_never_describe_own_nights(clients, ada, nights):
    if nights:
        write_diary(ada, nights, 0.7, 0.2)
    for path in (
        "/",
        "/trends/?range=all",
        "/trends/factors/",
        "/trends/change/",
        f"/trends/change/?start={last_night(timezone.now(), ada.zone) - dt.timedelta(days=nights // 2)}",
        *(f"/trends/factors/{f.key}/" for f in FACTORS),
    ):
        found = FORBIDDEN.findall(own_words(clients.ada.get(path).content.decode()))
        assert found == [], path


def test_a_ten_year_diary_is_compared_with_few_questions(clients, ada):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    write_diary(ada, 1000, 0.5, 0.3)
    with CaptureQueriesContext(connection) as queries:
        page = clients.ada.get("/trends/factors/").content.decode()
    ours = [q["sql"] for q in queries if '"episodes_' in q["sql"] and 'FROM "episodes_user"' not in q["sql"]]
    assert len(ours) <= 6
    assert page.count("<") <= 3000


def write_answers(patient, nights, answer_of):
    """Write `nights` evenings up to last night, every third with a cramp; answer_of(number): answers of one."""
    last = last_night(timezone.now(), patient.zone)
    rows = []
    for number in range(nights):
        date = last - dt.timedelta(days=nights - 1 - number)
        rows.append(
            Night(
                patient=patient, date=date, time_zone=patient.time_zone,
                outcome="no_cramps" if number % 3 else "cramps", **answer_of(number),
                outcome_recorded_at=dt.datetime.combine(date + dt.timedelta(days=1), dt.time(7), dt.UTC),
            )
        )  # fmt: skip
    with acting_as(patient):
        Night.objects.owned_by(patient).bulk_create(rows)


def card_of(clients, key):
    page = clients.ada.get("/trends/factors/").content.decode()
    card = re.search(rf'<section class="card chart-card" id="habit-{key}".*?</section>', page, re.S).group()
    return " ".join(re.sub(r"<[^>]+>", "", card).split())


def test_words_and_counts_at_forty_nights_are_of_one_date(clients, ada):
    write_answers(ada, 40, lambda number: {"warm_bath": number >= 30})
    words = card_of(clients, "warm_bath")

    assert "Your answer was always the same: 8 more days that differ are needed." in words
    assert "no: cramp on 10 of 28 nights" in words
    assert "yes:" not in words


def test_a_share_that_is_too_small_speaks_of_the_share(clients, ada):
    write_answers(ada, 90, lambda number: {"warm_bath": bool(number % 2)} if number % 5 < 2 else {})

    assert "Answered on 34 of 84 nights; half are needed." in card_of(clients, "warm_bath")


def test_few_cramps_to_expect_speak_of_nights_on_that_side(clients, ada):
    write_answers(ada, 58, lambda number: {"warm_bath": number % 10 == 9})

    assert "3 more nights with it are needed." in card_of(clients, "warm_bath")
