"""Two cron jobs at the same moment: two processes of their own, and many threads; each reminder goes out once."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.core import mail
from django.utils import timezone

from episodes.reminders.sending import send_due
from tests.concurrency.conftest import url_of_test_database
from tests.conftest import looking_as, make_user
from tests.plugins.parallel import together
from tests.reminders.conftest import remind, sent_to

pytestmark = pytest.mark.django_db(transaction=True)


def due_now(person):
    local = timezone.now().astimezone(person.zone)
    at = max(
        local.replace(tzinfo=None) - dt.timedelta(minutes=5), local.replace(tzinfo=None, hour=0, minute=0)
    )
    remind(person, at=at.strftime("%H:%M"))


def test_sixteen_jobs_at_once_send_one_mail_each(db):
    people = [make_user(f"p{number}") for number in range(4)]
    for person in people:
        due_now(person)
    now = timezone.now()

    tallies = together([lambda: send_due(now=now) for _copy in range(16)], threads=16)

    assert sum(tally.sent for tally in tallies) == len(people)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in people)
    for person in people:
        with looking_as(person):
            assert [row.state for row in sent_to(person)] == ["sent"]


def test_two_processes_at_once_send_one_mail_each(db, tmp_path):
    people = [make_user(f"p{number}") for number in range(6)]
    for person in people:
        due_now(person)
    environment = {
        **os.environ,
        "DATABASE_URL": url_of_test_database(),
        "EMAIL_URL": f"filemail:///{tmp_path}",
        "DJANGO_SETTINGS_MODULE": "crampdiary.settings",
    }
    command = [sys.executable, "manage.py", "send_reminders"]
    jobs = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _job in range(2)]
    errors = [job.communicate(timeout=60)[1].decode() for job in jobs]

    assert [job.returncode for job in jobs] == [0, 0], errors
    mails = "".join(file.read_text() for file in tmp_path.iterdir())
    assert [mails.count(f"To: {person.email}") for person in people] == [1] * len(people)
