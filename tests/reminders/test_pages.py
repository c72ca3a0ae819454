"""The settings page, the snooze behind the log-in, and the private calendar."""

import datetime as dt
import re

import pytest

from episodes.actions.reminders import reminder_of
from episodes.models import CalendarLink, acting_as
from tests.conftest import write_night
from tests.reminders.conftest import london, remind

PAGE = "/account/reminders/"


def stored(person):
    with acting_as(person):
        return reminder_of(by=person)


def make_link(client):
    page = client.post(f"{PAGE}calendar/make/").content.decode()
    return re.search(r"/account/reminders/calendar/[\w-]{43}\.ics", page)[0]


def test_time_and_days_are_kept(clients, reminded):
    answer = clients.ada.post(PAGE, {"at": "07:45", "days": ["1", "3"], "by_email": "on"})
    assert answer.status_code == 302
    assert (stored(reminded).at, stored(reminded).days, stored(reminded).by_email) == (
        dt.time(7, 45),
        [1, 3],
        True,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "25:00"}, {"at": ""}, {"days": []}, {"days": ["8"]}, {"days": ["x"]}, {"paused_until": "soon"},
        {"paused_until": "2999-01-01"}, {"at": "\x00"},
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_and_change_nothing(clients, reminded, wrong):
    answer = clients.ada.post(PAGE, {"at": "07:45", "days": ["1"], "by_email": "on", **wrong})
    assert answer.status_code == 422
    assert stored(reminded).at == dt.time(9)


def test_without_a_confirmed_address_no_mail_is_offered(clients, ada):
    page = clients.ada.get(PAGE).content.decode()
    assert 'name="by_email"' not in page
    assert "add an e-mail first" in page


def test_later_today_needs_a_log_in_and_a_tap(clients, reminded):
    answer = clients.nobody.post(f"{PAGE}later/")
    assert answer.status_code == 302
    assert "/account/login/?next=/account/reminders/later/" in answer["Location"]
    clients.ada.get(f"{PAGE}later/")
    assert stored(reminded).snoozes == 0
    clients.ada.post(f"{PAGE}later/")
    assert stored(reminded).snoozes == 1


def events(client, link):
    text = client.get(link).content.decode().replace("\r\n ", "")
    return re.findall(r"DTSTART:(\d{8}T\d{6}Z)", text)


def test_the_calendar_rings_at_the_patients_hour_also_after_the_clock_change(clients, reminded, time_machine):
    time_machine.move_to(london("2026-03-27 08:00"), tick=False)
    link = make_link(clients.ada)
    assert events(clients.nobody, link)[:3] == ["20260327T090000Z", "20260328T090000Z", "20260329T080000Z"]
    write_night(reminded, dt.date(2026, 3, 26))
    assert events(clients.nobody, link)[:2] == ["20260328T090000Z", "20260329T080000Z"]


def test_the_calendar_is_well_formed_neutral_and_kept_nowhere(clients, reminded):
    answer = clients.nobody.get(make_link(clients.ada))
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Robots-Tag"] == "noindex"
    assert text.replace("\r\n", "").count("\n") == 0
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert (
        text.count("BEGIN:VALARM") == text.count("BEGIN:VEVENT") == len(set(re.findall("UID:.*", text))) == 28
    )
    assert [word for word in ("cramp", "leg", "pain", "sore", "ada") if word in text.lower()] == []


def test_the_link_is_hashed_at_rest_and_a_new_one_ends_the_old(clients, reminded):
    first = make_link(clients.ada)
    token = first.rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in str(CalendarLink.objects.values())
    second = make_link(clients.ada)
    assert clients.nobody.get(first).status_code == 404
    assert clients.nobody.get(second).status_code == 200


def without_tokens(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


def test_an_ended_link_and_an_unknown_one_answer_alike(clients, reminded):
    link = make_link(clients.ada)
    assert clients.nobody.get(link).status_code == 200
    clients.ada.post(f"{PAGE}calendar/end/")
    ended = clients.nobody.get(link)
    unknown = clients.nobody.get(f"{PAGE}calendar/{'x' * 43}.ics")
    assert ended.status_code == unknown.status_code == 404
    assert without_tokens(ended) == without_tokens(unknown)
    assert ended.headers.keys() == unknown.headers.keys()


def test_the_link_of_a_switched_off_account_is_gone(clients, reminded):
    link = make_link(clients.ada)
    reminded.is_active = False
    reminded.save(update_fields=["is_active"])
    assert clients.nobody.get(link).status_code == 404


def test_a_pause_is_in_the_calendar_too(clients, ada, time_machine):
    time_machine.move_to(london("2026-03-10 08:00"), tick=False)
    remind(ada, days=[1], paused_until=dt.date(2026, 3, 20))
    assert events(clients.nobody, make_link(clients.ada)) == [
        "20260323T090000Z",
        "20260330T080000Z",
        "20260406T080000Z",
    ]
