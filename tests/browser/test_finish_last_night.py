"""The morning after Cramp now: Today asks for the rest once, adds only what is answered, and can be left."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from episodes.models import acting_as
from episodes.nights.content import read_night
from episodes.nights.timing import Said, time_cramp
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.diaries import set_usual_day


@pytest.fixture
def date(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture(autouse=True)
def morning(ada, date):
    with time_machine.travel(dt.datetime.combine(date + dt.timedelta(days=1), dt.time(8), tzinfo=ada.zone)):
        yield


@pytest.fixture
def timed(ada, date):
    """Return a function that times a cramp of last night at a time on the clock."""

    def time(hour, minute, lasted_minutes=4, **said):
        started = dt.datetime.combine(date + dt.timedelta(days=1), dt.time(hour, minute), tzinfo=ada.zone)
        stopped = started + dt.timedelta(minutes=lasted_minutes) if lasted_minutes else None
        message = Said(client_id=uuid.uuid4(), started_at=started, stopped_at=stopped, **said)
        with acting_as(ada):
            time_cramp(said=message, now=started + dt.timedelta(minutes=30), by=ada)

    return time


@pytest.fixture
def stored(ada, date):
    def read():
        with acting_as(ada):
            return read_night(patient=ada, date=date, by=ada)

    return read


@pytest.fixture(params=["page", "no_script_page"])
def either(request):
    return request.getfixturevalue(request.param)


def answer(page, question, label):
    group = page.get_by_role("group", name=question, exact=True)
    group.locator("label").filter(has_text=label).first.click()


def heading(page):
    return page.get_by_role("heading", level=1)


def test_the_morning_asks_for_the_rest_and_saves_what_is_answered(either, login, ada, date, timed, stored):
    set_usual_day(ada, activity=1, sitting_hours=6)
    write_night(ada, date - dt.timedelta(days=3), "cramps", episodes=[{"side": "right", "location": "calf"}])
    timed(3, 12)
    login(either, ada).goto("/")

    expect(heading(either)).to_have_text("Finish last night")
    expect(either.locator(".band")).to_contain_text("1 cramp · 03:12, 4 minutes")
    expect(either.locator("main input:checked")).to_have_count(0)
    answer(either, "Where was it?", "Right calf")
    answer(either, "How bad was it?", "6")
    answer(either, "What did you do?", "Stretched it")
    answer(either, f"Was {date:%A} a usual day?", "Yes, as usual")
    either.get_by_role("button", name="Save", exact=True).click()

    expect(heading(either)).to_have_text("You wrote down 1 cramp")
    night = stored()
    [cramp] = night.episodes
    assert (cramp["side"], cramp["location"], cramp["pain_0_10"]) == ("right", "calf", 6)
    assert cramp["remedies"] == [{"remedy": "stretch", "helped": None, "seconds_to_relief": None}]
    assert cramp["duration_seconds"] == 240
    assert (night.answers["sitting_hours"], night.answers["habits_source"]) == (6, "usual")
    either.goto("/")
    expect(heading(either)).to_have_text("You wrote down 1 cramp")


def test_one_answer_is_enough_and_nothing_is_invented(either, login, ada, timed, stored):
    set_usual_day(ada, activity=1)
    timed(3, 12, side="left", side_at=timezone.now())
    before = stored()
    login(either, ada).goto("/")
    answer(either, "How bad was it?", "4")
    either.get_by_role("button", name="Save", exact=True).click()
    expect(heading(either)).to_have_text("You wrote down 1 cramp")

    before.episodes[0]["pain_0_10"] = 4
    assert stored().same_as(before)
    either.goto("/")
    expect(heading(either)).to_have_text("You wrote down 1 cramp")


def test_it_stays_until_it_is_left(either, login, ada, timed, stored):
    timed(3, 12)
    version = stored().version
    login(either, ada).goto("/")
    either.goto("/calendar/")
    either.goto("/")
    expect(heading(either)).to_have_text("Finish last night")
    either.get_by_role("button", name="Leave it").click()

    expect(heading(either)).to_have_text("You wrote down 1 cramp")
    assert stored().version == version
    timed(5, 30)
    either.goto("/")
    expect(heading(either)).to_have_text("Finish last night")
    expect(either.locator(".band")).to_contain_text("05:30")


def test_several_cramps_have_a_card_each_the_first_open(either, login, ada, timed, stored):
    timed(1, 10)
    timed(3, 12, 2)
    login(either, ada).goto("/")
    cards = either.locator("details[data-cramp]")
    expect(cards).to_have_count(2)
    assert cards.evaluate_all("cards => cards.map(card => card.open)") == [True, False]
    cards.nth(0).get_by_role("group", name="How bad was it?").locator("label").filter(has_text="7").click()
    cards.nth(1).locator("> summary").click()
    cards.nth(1).locator(".leg-map label").filter(has_text="Left calf").click()
    either.get_by_role("button", name="Save", exact=True).click()

    expect(heading(either)).to_have_text("You wrote down 2 cramps")
    first, second = stored().episodes
    assert (first["pain_0_10"], first["location"]) == (7, None)
    assert (second["pain_0_10"], second["side"], second["location"]) == (None, "left", "calf")


def test_an_unstopped_clock_asks_its_length_first(either, login, ada, timed):
    timed(3, 12, None)
    login(either, ada).goto("/")
    expect(heading(either)).to_have_text("You wrote down 1 cramp")
    either.get_by_role("button", name="1 to 5 minutes").click()

    expect(heading(either)).to_have_text("Finish last night")


def test_an_old_tab_overwrites_nothing_and_keeps_what_was_tapped(either, login, ada, date, timed, stored):
    timed(1, 10)
    timed(3, 12)
    login(either, ada).goto("/")
    from episodes.nights.writer import Source, record_night

    night = stored()
    night.episodes[0]["pain_0_10"] = 9
    with acting_as(ada):
        record_night(
            date=date, content=night, seen_version=night.version, source=Source(now=timezone.now()), by=ada
        )
    cards = either.locator("details[data-cramp]")
    cards.nth(0).get_by_role("group", name="How bad was it?").locator("label").filter(has_text="2").click()
    cards.nth(1).locator("> summary").click()
    cards.nth(1).get_by_role("group", name="How bad was it?").locator("label").filter(has_text="5").click()
    either.get_by_role("button", name="Save", exact=True).click()

    expect(either.get_by_role("alert")).to_contain_text("This night was changed meanwhile")
    assert [cramp["pain_0_10"] for cramp in stored().episodes] == [9, None]
    expect(either.get_by_role("group", name="How bad was it?").locator("input:checked")).to_have_value("5")
    either.get_by_role("button", name="Save", exact=True).click()
    expect(heading(either)).to_have_text("You wrote down 2 cramps")
    assert [cramp["pain_0_10"] for cramp in stored().episodes] == [9, 5]


def test_saving_twice_or_going_back_changes_nothing(page, login, ada, timed, stored):
    timed(3, 12)
    login(page, ada).goto("/")
    answer(page, "How bad was it?", "6")
    page.get_by_role("button", name="Save", exact=True).dblclick()
    expect(heading(page)).to_have_text("You wrote down 1 cramp")
    version = stored().version
    page.go_back()
    page.goto("/")
    expect(heading(page)).to_have_text("You wrote down 1 cramp")
    assert (stored().version, stored().episodes[0]["pain_0_10"]) == (version, 6)


def test_a_long_cramp_shows_its_words_after_saving(either, login, ada, timed):
    timed(3, 12, 12)
    login(either, ada).goto("/")
    answer(either, "How bad was it?", "6")
    either.get_by_role("button", name="Save", exact=True).click()

    expect(
        either.locator("#saved").get_by_text("If a cramp is ever still going after 10 minutes")
    ).to_be_visible()


def test_a_day_that_was_different_leads_to_its_questions(either, login, ada, date, timed, stored):
    set_usual_day(ada, activity=1)
    timed(3, 12)
    login(either, ada).goto("/")
    answer(either, "How bad was it?", "6")
    answer(either, f"Was {date:%A} a usual day?", "It was different")
    either.get_by_role("button", name="Save", exact=True).click()

    expect(either.get_by_role("group", name="Activity")).to_be_in_viewport()
    assert stored().answers["activity"] is None


def test_a_described_cramp_is_not_asked_about(page, login, ada, date, timed, stored):
    timed(3, 12)
    night = stored()
    night.episodes[0]["location"] = "calf"
    from episodes.nights.writer import Source, record_night

    with acting_as(ada):
        record_night(
            date=date, content=night, seen_version=night.version, source=Source(now=timezone.now()), by=ada
        )
    login(page, ada).goto("/")
    expect(heading(page)).to_have_text("You wrote down 1 cramp")
