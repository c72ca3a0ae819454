"""Lists of missed nights in tired hands: rows keep their places, a second tap writes nothing, each row has its Undo."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from episodes.models import Night
from episodes.stats.nights import last_night
from tests.conftest import looking_as, write_night


@pytest.fixture
def date(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture
def stored(ada):
    def read():
        with looking_as(ada):
            nights = Night.objects.owned_by(ada).exclude(outcome=None)
            return dict(nights.values_list("date", "outcome"))

    return read


@pytest.fixture(params=["page", "no_script_page"])
def either(request):
    """A phone, once with JavaScript and once without."""
    return request.getfixturevalue(request.param)


def places(page):
    return page.locator(".missed-night").evaluate_all(
        "rows => rows.map(row => [row.id, row.offsetTop - row.closest('section').offsetTop, row.offsetHeight])"
    )


def tap_twice(page, button, *, after_milliseconds):
    """Tap where the button is, and once more there whatever stands there by then."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    page.wait_for_timeout(after_milliseconds)
    page.mouse.click(x, y)
    page.wait_for_timeout(700)
    page.wait_for_load_state()


@pytest.mark.parametrize("after_milliseconds", [300, 900])
@pytest.mark.parametrize(("row", "answer"), [(0, "No cramp"), (3, "Don’t remember")])
def test_a_double_tap_writes_one_night(either, login, ada, date, stored, row, answer, after_milliseconds):
    login(either, ada).goto("/calendar/#missed")
    button = either.locator(".missed-night").nth(row).get_by_role("button", name=answer)

    tap_twice(either, button, after_milliseconds=after_milliseconds)

    night = date - dt.timedelta(days=row)
    assert stored() == {night: "no_cramps" if answer == "No cramp" else "unsure"}


def test_rows_keep_their_places_and_say_what_was_saved(either, login, ada, date, stored):
    login(either, ada).goto("/calendar/")
    before = places(either)
    rows = either.locator(".missed-night")

    for number, answer in ((1, "No cramp"), (4, "Yes"), (0, "Don’t remember")):
        either.wait_for_timeout(1100)
        rows.nth(number).get_by_role("button", name=answer).click()
        expect(rows.nth(number)).to_contain_text(f"Saved: {answer}")

    assert places(either) == before
    assert stored() == {
        date: "unsure",
        date - dt.timedelta(days=1): "no_cramps",
        date - dt.timedelta(days=4): "cramps",
    }


def test_each_row_has_its_own_undo_and_stays(either, login, ada, date, stored):
    login(either, ada).goto("/calendar/")
    before, rows = places(either), either.locator(".missed-night")
    for number in (2, 3):
        either.wait_for_timeout(1100)
        rows.nth(number).get_by_role("button", name="No cramp").click()
        expect(rows.nth(number)).to_contain_text("Saved")

    either.wait_for_timeout(1100)
    rows.nth(2).get_by_role("button", name="Undo").click()

    expect(rows.nth(2).get_by_role("button", name="Yes")).to_be_visible()
    assert stored() == {date - dt.timedelta(days=3): "no_cramps"}
    assert places(either) == before
    either.wait_for_timeout(1100)
    rows.nth(2).get_by_role("button", name="Yes").click()
    expect(rows.nth(2)).to_contain_text("Saved: Yes")
    assert stored()[date - dt.timedelta(days=2)] == "cramps"


def test_the_last_row_keeps_its_undo(either, login, ada, date, stored):
    login(either, ada).goto("/calendar/")
    before, rows = places(either), either.locator(".missed-night")
    for number in range(7):
        either.wait_for_timeout(1100)
        rows.nth(number).get_by_role("button", name="No cramp").click()
        expect(rows.nth(number)).to_contain_text("Saved")

    assert len(stored()) == 7
    assert places(either) == before
    expect(rows.nth(6).get_by_role("button", name="Undo")).to_be_visible()
    expect(either.locator("#missed h2")).to_have_text("No night is missing.")


def test_several_nights_at_once_keep_their_rows(either, login, ada, date, stored):
    login(either, ada).goto("/calendar/")
    before = places(either)
    either.locator("#missed summary").click()
    for number in (1, 2):
        either.locator("#missed label.chip").nth(number).click()
    either.get_by_role("button", name="I was not in bed").click()

    expect(either.locator(".missed-night").nth(2)).to_contain_text("Saved: I was not in bed")
    assert places(either) == before
    assert set(stored()) == {date - dt.timedelta(days=back) for back in (1, 2)}


def test_reload_and_back_keep_the_rows(page, login, ada, date):
    login(page, ada).goto("/calendar/")
    before = places(page)
    page.locator(".missed-night").nth(2).get_by_role("button", name="No cramp").click()
    expect(page.locator(".missed-night").nth(2)).to_contain_text("Saved")

    page.reload()
    assert places(page) == before
    page.goto("/")
    page.go_back()
    assert places(page) == before


def test_a_tap_without_a_connection_says_that_it_was_not_saved(page, login, ada, stored):
    login(page, ada).goto("/calendar/")
    page.context.set_offline(True)
    row = page.locator(".missed-night").nth(1)
    row.get_by_role("button", name="No cramp").click()

    expect(row).to_contain_text("Not saved")
    assert stored() == {}
    page.context.set_offline(False)
    page.wait_for_timeout(1100)
    row.get_by_role("button", name="No cramp").click()
    expect(row).to_contain_text("Saved: No cramp")
    page.reports.clear()


def test_a_second_tap_on_what_takes_the_place_of_an_answered_card_does_nothing(page, login, ada, date):
    """Today asks how long the cramp lasted, then, in the same place, how sore the legs are."""
    write_night(ada, date, "cramps", episodes=[{"is_open": True}])
    with time_machine.travel(dt.datetime.combine(date + dt.timedelta(days=1), dt.time(15), tzinfo=ada.zone)):
        login(page, ada).goto("/")
        tap_twice(page, page.get_by_role("button", name="Under 1 minute"), after_milliseconds=900)

        expect(page.get_by_text("Are your legs still sore today?")).to_be_visible()
    with looking_as(ada):
        assert Night.objects.owned_by(ada).get(date=date).soreness_next_day_0_10 is None
