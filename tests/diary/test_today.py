"""Today and the calendar: the one next thing, honest marks, one tap each."""

import datetime as dt

import pytest

from tests.conftest import write_night
from tests.diaries import write_nights


def test_today_asks_about_last_night_and_names_both_ends(clients, date):
    page = clients.ada.get("/").content.decode()
    assert "Did you have a leg cramp?" in page
    morning = date + dt.timedelta(days=1)
    assert f"{date:%a} {date.day}" in page
    assert f"{morning:%a} {morning.day}" in page


def test_a_new_diary_is_not_given_numbers(clients, ada):
    assert "Something to try tonight" in clients.ada.get("/").content.decode()


def test_one_follow_up_is_asked_after_saving_about_the_night_before(clients, ada, date):
    before = date - dt.timedelta(days=1)
    write_night(ada, before, "cramps")
    assert "Were your legs sore" not in clients.ada.get("/").content.decode()
    write_night(ada, date)
    assert "Were your legs sore" in clients.ada.get("/").content.decode()

    clients.ada.post(f"/nights/{before}/soreness/", {"soreness_next_day_0_10": "~3", "version": "1"})

    page = clients.ada.get("/").content.decode()
    assert "Were your legs sore" not in page


@pytest.mark.parametrize("answer", ["50", "x", "-1", "~99"])
def test_a_wrong_soreness_is_refused(clients, ada, date, stored, answer):
    write_night(ada, date, "cramps")
    response = clients.ada.post(
        f"/nights/{date}/soreness/", {"soreness_next_day_0_10": answer, "version": "1"}
    )
    assert response.status_code == 422
    assert stored().answers["soreness_next_day_0_10"] is None


def test_a_late_night_is_marked_in_the_calendar_and_the_list(clients, ada, date):
    write_night(ada, date - dt.timedelta(days=6))
    month = (date - dt.timedelta(days=6)).strftime("%Y-%m")
    assert "night-late" in clients.ada.get(f"/calendar/?month={month}").content.decode()
    assert "written late" in clients.ada.get("/calendar/list/").content.decode()


def test_several_nights_are_marked_at_once_and_written_ones_stay(clients, ada, date, stored):
    older = date - dt.timedelta(days=1)
    write_night(ada, date, "cramps")
    clients.ada.post("/calendar/mark/", {"date": [str(date), str(older)], "outcome": "not_in_bed"})
    assert stored(date).outcome == "cramps"
    assert stored(older).outcome == "not_in_bed"


@pytest.mark.parametrize("month", ["", "2026-13", "x", "0000-01", "9999-12", "1700-01"])
def test_an_impossible_month_shows_this_one(clients, date, month):
    page = clients.ada.get(f"/calendar/?month={month}").content.decode()
    assert f"{date:%B %Y}" in page


def test_the_search_finds_own_notes_only(clients, ada, cleo, date):
    write_night(ada, date, private_note="pillow under the knees")
    write_night(cleo, date, private_note="pillow of a stranger")
    page = clients.ada.get("/calendar/list/?q=pillow").content.decode()
    assert f"/nights/{date}/" in page
    assert "No night has a note" in clients.ada.get("/calendar/list/?q=stranger").content.decode()


def test_the_list_pages_through_a_long_diary(clients, ada):
    write_nights(ada, 100)
    assert "Page 4 of 4" in clients.ada.get("/calendar/list/?page=99").content.decode()


def test_another_month_is_chosen_from_two_lists_in_every_browser(clients, ada):
    """Two lists and no month field: Firefox and Safari on a desk take any text there and ignore it."""
    page = clients.ada.get("/calendar/?month=03&year=2025").content.decode()
    assert '<option value="03" selected>March</option>' in page
    assert "<option selected>2025</option>" in page
    assert "March 2025" in page
    assert clients.ada.get("/calendar/?month=13&year=20x5").status_code == 200
