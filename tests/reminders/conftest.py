"""Ada, reminded at 09:00 in London by mail, and a way to let the cron job run at a moment."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress

from episodes.models import ReminderSent, acting_as
from episodes.reminders.actions import EVERY_DAY, save_reminder
from episodes.reminders.sending import send_due

LONDON = ZoneInfo("Europe/London")
LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def london(text, **fold):
    """Return the moment at which London's clock shows `text`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON, **fold)


def remind(person, at="09:00", days=EVERY_DAY, *, by_email=True, paused_until=None, now=LONG_AGO):
    if by_email:
        EmailAddress.objects.get_or_create(user=person, email=person.email, verified=True, primary=True)
    with acting_as(person):
        save_reminder(
            at=dt.time.fromisoformat(at), days=days, by_email=by_email, paused_until=paused_until, now=now, by=person
        )  # fmt: skip


def sent_to(person):
    with acting_as(person):
        return list(ReminderSent.objects.owned_by(person).order_by("at"))


@pytest.fixture
def reminded(ada):
    remind(ada)
    return ada


@pytest.fixture
def run():
    """Let the cron job run at a moment on London's clock."""
    return lambda text, **fold: send_due(now=london(text, **fold))
