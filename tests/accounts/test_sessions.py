"""Where one is logged in: see it, end one, end the others; and what ends them by itself."""

import pytest
from allauth.usersessions.models import UserSession
from django.urls import reverse

from tests.accounts.doors import enter, is_in
from tests.conftest import PASSWORD
from tests.review.test_account_page import doors_of, send

SESSIONS = "/account/sessions/"


def end(client, session):
    return client.post(reverse("account:session-end", args=[session.pk]))


def session_of(client):
    return UserSession.objects.get(session_key=client.session.session_key)


def test_every_device_is_listed_and_one_of_them_ended(ada):
    here, phone, laptop = enter(ada), enter(ada), enter(ada)
    page = here.get(SESSIONS).content.decode()
    assert page.count("This device") == 1
    assert page.count("Log it out") == 2

    assert end(here, session_of(phone))["Location"] == SESSIONS
    assert [is_in(each) for each in (here, phone, laptop)] == [True, False, True]


def test_all_others_are_ended_at_once(ada):
    here, phone, laptop = enter(ada), enter(ada), enter(ada)
    here.post(SESSIONS)

    assert [is_in(each) for each in (here, phone, laptop)] == [True, False, False]


def test_ending_this_one_logs_out(ada):
    here = enter(ada)

    assert end(here, session_of(here))["Location"] == "/account/login/"
    assert not is_in(here)


def test_a_stranger_s_session_is_not_there(ada, cleo):
    here, there = enter(ada), enter(cleo)

    assert end(here, session_of(there)).status_code == 404
    assert is_in(there)


def test_a_session_that_was_switched_off_stays_ended_when_the_account_comes_back(clients, ada):
    there = enter(ada)
    for is_active in (None, True):
        send(clients.odd, ada, is_active=is_active)

    assert not is_in(there)
    assert is_in(enter(ada))


def test_a_token_and_links_that_were_switched_off_stay_ended_too(clients, ada):
    answers = doors_of(ada)
    assert answers() == [200, 200, 200]
    for is_active in (None, True):
        send(clients.odd, ada, is_active=is_active)
    assert answers() == [401, 404, 404]


@pytest.mark.parametrize("field", ["session_epoch", "password"])
def test_a_session_ends_with_what_it_is_bound_to(ada, field):
    there = enter(ada)
    if field == "password":
        ada.set_password("an entirely new phrase")
    else:
        ada.session_epoch += 1
    ada.save()

    assert not is_in(there)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140.0 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("curl/8", "Unknown device"),
        ("<b>x</b>", "Unknown device"),
        ("", "Unknown device"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_words(client, ada, agent, words):
    form = {"login": "ada", "password": PASSWORD}
    client.post("/account/login/", form, HTTP_USER_AGENT=agent)
    page = client.get(SESSIONS).content.decode()

    assert words in page
    assert "<b>x" not in page
