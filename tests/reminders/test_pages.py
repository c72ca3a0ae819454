"""The settings page, the snooze behind the log-in, and the private calendar."""

import datetime as dt
import re

import pytest

from episodes.models import CalendarLink, Reminder, acting_as
from episodes.reminders.actions import reminder_of
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


def page_of(client):
    return client.get(PAGE).content.decode()


def test_the_page_says_what_is_on_and_what_is_off(clients, ada):
    remind(ada, "07:00", by_email=False)
    assert "<h1>Nothing is on yet</h1>" in page_of(clients.ada)
    assert "On:" not in page_of(clients.ada)

    make_link(clients.ada)
    assert "<h1>A reminder is on</h1>" in page_of(clients.ada)
    assert "On: your calendar, at 07:00" in page_of(clients.ada)
    assert "Off: mail" in page_of(clients.ada)

    remind(ada, "07:30")
    assert "On: mail to ada@example.org, at 07:30" in page_of(clients.ada)


def test_reminders_that_stopped_are_not_called_on(clients, reminded):
    with acting_as(reminded):
        Reminder.objects.owned_by(reminded).update(stopped_at=london("2026-03-10 09:00"))
    assert "<h1>Nothing is on yet</h1>" in page_of(clients.ada)


def test_a_calendar_file_rings_on_the_chosen_mornings_by_the_devices_own_clock(clients, ada, time_machine):
    time_machine.move_to(london("2026-03-27 08:00"), tick=False)  # a Friday
    remind(ada, "07:00", days=[1, 3], by_email=False)

    answer = clients.ada.get(f"{PAGE}diary.ics")
    text = answer.content.decode()

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="diary.ics"'
    lines = text.split("\r\n")
    assert "DTSTART:20260330T070000" in lines  # the Monday, without a zone
    assert "RRULE:FREQ=WEEKLY;BYDAY=MO,WE" in lines
    assert [lines.count(line) for line in ("BEGIN:VEVENT", "BEGIN:VALARM", "TRIGGER:PT0S")] == [1, 1, 1]
    assert [lines[0], lines[-2:]] == ["BEGIN:VCALENDAR", ["END:VCALENDAR", ""]]
    assert max(len(line.encode()) for line in lines) <= 75
    assert [word for word in ("cramp", "leg", "pain", "sore", "ada") if word in text.lower()] == []


def test_a_calendar_file_fetched_again_replaces_the_one_before(clients, ada, time_machine):
    time_machine.move_to(london("2026-03-27 08:00"), tick=False)
    first = clients.ada.get(f"{PAGE}diary.ics").content.decode()
    time_machine.move_to(london("2026-03-28 08:00"), tick=False)
    remind(ada, "06:30", by_email=False, paused_until=dt.date(2026, 4, 3))
    second = clients.ada.get(f"{PAGE}diary.ics").content.decode()

    assert "DTSTART:20260327T090000" in first
    assert "DTSTART:20260403T063000" in second
    assert re.search("UID:.*", first)[0] == re.search("UID:.*", second)[0]
    number = [int(re.search(r"SEQUENCE:(\d+)", text)[1]) for text in (first, second)]
    assert number[0] < number[1]


def test_a_calendar_link_opens_in_the_calendar_program_and_its_address_is_folded(clients, reminded):
    page = clients.ada.post(f"{PAGE}calendar/make/").content.decode()
    assert re.search(r'href="webcal://[^"]+/account/reminders/calendar/[\w-]{43}\.ics"', page)
    assert page.index("<summary>The address, to copy</summary>") < page.index('id="calendar-link"')
