"""What goes out: once, only for an unwritten night, at the patient's hour, in words that tell nothing."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from episodes.models import acting_as
from episodes.reminders.actions import snooze
from tests.conftest import make_user, write_night
from tests.reminders.conftest import london, remind, sent_to

HEALTH_WORDS = ("cramp", "leg", "pain", "sore", "sleep", "medicine", "health", "clinic")


class AdaServerIsDown(EmailBackend):
    """A mail server that refuses Ada's mails and takes the others'."""

    def send_messages(self, email_messages):
        if any("ada@" in address for message in email_messages for address in message.to):
            raise ConnectionRefusedError("no mail today for ada@example.org")
        return super().send_messages(email_messages)


def broken(settings):
    settings.EMAIL_BACKEND = f"{__name__}.AdaServerIsDown"


def test_a_reminder_opens_the_exact_night_and_tells_nothing_about_health(reminded, run, settings):
    settings.BASE_URL = "https://diary.example.org"
    run("2026-03-15 09:02")
    [message] = mail.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject == "Diary: last night?"
    assert "https://diary.example.org/nights/2026-03-14/" in message.body
    assert message.from_email.startswith("Diary <")
    words = f"{message.subject} {message.body}".lower()
    assert [word for word in HEALTH_WORDS if word in words] == []


def test_the_second_run_sends_nothing_more(reminded, run):
    for minute in ("09:00", "09:00", "09:05", "12:59"):
        run(f"2026-03-15 {minute}")
    assert len(mail.outbox) == 1
    run("2026-03-16 09:00")
    assert len(mail.outbox) == 2


def test_a_written_night_is_not_reminded_of(reminded, run):
    write_night(reminded, dt.date(2026, 3, 14))
    run("2026-03-15 09:00")
    assert mail.outbox == []


def test_habits_written_in_the_evening_do_not_make_a_night_written(reminded, run):
    write_night(reminded, dt.date(2026, 3, 14), None, activity=2)
    run("2026-03-15 09:00")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("moment", "count"),
    [("08:59", 0), ("09:00", 1), ("13:00", 1), ("13:01", 0), ("23:00", 0)],
)
def test_a_reminder_is_due_for_four_hours(reminded, run, moment, count):
    run(f"2026-03-15 {moment}")
    assert len(mail.outbox) == count


def test_only_chosen_days_and_not_during_a_pause(ada, run):
    remind(ada, days=[1], paused_until=dt.date(2026, 3, 23))
    run("2026-03-16 09:00")  # a Monday within the pause
    run("2026-03-22 09:00")  # a Sunday
    assert mail.outbox == []
    run("2026-03-23 09:00")
    assert len(mail.outbox) == 1


def test_an_address_that_nobody_confirmed_gets_nothing(ada, run):
    remind(ada)
    EmailAddress.objects.update(verified=False)
    run("2026-03-15 09:00")
    assert mail.outbox == []


def test_a_switched_off_account_gets_nothing(reminded, run):
    reminded.is_active = False
    reminded.save(update_fields=["is_active"])
    run("2026-03-15 09:00")
    assert mail.outbox == []


def test_the_hour_is_that_of_the_patient(db, run):
    away = make_user("kim", time_zone="Asia/Tokyo")
    remind(away)
    run("2026-03-15 09:00")  # 18:00 in Tokyo
    assert mail.outbox == []
    run("2026-03-16 00:00")
    assert "/nights/2026-03-15/" in mail.outbox[0].body


def test_an_hour_that_the_clock_skips_in_spring_is_reminded_at_the_jump(ada, run):
    remind(ada, at="01:30")
    run("2026-03-29 00:59")
    assert mail.outbox == []
    run("2026-03-29 02:00")
    run("2026-03-29 02:10")
    assert len(mail.outbox) == 1


def test_an_hour_that_comes_twice_in_autumn_is_reminded_once(ada, run):
    remind(ada, at="01:30")
    run("2026-10-25 01:30", fold=0)
    run("2026-10-25 01:30", fold=1)
    assert len(mail.outbox) == 1


def test_a_broken_mail_server_for_one_does_not_stop_the_others(reminded, cleo, run, settings, caplog):
    broken(settings)
    remind(cleo)
    tally = run("2026-03-15 09:00")
    assert [message.to for message in mail.outbox] == [["cleo@example.org"]]
    assert (tally.sent, tally.failed) == (1, 1)
    assert not re.search(r"\bada\b", caplog.text)
    assert "ConnectionRefusedError" in caplog.text


def test_a_failed_mail_is_tried_twice_more_and_then_left(reminded, run, settings):
    backend = settings.EMAIL_BACKEND
    broken(settings)
    assert [run(f"2026-03-15 09:0{minute}").failed for minute in range(4)] == [1, 1, 1, 0]
    settings.EMAIL_BACKEND = backend
    run("2026-03-15 10:00")
    assert mail.outbox == []


def test_a_failed_mail_goes_out_once_when_the_server_is_back(reminded, run, settings):
    backend = settings.EMAIL_BACKEND
    broken(settings)
    run("2026-03-15 09:00")
    settings.EMAIL_BACKEND = backend
    run("2026-03-15 09:05")
    run("2026-03-15 09:10")
    assert len(mail.outbox) == 1
    assert [row.state for row in sent_to(reminded)] == ["sent"]


def test_the_command_says_when_something_failed(reminded, settings, time_machine):
    broken(settings)
    time_machine.move_to(london("2026-03-15 09:00"))
    with pytest.raises(CommandError, match="1 failed"):
        call_command("send_reminders")


def mornings(run, first, last):
    for day in range(first, last + 1):
        run(f"2026-03-{day:02} 09:00")


def test_after_seven_ignored_it_asks_once_and_stops(reminded, run, clients, time_machine):
    mornings(run, 1, 12)
    assert [message.subject for message in mail.outbox] == ["Diary: last night?"] * 7 + [
        "Diary: more reminders?"
    ]
    time_machine.move_to(london("2026-03-12 10:00"))
    assert "Shall the reminders go on?" in clients.ada.get("/").content.decode()

    clients.ada.post("/account/reminders/go-on/", {"answer": "yes"})
    mail.outbox.clear()
    mornings(run, 13, 20)
    assert len(mail.outbox) == 8
    assert mail.outbox[-1].subject == "Diary: more reminders?"


def test_leaving_them_off_ends_them(reminded, run, clients):
    mornings(run, 1, 8)
    clients.ada.post("/account/reminders/go-on/", {"answer": "no"})
    mail.outbox.clear()
    mornings(run, 9, 20)
    assert mail.outbox == []
    assert "Shall the reminders go on?" not in clients.ada.get("/").content.decode()


def test_a_written_night_in_between_is_not_ignoring(reminded, run):
    mornings(run, 1, 7)
    write_night(reminded, dt.date(2026, 3, 3))
    mornings(run, 8, 8)
    assert {message.subject for message in mail.outbox} == {"Diary: last night?"}


def test_in_two_hours_reminds_again_once(reminded, run):
    run("2026-03-15 09:00")
    with acting_as(reminded):
        until = snooze(now=london("2026-03-15 09:10"), by=reminded)
        assert snooze(now=london("2026-03-15 09:11"), by=reminded) == until
    for minute in ("11:09", "11:10", "11:15"):
        run(f"2026-03-15 {minute}")
    assert len(mail.outbox) == 2
    run("2026-03-16 09:00")
    assert len(mail.outbox) == 3


def test_a_night_can_be_put_off_three_times(reminded):
    with acting_as(reminded):
        answers = [snooze(now=london(f"2026-03-15 {hour:02}:00"), by=reminded) for hour in (9, 12, 15, 18)]
    assert [answer is None for answer in answers] == [False, False, False, True]
