"""The day before its night, and the question after it: at their hours, and never as an answer about cramps."""

import datetime as dt

import pytest

from episodes.models import Night, Profile, acting_as
from episodes.nights.content import read_night
from tests.conftest import write_night
from tests.reminders.conftest import london

TONIGHT = dt.date(2026, 3, 14)
URL = f"/nights/{TONIGHT}/evening/"


@pytest.fixture
def at(time_machine):
    return lambda text: time_machine.move_to(london(text), tick=False)


@pytest.fixture
def night(ada):
    def read(date=TONIGHT):
        with acting_as(ada):
            return read_night(patient=ada, date=date, by=ada)

    return read


def write_day(client, version=0, **answers):
    return client.post(URL, {"version": version, "activity": "2", **answers})


@pytest.mark.parametrize(("hour", "shown"), [("17:59", False), ("18:00", True), ("23:59", True)])
def test_today_offers_the_day_from_six_in_the_evening(clients, ada, at, hour, shown):
    at(f"2026-03-14 {hour}")
    assert (URL in clients.ada.get("/").content.decode()) is shown


def test_the_hour_is_that_of_the_patient(clients, ada, at):
    ada.time_zone = "Asia/Tokyo"
    ada.save(update_fields=["time_zone"])
    at("2026-03-14 09:00")  # 18:00 in Tokyo
    assert URL in clients.ada.get("/").content.decode()


def test_a_day_written_before_the_night_is_marked_and_the_night_stays_unwritten(clients, ada, at, night):
    at("2026-03-14 19:00")
    assert clients.ada.get(URL).status_code == 200
    assert write_day(clients.ada, stretched_minutes="5", stretched_minutes_exact="5").status_code == 302
    content = night()
    assert content.outcome is None
    assert (content.answers["activity"], content.answers["stretched_minutes"]) == (2, 5)
    assert content.answers["habits_before_night"] is True
    assert content.answers["habits_source"] == "own"
    with acting_as(ada):
        assert not Night.objects.owned_by(ada).written().exists()
    assert "Tomorrow you are asked only about the night" in clients.ada.get("/").content.decode()


def test_the_morning_shows_them_as_own_answers_and_one_tap_keeps_them(clients, ada, at, night):
    at("2026-03-14 19:00")
    write_day(clients.ada)
    at("2026-03-15 08:00")
    today = clients.ada.get("/").content.decode()
    assert "Did you have a leg cramp?" in today
    form = clients.ada.get(f"/nights/{TONIGHT}/").content.decode()
    assert 'name="activity" value="2" checked' in form
    clients.ada.post(f"/nights/{TONIGHT}/outcome/", {"outcome": "no_cramps", "version": "1"})
    assert (night().outcome, night().answers["activity"]) == ("no_cramps", 2)
    assert night().answers["habits_before_night"] is True


@pytest.mark.parametrize(
    ("morning", "before_night"),
    [({"activity": "2"}, True), ({"activity": "3"}, False), ({"activity": "2", "vomiting_or_diarrhoea": "yes"}, False), ({}, False)],
)  # fmt: skip
def test_an_answer_given_anew_in_the_morning_is_no_longer_before_the_night(
    clients, ada, at, night, morning, before_night
):
    at("2026-03-14 19:00")
    write_day(clients.ada)
    at("2026-03-15 08:00")
    clients.ada.post(f"/nights/{TONIGHT}/", {"version": "1", "outcome": "cramps", "save": "own", **morning})
    assert night().outcome == "cramps"
    assert night().answers["habits_before_night"] is before_night


def test_the_usual_day_fills_gaps_and_takes_nothing_away(clients, ada, at, night):
    at("2026-03-14 19:00")
    write_day(clients.ada)
    with acting_as(ada):
        Profile(patient=ada, usual_day={"activity": 0, "warm_bath": True}).save(force_insert=True)
    at("2026-03-15 08:00")
    clients.ada.post(
        f"/nights/{TONIGHT}/", {"version": "1", "outcome": "no_cramps", "activity": "2", "save": "usual"}
    )
    answers = night().answers
    assert (answers["activity"], answers["warm_bath"], answers["habits_before_night"]) == (2, True, True)


def test_the_day_can_be_changed_until_midnight_and_keeps_its_mark(clients, ada, at, night):
    at("2026-03-14 19:00")
    write_day(clients.ada)
    assert write_day(clients.ada, version=1, activity="3").status_code == 302
    assert (night().answers["activity"], night().answers["habits_before_night"]) == (3, True)


def test_nothing_tapped_writes_nothing(clients, ada, at, night):
    at("2026-03-14 19:00")
    clients.ada.post(URL, {"version": "0"})
    assert night().version == 0


@pytest.mark.parametrize("moment", ["2026-03-14 17:00", "2026-03-15 00:01", "2026-03-20 19:00"])
def test_at_any_other_time_the_night_page_is_the_place(clients, ada, at, night, moment):
    at(moment)
    assert write_day(clients.ada)["Location"] == f"/nights/{TONIGHT}/"
    assert night().version == 0


def test_a_night_to_come_is_not_there(clients, ada, at):
    at("2026-03-13 19:00")
    assert clients.ada.get(URL).status_code == 404


def test_once_the_night_is_written_the_evening_is_over(clients, ada, at, night):
    at("2026-03-14 22:00")
    write_night(ada, TONIGHT, "cramps", episodes=[{"location": "calf"}])
    assert URL not in clients.ada.get("/").content.decode()
    assert write_day(clients.ada, version=1).status_code == 302
    assert night().answers["activity"] is None


def test_a_stale_copy_changes_nothing(clients, ada, at, night):
    at("2026-03-14 19:00")
    write_day(clients.ada)
    assert write_day(clients.ada, version=0, activity="3").status_code == 409
    assert night().answers["activity"] == 2


@pytest.mark.parametrize("wrong", [{"activity": "9"}, {"sitting_hours": "99"}, {"version": "x"}])
def test_wrong_answers_are_named_and_nothing_is_saved(clients, ada, at, night, wrong):
    at("2026-03-14 19:00")
    assert clients.ada.post(URL, {"version": "0", "activity": "2", **wrong}).status_code == 422
    assert night().version == 0


def test_whoever_does_not_want_the_evening_question_is_not_asked(clients, ada, at):
    at("2026-03-14 19:00")
    clients.ada.post("/account/start/hours/", {"sleeps": "night"})
    assert URL not in clients.ada.get("/").content.decode()


@pytest.mark.parametrize(("hour", "asked"), [("10:59", False), ("11:00", True), ("20:00", True)])
def test_from_eleven_the_day_after_a_cramp_is_asked_about(clients, ada, at, hour, asked):
    write_night(ada, TONIGHT, "cramps")
    at(f"2026-03-15 {hour}")
    assert ("Are your legs still sore today?" in clients.ada.get("/").content.decode()) is asked


def test_the_soreness_is_asked_once_and_kept(clients, ada, at, night):
    write_night(ada, TONIGHT, "cramps")
    at("2026-03-15 11:30")
    clients.ada.post(f"/nights/{TONIGHT}/soreness/", {"soreness_next_day_0_10": "~3", "version": "1"})
    assert night().answers["soreness_next_day_0_10"] == 3
    assert "still sore today" not in clients.ada.get("/").content.decode()


def test_no_cramp_no_question(clients, ada, at):
    write_night(ada, TONIGHT, "no_cramps")
    at("2026-03-15 12:00")
    assert "still sore today" not in clients.ada.get("/").content.decode()
