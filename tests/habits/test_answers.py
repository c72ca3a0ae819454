"""Own habits on the night form, and on the way to the analysis."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from episodes.habits.actions import change_habit
from episodes.models import Night, acting_as
from episodes.nights.own_habits import own_habit_kinds, with_level_words
from episodes.nights.writer import NightRefused
from episodes.stats.associations.analysis_input import AMOUNT, BINARY, category
from episodes.stats.associations.diary_factors import analysis_input
from tests.conftest import write_night
from tests.diary.test_night_entry import checked_fields

ALL = {"habit_h1": "yes", "habit_h2": "", "habit_h2_exact": "2,5", "habit_h3": "2"}


def test_each_kind_is_stored_as_its_own_type(three, send, stored):
    assert send(**ALL).status_code == 302
    assert stored().answers["custom_answers"] == {"h1": True, "h2": 2.5, "h3": 2}


def test_unanswered_is_absent_and_no_and_zero_are_answers(three, send, stored):
    send(habits_shown="h1 h2 h3", habit_h1="no", habit_h2_exact="0")
    assert stored().answers["custom_answers"] == {"h1": False, "h2": 0}


def test_the_page_shows_the_answers_and_saves_them_back_unchanged(three, send, stored, clients, date):
    send(**ALL, alcohol_drinks="1")
    before = stored()
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    assert "Evening walk" in page
    assert "Number of cups" in page
    assert clients.ada.post(f"/nights/{date}/", {**checked_fields(page), "save": "own"}).status_code == 302
    assert stored().as_json() == before.as_json()


def test_dont_know_is_kept_apart_from_no_answer(three, send, stored, clients, date):
    send(habit_h1="?", habit_h2="?")
    assert stored().answers["custom_answers"] == {}
    assert stored().answers["dont_know"] == ["habit_h1", "habit_h2"]
    sent = checked_fields(clients.ada.get(f"/nights/{date}/").content.decode())
    assert (sent["habit_h1"], sent["habit_h2"]) == (["?"], ["?"])


def test_an_answer_taken_away_is_gone(three, send, stored):
    send(**ALL)
    send(version="1", habits_shown="h1 h2 h3", habit_h3="2")
    assert stored().answers["custom_answers"] == {"h3": 2}


def test_a_form_that_did_not_ask_changes_no_own_answer(three, send, stored):
    send(**ALL)
    send(version="1", alcohol_drinks="1")
    assert stored().answers["custom_answers"] == {"h1": True, "h2": 2.5, "h3": 2}


def test_a_hidden_habit_is_not_asked_and_keeps_its_answers(three, send, stored, clients, date, ada):
    send(**ALL)
    with acting_as(ada):
        change_habit(key="h1", label="Evening walk", active=False, by=ada)
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    assert "Evening walk" not in page
    assert "Stress" in page
    sent = checked_fields(page)
    clients.ada.post(f"/nights/{date}/", {**sent, "habit_h3": "0", "save": "own"})
    assert stored().answers["custom_answers"] == {"h1": True, "h2": 2.5, "h3": 0}


def test_a_hidden_dont_know_is_kept_too(three, send, stored, ada):
    send(habit_h1="?", habit_h3="1")
    with acting_as(ada):
        change_habit(key="h1", label="Evening walk", active=False, by=ada)
    send(version="1", habits_shown="h2 h3", habit_h3="0")
    assert stored().answers["dont_know"] == ["habit_h1"]


def test_renaming_and_a_new_level_leave_old_answers_alone(three, send, stored, clients, date, ada):
    send(**ALL)
    with acting_as(ada):
        change_habit(key="h3", label="Strain", active=True, new_level="very high", by=ada)
    assert stored().answers["custom_answers"]["h3"] == 2
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    assert "Strain" in page
    assert checked_fields(page)["habit_h3"] == ["2"]
    send(version="1", habit_h3="3")
    assert stored().answers["custom_answers"]["h3"] == 3


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"habit_h1": "maybe"}, "Choose one of the answers shown."),
        ({"habit_h3": "3"}, "Choose one of the answers shown."),
        ({"habit_h3": "-1"}, "Choose one of the answers shown."),
        ({"habit_h2_exact": "-1"}, "Write a number from 0"),
        ({"habit_h2_exact": "100000"}, "Write a number from 0"),
        ({"habit_h2_exact": "many"}, "Write a number, such as"),
        ({"habit_h2": "NaN"}, "Write a number, such as"),
        ({"habit_h4": "yes"}, "not in your list"),
        ({"habits_shown": "h1 h7"}, "not in your list"),
    ],
)
def test_a_bad_answer_gets_a_sentence_and_changes_nothing(three, send, stored, answer, sentence):
    send(habit_h1="yes", habit_h2_exact="1", habit_h3="0")
    response = send(version="1", outcome="unsure", **answer)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert stored().version == 1
    assert stored().answers["custom_answers"] == {"h1": True, "h2": 1, "h3": 0}


@pytest.mark.parametrize(
    "answers",
    [
        {"h1": 1}, {"h1": "yes"}, {"h2": True}, {"h2": -1}, {"h2": float("inf")}, {"h2": "2"}, {"h3": 3},
        {"h3": True}, {"h3": 1.0}, {"h4": True}, {"h1": None},
    ],
)  # fmt: skip
def test_the_action_refuses_what_no_habit_allows(three, ada, date, stored, answers):
    with pytest.raises(NightRefused) as refused:
        write_night(ada, date, custom_answers=answers)
    (name,) = answers
    assert list(refused.value.errors) == [f"habit_{name}"]
    assert stored().version == 0


def test_a_one_in_place_of_yes_is_refused_also_over_a_stored_yes(three, ada, date, stored):
    write_night(ada, date, custom_answers={"h1": True})
    with pytest.raises(NightRefused):
        write_night(ada, date, "unsure", custom_answers={"h1": 1})
    assert stored().answers["custom_answers"] == {"h1": True}


def test_another_patients_habits_do_not_count(three, cleo, date):
    with pytest.raises(NightRefused):
        write_night(cleo, date, custom_answers={"h1": True})


def test_own_habits_take_part_in_records_and_analysis(three, send, ada, date):
    send(**ALL)
    send(date - dt.timedelta(days=1), outcome="cramps", habit_h1="no", habit_h3="0")
    send(date - dt.timedelta(days=2))
    with acting_as(ada):
        change_habit(key="h1", label="Evening walk", active=False, by=ada)
        kinds = own_habit_kinds(by=ada)
        nights = Night.objects.owned_by(ada).as_records()
    assert kinds == {"habit_h1": BINARY, "habit_h2": AMOUNT, "habit_h3": category("low", "some", "high")}
    factors = analysis_input(with_level_words(nights, kinds), kinds).factors
    assert list(factors["habit_h1"].values) == [None, False, True]
    assert list(factors["habit_h2"].values) == [None, None, 2.5]
    assert list(factors["habit_h3"].values) == [None, "low", "high"]
    assert [str(code) for code in factors["habit_h3"].codes] == ["nan", "0.0", "2.0"]


def ours(queries):
    sent = [query["sql"] for query in queries]
    return [sql for sql in sent if '"episodes_' in sql and '"episodes_user"."password"' not in sql]


def test_own_habits_cost_one_question_to_show_and_one_to_save(three, send, clients, date):
    send(**ALL)
    with CaptureQueriesContext(connection) as shown:
        clients.ada.get(f"/nights/{date}/")
    with CaptureQueriesContext(connection) as saved:
        send(version="1", habits_shown="h1 h2 h3", habit_h1="no")
    assert len(ours(shown)) <= 5, "\n".join(ours(shown))
    assert len(ours(saved)) <= 10, "\n".join(ours(saved))


def test_own_habits_take_part_in_the_usual_day(three, send, stored, clients, date, ada):
    kept = {"habit_h1": "no", "habit_h2": "2,5", "habit_h3": "2", "activity": "1"}
    assert clients.ada.post("/account/usual-day/", kept).status_code == 302
    page = clients.ada.get("/account/usual-day/").content.decode()
    assert re.search(r'name="habit_h1" value="no"[^>]* checked', page)
    assert 'value="2.5"' in page
    shown = clients.ada.get(f"/nights/{date}/").content.decode()
    assert "Evening walk: no; Coffee: 2.5 cups; Stress: high" in shown

    send(habits_shown="h1 h2 h3", habit_h1="yes", habit_h3="?", save="usual")

    assert stored().answers["custom_answers"] == {"h1": True, "h2": 2.5}
    assert stored().answers["dont_know"] == ["habit_h3"]
    assert stored().answers["habits_source"] == "usual_changed"


def test_the_usual_day_fills_no_habit_that_is_hidden_or_not_asked(three, send, stored, clients, ada):
    clients.ada.post("/account/usual-day/", {"habit_h1": "yes", "habit_h2": "3", "habit_h3": "0"})
    with acting_as(ada):
        change_habit(key="h1", label="Evening walk", active=False, by=ada)
    send(habits_shown="h1 h2", save="usual")
    assert stored().answers["custom_answers"] == {"h2": 3}


def test_one_day_is_kept_as_the_usual_day_with_own_habits(three, send, stored, ada, date):
    send(**ALL, save="keep")
    send(date - dt.timedelta(days=1), habits_shown="h1 h2 h3", save="usual")
    assert stored(date - dt.timedelta(days=1)).answers["custom_answers"] == {"h1": True, "h2": 2.5, "h3": 2}


@pytest.mark.parametrize(
    "answer", [{"habit_h2": "-1"}, {"habit_h2": "nan"}, {"habit_h3": "9"}, {"habit_h1": "?"}]
)
def test_a_usual_answer_that_no_habit_allows_is_refused(three, clients, answer):
    assert clients.ada.post("/account/usual-day/", answer).status_code == 422


def test_copies_of_a_night_list_own_answers(three, send, clients, date):
    send(**ALL)
    words = "Evening walk: yes; Coffee: 2.5 cups; Stress: high"
    assert words in clients.ada.get(f"/nights/{date}/history/").content.decode()
    assert words in clients.ada.get(f"/nights/{date}/delete/").content.decode()
    stale = send(habits_shown="h1 h2 h3", habit_h1="no").content.decode()
    assert words in stale
    assert "Evening walk: no" in stale


def test_the_number_stands_before_dont_know(three, clients, date):
    page = clients.ada.get(f"/nights/{date}/").content.decode()
    question = page[page.index('id="q_habit_h2"') :]
    assert question.index('name="habit_h2_exact"') < question.index('value="?"')


def test_the_unit_is_text_and_no_box(three, clients):
    page = clients.ada.get(f"/habits/{three[1].pk}/").content.decode()
    assert "You count:" in page
    assert 'name="unit"' not in page
