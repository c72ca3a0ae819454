"""Wrong input gets a clear sentence, keeps what was typed and changes nothing."""

import datetime as dt
from html.parser import HTMLParser

import pytest

from tests.diary.conftest import one_cramp

TYPED = "typed before the mistake"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sitting_hours": "30"}, "Write a number from 0 to 18."),
        ({"sitting_hours": "6.3"}, "steps of 0.5"),
        ({"sitting_hours": "a lot"}, "Write a number, such as 6 or 6.5."),
        ({"sitting_hours": "NaN"}, "Write a number, such as 6 or 6.5."),
        ({"sitting_hours": "1e999"}, "Write a number"),
        ({"sitting_hours_exact": "30"}, "Write a number from 0 to 18."),
        ({"outcome": ""}, "Choose an answer: no cramp, yes, not sure, or not in bed."),
        ({"outcome": "maybe"}, "Choose one of the answers shown."),
        ({"activity": "9"}, "Choose one of the answers shown."),
        ({"outcome": "no_cramps", "episodes__TOTAL_FORMS": "1", "episodes__0__place": "left-calf"}, "This will delete the cramp you entered."),
        (one_cramp(duration_seconds="12000"), "Write a number from 1 to"),
        (one_cramp(duration_minutes="200"), "Write a number from 0 to 120."),
        (one_cramp(duration_band="over_60"), "Over an hour is rare."),
        (one_cramp(place="left-elbow"), "Choose a place on the picture or from the list."),
        (one_cramp(place="left-calf", side="right", location="calf"), "choose one of them"),
        (one_cramp(started_at="25:99"), "Write the time as hours and minutes"),
        (one_cramp(id="01900000-0000-7000-8000-000000000000", place="left-calf"), "not in this night any more"),
        (one_cramp(pain_0_10="11"), "Choose one of the answers shown."),
        ({"shared_note": "x" * 2001}, "shorten it to 2,000"),
        ({"shared_note": "x" * 1_048_576}, "shorten it to 2,000"),
        ({"shared_note": "nul\x00inside"}, "Null characters are not allowed."),
        ({"episodes__TOTAL_FORMS": "many", "outcome": "cramps"}, "ManagementForm"),
        ({"outcome": "cramps", "episode_count": "1", "episodes__TOTAL_FORMS": "2", "episodes__0__place": "left-calf",
          "episodes__1__place": "left-calf"}, "make it larger"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_nothing_is_stored(send, stored, fields, sentence):
    response = send(**{"private_note": TYPED, **fields})
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page.replace("&quot;", '"')
    assert TYPED in page
    assert stored().version == 0


class Shut(HTMLParser):
    """Finds the field that holds a value, and how many shut boxes it stands in."""

    def __init__(self, value):
        super().__init__()
        self.value, self.boxes, self.found = value, [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "details":
            self.boxes.append("open" in attributes)
        if tag == "input" and attributes.get("type") != "radio" and attributes.get("value") == self.value:
            self.found.append((attributes["name"], self.boxes.count(False)))

    def handle_endtag(self, tag):
        if tag == "details":
            self.boxes.pop()


@pytest.mark.parametrize(
    ("fields", "name", "typed"),
    [
        ({"sitting_hours_exact": "30"}, "sitting_hours_exact", "30"),
        ({"sitting_hours_exact": "<b>six</b>"}, "sitting_hours_exact", "<b>six</b>"),
        ({"longest_still_hours_exact": "99"}, "longest_still_hours_exact", "99"),
        (one_cramp(started_at="25:99"), "episodes-0-started_at", "25:99"),
    ],
)
def test_what_was_refused_is_still_in_its_field_and_nothing_hides_it(send, fields, name, typed):
    reader = Shut(typed)
    reader.feed(send(**fields).content.decode())
    assert reader.found == [(name, 0)]


def test_a_lone_surrogate_is_refused_and_nothing_is_stored(clients, stored, date):
    body = b"version=0&outcome=no_cramps&shared_note=%ED%A0%80"
    response = clients.ada.generic(
        "POST", f"/nights/{date}/", body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in (302, 422)
    assert "\ud800" not in stored().shared_note


def test_a_future_night_is_refused_with_a_sentence(send, stored, date):
    tomorrow = date + dt.timedelta(days=5)
    response = send(tomorrow)
    assert response.status_code == 422
    assert "has not begun yet" in response.content.decode()
    assert stored(tomorrow).version == 0


def test_a_future_night_cannot_be_opened(clients, date):
    response = clients.ada.get(f"/nights/{date + dt.timedelta(days=5)}/")
    assert response.status_code == 404
    assert "has not begun yet" in response.content.decode()


@pytest.mark.parametrize("text", ["2026-02-30", "0000-01-01", "10000-01-01", "2026-1-1", "yesterday"])
def test_an_impossible_date_is_no_page(clients, text):
    assert clients.ada.get(f"/nights/{text}/").status_code == 404


@pytest.mark.parametrize("version", ["", "-1", "x", "99999999999999999999"])
def test_a_broken_version_is_refused(send, stored, version):
    assert send(version=version).status_code in (409, 422)
    assert stored().version == 0


@pytest.mark.parametrize(
    "fields", [{"outcome": "maybe", "version": "0"}, {"outcome": "cramps", "version": "x"}]
)
def test_the_outcome_alone_refuses_nonsense(clients, stored, date, fields):
    assert clients.ada.post(f"/nights/{date}/outcome/", fields).status_code == 422
    assert stored().version == 0


def test_no_cramp_is_refused_while_a_cramp_is_described(send, stored, clients, date):
    send(**one_cramp(place="left-calf"))
    response = clients.ada.post(f"/nights/{date}/outcome/", {"outcome": "no_cramps", "version": "1"})
    assert response.status_code == 422
    assert stored().outcome == "cramps"


def test_a_cramp_over_an_hour_is_stored_once_confirmed(send, stored):
    assert send(**one_cramp(duration_band="over_60", over_an_hour_confirmed="on")).status_code == 302
    assert stored().episodes[0]["duration_band"] == "over_60"


@pytest.mark.parametrize(
    "fields",
    [
        one_cramp(duration_band="=" + "1" * 5000),
        one_cramp(duration_band="=" + "9" * 400, place="left-calf") | {"add_episode": "1"},
        {"add_episode": "1", "episodes__TOTAL_FORMS": "1" * 5000},
        {"next": "abc"},
        {"next": "//evil.example/"},
        {"next": "https://evil.example/"},
        one_cramp(part_of_night="=" + "9" * 5000),
        one_cramp(started_at="=03:10"),
        {"answered_at": "x" * 41},
        {"form_session": "not-a-uuid"},
        {"operation_id": "x" * 65},
        {"habit_h1": "?", "habits_shown": "h1" * 500},
    ],
)
def test_odd_input_never_breaks_and_never_leads_away(send, fields):
    response = send(**fields)
    assert response.status_code < 500
    assert "evil" not in response.headers.get("Location", "")


def test_a_night_of_another_age_is_refused(clients):
    from episodes.models import Night

    response = clients.ada.post(
        "/calendar/mark/", {"date": ["0001-01-01", "9999-12-31"], "outcome": "not_in_bed"}
    )
    assert response.status_code == 302
    assert not Night.objects.owned_by(response.wsgi_request.user).exists()
