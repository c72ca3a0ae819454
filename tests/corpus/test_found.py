"""What the corpus has found so far, each by itself."""

import datetime as dt
import io

import pytest

from episodes.models import Profile, Reminder, acting_as
from episodes.nights.usual_day import keep_usual_day
from tests.conftest import looking_as, write_night

NIGHT = dt.date(2026, 3, 14)


def through_wsgi(**environ):
    """Return (status, body) from the WSGI application itself, as the server asks it."""
    from crampdiary.wsgi import application

    said = []
    asked = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/account/login/", "QUERY_STRING": "next=/", "SERVER_NAME": "localhost", "SERVER_PORT": "8000",
        "HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(b""), "wsgi.errors": io.StringIO(),
    } | environ  # fmt: skip
    chunks = application(asked, lambda status, headers, *_more: said.append(status))
    return said[0], b"".join(chunks)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    ["text/html; charset=uu", "text/html; charset=undefined", "a/b; charset=hex", "a/b; c*=hex''%FF"],
)
def test_a_charset_that_is_no_text_breaks_no_page(content_type):
    status, body = through_wsgi(CONTENT_TYPE=content_type)

    assert status == "200 OK"
    assert b"Log in" in body


@pytest.mark.django_db
def test_a_session_cookie_with_a_null_character_is_nobodys(clients):
    answer = clients.nobody.get("/account/login/", HTTP_COOKIE='session="' + r"\000" * 12 + '"')

    assert answer.status_code == 200


def test_a_name_that_is_far_too_long_is_no_log_in(clients, ada):
    answer = clients.nobody.post("/account/login/", {"login": "x" * 100_000, "password": "y"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["login"]


@pytest.mark.parametrize("page", ["soreness", "undo", "delete", "length", "restore"])
@pytest.mark.parametrize("version", [None, "", "x", "-1", "9" * 30])
def test_a_night_page_without_a_version_is_a_conflict(clients, ada, page, version):
    write_night(ada, NIGHT, "no_cramps")
    write_night(ada, NIGHT, "cramps")
    sent = {"soreness_next_day_0_10": "3", "duration_band": "1_5", "copy": "1"}

    answer = clients.ada.post(
        f"/nights/{NIGHT}/{page}/", sent if version is None else sent | {"version": version}
    )

    assert answer.status_code == 409


def test_neither_yes_nor_no_leaves_the_reminders_alone(clients, ada):
    clients.ada.post("/account/reminders/", {"at": "08:30", "days": ["1"]})

    def stored():
        with looking_as(ada):
            return list(Reminder.objects.owned_by(ada).values())

    before = stored()
    assert clients.ada.post("/account/reminders/go-on/", {"answer": "maybe"}).status_code == 422
    assert stored() == before


def test_a_body_that_is_no_form_does_not_empty_one(clients, ada):
    with acting_as(ada):
        keep_usual_day(answers={"activity": 1, "custom_answers": {}}, by=ada)

    answer = clients.ada.post("/account/usual-day/", '{"activity": "2"}', content_type="application/json")

    assert answer.status_code == 415
    with looking_as(ada):
        assert Profile.objects.owned_by(ada).get().usual_day == {"activity": 1}


@pytest.mark.parametrize("number", ["1e999999999", "~1e999999999", "1e999999", "-1e999999999"])
def test_a_number_beyond_every_number_is_refused_shortly(clients, ada, number):
    answer = clients.ada.post(
        f"/nights/{NIGHT}/", {"version": "0", "outcome": "cramps", "sitting_hours": number}
    )

    assert answer.status_code == 422
    assert len(answer.content) < 400_000


@pytest.mark.parametrize("endpoint", [r"\ud800", r"https://a.example/\u0000"])
def test_a_browser_is_forgotten_only_by_an_address(clients, ada, endpoint):
    answer = clients.ada.post(
        "/account/reminders/browser/remove/", f'{{"endpoint": "{endpoint}"}}', content_type="application/json"
    )

    assert answer.status_code == 422
