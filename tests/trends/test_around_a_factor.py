"""What stands around a comparison: notes of those nights, a remedy to try, seasons, weeks of a pregnancy."""

import datetime as dt

import pytest
from django.utils import timezone

from episodes.models import Condition, Night, PrivateNote, SharedNote, acting_as
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.trends.test_factor_pages import own_words, write_diary


def page_of(client, key):
    return client.get(f"/trends/factors/{key}/").content.decode()


def test_notes_of_cramp_nights_with_the_habit_stand_on_its_page_and_others_do_not(clients, ada):
    write_diary(ada, 60, 0.5, 0.5)
    with acting_as(ada):
        nights = Night.objects.owned_by(ada).values_list("outcome", "sitting_hours", "date")
        dates = {(outcome, int(hours)): date for outcome, hours, date in nights}
        for model, night, text in (
            (PrivateNote, ("cramps", 10), "Long drive to Leeds."),
            (SharedNote, ("cramps", 10), "On the train."),
            (PrivateNote, ("no_cramps", 10), "Slept well."),
            (PrivateNote, ("cramps", 2), "Garden all day."),
        ):
            model(patient=ada, date=dates[night], text=text).save(force_insert=True)

    page = page_of(clients.ada, "sitting")

    assert "Long drive to Leeds." in page
    assert "On the train." in page
    assert "Slept well." not in page
    assert "Garden all day." not in page


@pytest.mark.parametrize(("key", "remedy"), [("sitting", "stretching"), ("hard-floor", "massage")])
def test_a_factor_leads_to_a_remedy_and_promises_nothing(clients, ada, key, remedy):
    page = page_of(clients.ada, key)
    assert f'href="/remedies/{remedy}/"' in page
    assert f'href="/experiments/?remedy={remedy}"' in page
    assert "Nobody can promise that it helps you." in page


def test_a_factor_without_a_remedy_offers_none(clients, ada):
    for key in ("alcohol", "hydration", "pregnancy"):
        assert "Try it" not in page_of(clients.ada, key)


def test_the_seasons_are_named_for_a_diary_of_more_than_six_weeks(clients, ada, cleo):
    write_diary(ada, 20, 0.5, 0.5)
    assert "Your nights are from" not in page_of(clients.ada, "sitting")
    write_diary(cleo, 60, 0.5, 0.5)
    assert "Your nights are from" in page_of(clients.cleo, "sitting")


def test_a_pregnancy_is_told_week_by_week_without_a_comparison(clients, ada):
    last = last_night(timezone.now(), ada.zone)
    with acting_as(ada):
        Condition(patient=ada, key="pregnancy", due_on=last + dt.timedelta(days=63)).save(force_insert=True)
    write_night(ada, last, "cramps")
    write_night(ada, last - dt.timedelta(days=1), "no_cramps")
    write_night(ada, last - dt.timedelta(days=20), "no_cramps")

    words = " ".join(own_words(page_of(clients.ada, "pregnancy")).split())

    assert "week 31 1 of 1" in words
    assert "week 30 0 of 1" in words
    assert "week 29 –" in words
    assert "week 28 0 of 1" in words
    assert "goes with" not in words


def test_a_pregnancy_without_a_due_date_has_no_weeks(clients, ada):
    with acting_as(ada):
        Condition(patient=ada, key="pregnancy").save(force_insert=True)
    assert "Week by week" not in page_of(clients.ada, "pregnancy")
