"""The parts of a review beside the nights: five lines, habits, tests, spans, what is new, the strip."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from episodes.models import Experiment, Medicine, Night, ReviewMark, acting_as
from tests.conftest import grant, write_night
from tests.diaries import write_nights
from tests.review.test_review_page import evening, rows, url


def open_review(clients, patient, query="?period=28"):
    answer = clients.ben.get(url(patient) + query)
    assert answer.status_code == 200
    return answer


def text_of(answer):
    found = re.search(r'<pre[^>]*id="summary-text"[^>]*>(.*?)</pre>', answer.content.decode(), re.DOTALL)
    return found.group(1)


def test_the_text_to_paste_has_five_lines_with_denominators(clients, ada, ben):
    write_night(
        ada, evening(ada), "cramps", weakness_after=True, restless_legs="yes", soreness_next_day_0_10=3,
        episodes=[
            {"pain_0_10": 7, "duration_seconds": 900, "woke_me": True, "side": "left", "location": "calf", "part_of_night": "3_6"}
        ],
    )  # fmt: skip
    write_night(ada, evening(ada, 1), "no_cramps")

    lines = text_of(open_review(clients, ada)).split("\n")

    assert [line[:2] for line in lines] == ["1.", "2.", "3.", "4.", "5."]
    assert "Ada" in lines[0]
    assert "2 of 28 written, 0 of 2 over 3 days late." in lines[0]
    assert (
        "Cramp nights: 1 of 2 nights with an answer (same time before: 0 of 0); cramps: 1, described: 1."
        in lines[1]
    )
    assert "worst 7/10 (1 of 1 cramps). Length: middle 15 min, over 10 min 1 of 1. Woken: 1 of 1." in lines[2]
    assert (
        "Left calf, 1 of 1 places named. Time: 3 to 6, 1 of 1. Restless legs answered yes: 1 of 1" in lines[3]
    )
    assert "leg swollen, red or hot 0, weak afterwards 1, numb 0" in lines[4]


def test_an_empty_diary_has_five_lines_too(clients, ada, ben):
    lines = text_of(open_review(clients, ada)).split("\n")

    assert len(lines) == 5
    assert "Pain: no answer. Length: no answer." in lines[2]


@pytest.fixture
def long_diary(ada, ben):
    write_nights(ada, 120)
    return ada


def habit_names(answer):
    habits = answer.context["habits"]
    return {row.label for row in habits.rows} if habits else set()


def test_habits_stand_beside_the_cramp_nights_of_the_whole_diary(clients, long_diary):
    answer = open_review(clients, long_diary)
    habits = answer.context["habits"]

    assert {"Sitting", "Alcohol", "Activity"} <= habit_names(answer)
    assert habits.counted > 28
    for row in habits.rows:
        assert sum(each.nights for each in row.answers) == row.answered
        assert row.answered + row.unanswered == habits.counted
    body = answer.content.decode()
    for word in ("grade", "significant", "proven", "hint"):
        assert word not in body.lower()


def test_a_habit_that_is_not_shared_is_in_no_comparison(clients, long_diary, ben):
    grant(long_diary, ben, scopes=["nights", "habits"])
    before = open_review(clients, long_diary).context["habits"].rows
    with acting_as(long_diary):
        Night.objects.owned_by(long_diary).filter(outcome="cramps").update(alcohol_drinks=9)

    after = open_review(clients, long_diary).context["habits"].rows
    assert before == after
    assert "Alcohol" not in {row.label for row in after}

    grant(long_diary, ben, scopes=["nights"])
    answer = open_review(clients, long_diary)
    assert answer.context["habits"] is None
    assert b'id="habits"' not in answer.content


def test_a_running_test_is_told_and_its_nights_are_not(clients, ada, ben):
    today = evening(ada)
    with acting_as(ada):
        for started, stopped in (
            (today, None),
            (today - dt.timedelta(days=200), None),
            (today - dt.timedelta(days=90), today),
        ):
            Experiment(
                patient=ada, remedy="stretching", design="nightly", started_on=started, nights=56,
                schedule=[0, 1] * 28, nonce="word-of-nonce", hash="word-of-hash", stopped_on=stopped,
            ).save(force_insert=True)  # fmt: skip
    answer = open_review(clients, ada)
    body = answer.content.decode()

    assert [line.state for line in answer.context["experiments"]] == ["running", "stopped", "over"]
    assert "Which nights have it stays unknown until the end" in body
    assert "word-of" not in body
    assert not hasattr(answer.context["experiments"][0], "schedule")

    grant(ada, ben, scopes=["nights"])
    assert open_review(clients, ada).context["experiments"] is None


def test_a_medicine_that_began_in_the_period_stands_by_the_chart(clients, ada, ben):
    last = evening(ada)
    write_nights(ada, 40)
    with acting_as(ada):
        for started, stopped in (
            (last - dt.timedelta(days=9), None),
            (last - dt.timedelta(days=900), last - dt.timedelta(days=500)),
            (None, last - dt.timedelta(days=3)),
        ):
            Medicine(patient=ada, drug_class="statin", name="x", started_on=started, stopped_on=stopped).save(
                force_insert=True
            )

    answer = open_review(clients, ada)
    spans = answer.context["spans"]
    assert len(answer.context["bands"].drawn) == 2
    assert answer.content.count(b'class="fact-band"') == 2
    assert sorted((span.started, span.ended, span.start_is_known) for span in spans if span.started) == [
        (last - dt.timedelta(days=9), None, True)
    ]
    assert [(span.ended, span.start_is_known) for span in spans if not span.started] == [
        (last - dt.timedelta(days=3), False)
    ]
    grant(ada, ben, scopes=["nights"])
    answer = open_review(clients, ada)
    assert answer.context["spans"] == []
    assert b"fact-band" not in answer.content


def test_what_was_written_while_the_page_was_open_stays_new(clients, ada, ben):
    opened = open_review(clients, ada)
    seen = re.search(r'name="seen" value="([\d.]+)"', opened.content.decode()).group(1)
    write_night(ada, evening(ada), "cramps", leg_warning_sign="left")
    clients.ben.post(url(ada, "reviewed/"), {"seen": seen})

    answer = open_review(clients, ada)
    assert [len(answer.context["since"].warned), len(answer.context["since"].written)] == [1, 1]
    assert "1 night with a new warning answer" in answer.content.decode()


@pytest.mark.parametrize("seen", ["", "nonsense", "nan", "inf", "-1", "1e300", "3999999999", "1e9999"])
def test_a_moment_that_makes_no_sense_is_now(clients, ada, ben, seen):
    assert clients.ben.post(url(ada, "reviewed/"), {"seen": seen}).status_code == 302

    (mark,) = rows(ReviewMark, ada)
    assert abs(timezone.now() - mark.at) < dt.timedelta(minutes=1)


def test_before_the_first_review_nothing_is_called_new(clients, ada, ben):
    assert open_review(clients, ada).context["since"] is None


def test_the_strip_marks_late_and_usual_nights(clients, ada, ben):
    write_night(ada, evening(ada), "cramps", habits_source="usual", fluid_ml=1000)
    write_night(ada, evening(ada, 10), "no_cramps")

    body = open_review(clients, ada).content.decode()
    strip = re.search(r'<ol class="review-strip"[^>]*>(.*?)</ol>', body, re.DOTALL).group(1)
    marks = re.findall(r"<li>.*?</li>", strip)

    assert len(marks) == 28
    assert "<b>U</b>" in marks[-1]
    assert "<b>L</b>" in marks[-11]
    assert all("night-unwritten" in mark for mark in marks[:-11])


def test_every_wide_table_can_be_reached_and_scrolled_by_keyboard(clients, long_diary):
    body = open_review(clients, long_diary).content.decode()

    regions = re.findall(r'<div class="table-scroll[^>]*>', body)
    assert len(regions) >= 3
    assert all('tabindex="0"' in region and "aria-label" in region for region in regions)


def test_a_test_that_is_over_tells_its_counts_and_needs_the_nights(clients, ada, ben):
    last = evening(ada)
    start = last - dt.timedelta(days=60)
    schedule = [0, 1, 1, 0] * 14
    with acting_as(ada):
        Night.objects.owned_by(ada).bulk_create(
            [
                Night(
                    patient=ada, date=start + dt.timedelta(days=number), time_zone="UTC",
                    outcome="no_cramps" if arm else "cramps",
                )
                for number, arm in enumerate(schedule)
            ]
        )  # fmt: skip
        kept = Experiment(
            patient=ada, remedy="stretching", design="nightly", started_on=start, nights=56, schedule=schedule,
            nonce="n", hash="h",
        )  # fmt: skip
        kept.save(force_insert=True)
    body = " ".join(open_review(clients, ada).content.decode().split())
    assert "Cramp on 0 of 28 nights drawn with it, on 28 of 28 as usual." in body
    assert "The test shows a difference (p at most 0.01)." in body

    grant(ada, ben, scopes=["experiments"])
    assert "drawn with it" not in open_review(clients, ada).content.decode()
