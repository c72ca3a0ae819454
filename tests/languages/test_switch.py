"""Whose language a page speaks, and how dates and numbers are written."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, number_format

from episodes.templatetags.diary_format import in_sentence, night_title
from tests.conftest import log_in, write_night
from tests.languages.catalogue import LANGUAGES


def test_a_stranger_is_answered_in_the_language_of_the_browser(client):
    page = client.get("/account/login/", headers={"accept-language": "fr-CH,fr;q=0.9,en;q=0.5"})
    assert '<html lang="fr"' in page.content.decode()
    assert page["Content-Language"] == "fr"
    assert (
        '<html lang="en"' in client.get("/account/login/", headers={"accept-language": "fi"}).content.decode()
    )


def test_a_stranger_chooses_and_the_choice_stays(client):
    response = client.post("/language/", {"language": "fr", "next": "/learn/"})
    assert response["Location"] == "/learn/"
    assert '<html lang="fr"' in client.get("/learn/", headers={"accept-language": "en"}).content.decode()


def test_the_page_on_which_somebody_chose_comes_back(client):
    page = client.get("/learn/").content.decode()
    assert 'action="/language/"' in page
    response = client.post("/language/", {"language": "fr"}, headers={"referer": "http://testserver/learn/"})
    assert response["Location"] == "http://testserver/learn/"


def test_the_way_back_never_leads_away(client):
    response = client.post("/language/", {"language": "es", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_the_account_decides_for_who_is_logged_in(client, ada):
    ada.language = "fr"
    ada.save()
    log_in(client, ada)
    page = client.get("/", headers={"accept-language": "en"})
    assert '<html lang="fr"' in page.content.decode()
    assert page["Content-Language"] == "fr"
    assert "Avez-vous eu" in page.content.decode()


def test_sign_up_offers_every_language_and_begins_with_the_one_on_the_page(client, db):
    page = client.get("/account/signup/", headers={"accept-language": "fr"}).content.decode()
    for _code, name in settings.LANGUAGES:
        assert name in page
    assert '<option value="fr" selected>' in page


@pytest.mark.parametrize(
    ("language", "title", "number"),
    [
        ("en", "Night of Mon 30 November to Tue 1 December", "1.5"),
        ("de", "Mo, 30. November", "1,5"),
        ("es", "30 de noviembre", "1,5"),
        ("fr", "30 novembre", "1,5"),
    ],
)
def test_dates_and_numbers_follow_the_language(language, title, number):
    with translation.override(language):
        assert title.lower() in night_title(dt.date(2026, 11, 30)).lower()
        assert number_format(1.5) == number
    assert date_format(dt.date(2026, 11, 30), "j F Y") == "30 November 2026"


def test_a_label_inside_a_sentence_keeps_its_capital_in_german_alone():
    with translation.override("de"):
        assert in_sentence("Warmes Bad") == "Warmes Bad"
    with translation.override("fr"):
        assert in_sentence("Bain chaud") == "bain chaud"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decimal_comma_is_understood_and_kept(client, ada, date, stored, language):
    ada.language = language
    ada.save()
    log_in(client, ada)
    form = {"version": "0", "outcome": "no_cramps", "sitting_hours": "6,5", "save": "own"}
    assert client.post(f"/nights/{date}/", form).status_code == 302
    assert float(stored().answers["sitting_hours"]) == 6.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_coordinates_addresses_and_files_know_no_language(client, ada, date, language):
    write_night(ada, date, "cramps", episodes=[{"side": "left", "location": "calf", "pain_0_10": 7}])
    ada.language = language
    ada.save()
    log_in(client, ada)
    page = client.get("/trends/").content.decode() + client.get("/trends/?range=all").content.decode()
    drawn = re.findall(r'\b(?:x|y|x1|x2|y1|y2|cx|cy|r|width|height|d|points)="([^"]*)"', page)
    assert drawn
    assert not [value for value in drawn if re.fullmatch(r"-?\d+,\d+", value)]
