"""Settings, time zone, usual day, agreement and the privacy page."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from episodes.models import Profile, User, acting_as
from tests.accounts.test_sign_up import sign_up
from tests.conftest import PASSWORD


def settings_of(**changes):
    return {
        "display_name": "Ada",
        "time_zone": "Europe/London",
        "week_starts_on": "1",
        "language": "en",
        "theme": "auto",
        "country": "",
        "hemisphere": "north",
        "drink_grams": "10",
        **changes,
    }


def profile_of(patient):
    with acting_as(patient):
        return Profile.objects.owned_by(patient).first()


def test_settings_are_kept(clients, ada):
    response = clients.ada.post(
        reverse("account:overview"),
        settings_of(theme="dark", country="IE", hemisphere="south", drink_grams="8", week_starts_on="7"),
    )

    assert response.status_code == 302
    ada.refresh_from_db()
    assert (ada.theme, ada.country, ada.hemisphere, ada.drink_grams, ada.week_starts_on) == (
        "dark",
        "IE",
        "south",
        8,
        7,
    )
    assert b'data-theme="dark"' in clients.ada.get(reverse("account:overview")).content


def test_sleeping_by_day_moves_the_night_to_six_in_the_evening_and_back(clients, ada):
    clients.ada.post(reverse("account:overview"), settings_of(sleeps_by_day="on"))
    ada.refresh_from_db()
    assert ada.night_starts_at == dt.time(18)

    clients.ada.post(reverse("account:overview"), settings_of())
    ada.refresh_from_db()
    assert ada.night_starts_at == dt.time(12)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("theme", "pink"),
        ("drink_grams", "9"),
        ("week_starts_on", "8"),
        ("hemisphere", "east"),
        ("country", "XX"),
        ("time_zone", "Mars/Olympus"),
        ("display_name", "x" * 101),
        ("display_name", "a\0b"),
    ],
)
def test_a_wrong_setting_is_named_and_changes_nothing(clients, ada, field, value):
    response = clients.ada.post(
        reverse("account:overview"), settings_of(**{"display_name": "New", field: value})
    )

    assert response.status_code == 422
    assert field in response.context["form"].errors
    ada.refresh_from_db()
    assert ada.display_name == "Ada"


def test_a_stored_zone_outside_the_list_stays_chosen(clients, ada):
    ada.time_zone = "Asia/Calcutta"
    ada.save()

    assert (
        '<option value="Asia/Calcutta" selected'
        in clients.ada.get(reverse("account:overview")).content.decode()
    )


def test_the_offered_zone_is_kept_and_leads_back_to_the_page(clients, ada):
    response = clients.ada.post(
        reverse("account:time-zone"), {"time_zone": "Asia/Tokyo", "next": "/account/usual-day/"}
    )

    assert response.url == "/account/usual-day/"
    ada.refresh_from_db()
    assert ada.time_zone == "Asia/Tokyo"


OLD_NAMES = (
    "CET",
    "MET",
    "EET",
    "WET",
    "EST",
    "MST",
    "HST",
    "EST5EDT",
    "CST6CDT",
    "MST7MDT",
    "PST8PDT",
    "Japan",
    "PRC",
    "GB-Eire",
)


@pytest.mark.parametrize("zone", OLD_NAMES)
def test_a_zone_is_taken_by_any_name_that_a_device_may_have_for_it(clients, client, ada, zone):
    page = clients.ada.post(reverse("account:time-zone"), {"time_zone": zone}, follow=True)
    assert f'<option value="{zone}" selected>' in page.content.decode()

    assert sign_up(client, time_zone=zone).status_code == 302
    assert {user.time_zone for user in User.objects.all()} == {zone}
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "Etc/Unknown", "europe/london"])
def test_a_name_that_is_no_zone_everywhere_is_refused(clients, ada, zone):
    assert clients.ada.post(reverse("account:time-zone"), {"time_zone": zone}).status_code == 422


def test_the_zone_offer_never_leads_to_another_site(clients, ada):
    response = clients.ada.post(
        reverse("account:time-zone"), {"time_zone": "Asia/Tokyo", "next": "//evil.example/"}
    )

    assert response.url == reverse("account:overview")


def test_an_unknown_zone_gets_a_sentence_and_changes_nothing(clients, ada):
    response = clients.ada.post(reverse("account:time-zone"), {"time_zone": "Mars/Olympus"})

    assert response.status_code == 422
    assert "Choose a time zone from the list" in response.content.decode()
    ada.refresh_from_db()
    assert ada.time_zone == "Europe/London"


def test_the_usual_day_is_kept_with_its_kinds(clients, ada):
    response = clients.ada.post(
        reverse("account:usual-day"),
        {
            "activity": "1",
            "sitting_hours": "6",
            "longest_still_hours": "0.5",
            "sitting_posture": "unsure",
            "warm_bath": "no",
            "stretched_minutes": "",
            "active_habits": ["activity", "warm_bath"],
        },
    )

    assert response.status_code == 302
    profile = profile_of(ada)
    assert profile.usual_day == {
        "activity": 1,
        "sitting_hours": 6,
        "longest_still_hours": 0.5,
        "sitting_posture": "unsure",
        "warm_bath": False,
    }
    assert profile.usual_day["warm_bath"] is False
    assert profile.active_habits == ["activity", "warm_bath"]


def test_the_usual_day_is_shown_as_it_was_kept(clients, ada):
    clients.ada.post(reverse("account:usual-day"), {"fluid_ml": "1750", "active_habits": ["activity"]})

    form = clients.ada.get(reverse("account:usual-day")).context["form"]

    assert form["fluid_ml"].value() == "1750"
    assert form["activity"].value() == ""
    assert form["active_habits"].value() == ["activity"]


def test_an_exact_usual_answer_is_offered_among_the_bands(clients, ada):
    with acting_as(ada):
        Profile(patient=ada, usual_day={"sitting_hours": 6.5}).save(force_insert=True)

    page = clients.ada.get(reverse("account:usual-day")).content.decode()
    clients.ada.post(reverse("account:usual-day"), {"sitting_hours": "6.5"})

    assert "6.5 hours" in page
    assert profile_of(ada).usual_day == {"sitting_hours": 6.5}


def test_an_answer_that_is_not_offered_is_refused(clients, ada):
    response = clients.ada.post(reverse("account:usual-day"), {"sitting_hours": "99"})

    assert response.status_code == 422
    assert profile_of(ada) is None


def test_the_agreement_page_shows_the_day_and_the_text(clients, ada):
    page = clients.ada.get(reverse("account:agreement")).content.decode()

    assert "You agreed on" in page
    assert "May we store what you write about your health?" in page


def test_the_privacy_page_is_public_and_filled_from_the_settings(client, db, settings):
    settings.PRIVACY = {
        "operator": "Mill Road",
        "contact": "help@mill.example",
        "retention": "ten years",
        "backups": "daily",
    }

    page = client.get("/privacy/").content.decode()

    for words in ("Mill Road", "help@mill.example", "ten years", "daily"):
        assert words in page


@pytest.mark.parametrize(
    "name", ["overview", "usual-day", "agreement", "health", "condition-add", "medicine-add"]
)
def test_a_signed_out_reader_is_sent_to_the_log_in(client, db, name):
    response = client.get(reverse(f"account:{name}"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_other_devices_are_listed_and_logged_out(client, ada):
    other = Client()
    for device in (client, other):
        device.post(reverse("account_login"), {"login": "ada", "password": PASSWORD})
    assert "Log it out" in client.get(reverse("usersessions_list")).content.decode()

    client.post(reverse("usersessions_list"))

    assert client.get(reverse("account:overview")).status_code == 200
    assert other.get(reverse("account:overview")).status_code == 302
