"""Three screens after sign-up, each skippable, and never in the way again."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress

from episodes.models import Profile, acting_as
from episodes.reminders.actions import reminder_of

START, HOURS, REMINDER = "/account/start/", "/account/start/hours/", "/account/start/reminder/"


def profile(person):
    with acting_as(person):
        return Profile.objects.owned_by(person).first()


def stored_reminder(person):
    with acting_as(person):
        return reminder_of(by=person)


def test_the_three_screens_lead_on_and_keep_what_was_chosen(clients, ada):
    assert clients.ada.post(START, {"active_habits": ["sitting_hours", "activity"]})["Location"] == HOURS
    assert clients.ada.post(HOURS, {"sleeps": "day", "evening_card": "on"})["Location"] == REMINDER
    assert clients.ada.post(REMINDER, {"at": "08:15"})["Location"] == "/account/reminders/"
    ada.refresh_from_db()
    assert set(profile(ada).active_habits) == {"activity", "sitting_hours"}
    assert profile(ada).evening_card is True
    assert ada.night_starts_at == dt.time(18)
    assert stored_reminder(ada).at == dt.time(8, 15)


def test_a_confirmed_address_is_reminded_by_mail(clients, ada):
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    assert clients.ada.post(REMINDER, {"at": "08:15"})["Location"] == "/"
    assert stored_reminder(ada).by_email is True


def test_each_screen_can_be_skipped_and_skipping_keeps_nothing(clients, ada):
    for path, following in ((START, HOURS), (HOURS, REMINDER), (REMINDER, "/")):
        page = clients.ada.get(path).content.decode()
        assert f'href="{following}"' in page
    assert profile(ada) is None
    assert stored_reminder(ada) is None


def test_nothing_sends_anybody_back_there(clients, ada):
    for path in ("/", "/calendar/", "/account/"):
        assert clients.ada.get(path).status_code == 200


def test_it_is_reachable_later_from_the_account(clients, ada):
    assert f'href="{START}"' in clients.ada.get("/account/").content.decode()


def test_the_usual_day_outlives_a_second_visit(clients, ada):
    with acting_as(ada):
        Profile(patient=ada, usual_day={"activity": 1}).save(force_insert=True)
    clients.ada.post(START, {"active_habits": ["activity"]})
    assert profile(ada).usual_day == {"activity": 1}


def test_it_says_how_many_nights_an_answer_takes(clients, ada):
    page = " ".join(clients.ada.get(REMINDER).content.decode().split())
    assert "compared after 28 nights at the least, with 8 cramp nights and 8 nights without a cramp" in page


@pytest.mark.parametrize(
    ("path", "wrong"),
    [(START, {"active_habits": ["flying"]}), (HOURS, {"sleeps": "never"}), (HOURS, {}), (REMINDER, {"at": "noon"})],
)  # fmt: skip
def test_wrong_answers_are_named_and_keep_nothing(clients, ada, path, wrong):
    assert clients.ada.post(path, wrong).status_code == 422
    assert profile(ada) is None
    assert stored_reminder(ada) is None
