"""The morning, as a person does it: few taps, with and without a script, by finger and by keyboard."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from episodes.models import acting_as
from episodes.nights.content import read_night
from episodes.stats.nights import last_night
from tests.diaries import set_usual_day


@pytest.fixture
def date(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture
def stored(ada, date):
    def read():
        with acting_as(ada):
            return read_night(patient=ada, date=date, by=ada)

    return read


class Taps:
    """Counts taps: every one goes through here."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def button(self, name):
        self.count += 1
        self.page.get_by_role("button", name=name, exact=True).click()

    def answer(self, question, label):
        self.count += 1
        block = self.page.get_by_role("group", name=question, exact=True)
        block.locator("label").filter(has_text=re.compile(f"^{re.escape(label)}$")).first.click()


@pytest.fixture(params=["page", "no_script_page"])
def either(request):
    """A phone, once with JavaScript and once without."""
    return request.getfixturevalue(request.param)


def test_a_cramp_free_night_takes_two_taps(either, login, ada, stored):
    set_usual_day(ada, activity=1, sitting_hours=6)
    login(either, ada).goto("/")
    taps = Taps(either)

    taps.button("No cramp")
    taps.button("Save with my usual day")

    expect(either.get_by_role("heading", name="No cramp is written")).to_be_visible()
    assert taps.count == 2
    assert (stored().outcome, stored().answers["sitting_hours"]) == ("no_cramps", 6)
    assert stored().answers["habits_source"] == "usual"


def test_one_cramp_in_full_takes_at_most_ten_taps(either, login, ada, stored):
    set_usual_day(ada, activity=1)
    login(either, ada).goto("/")
    taps = Taps(either)

    taps.button("Yes")
    taps.count += 1
    either.locator(".leg-map label").filter(has_text="Right calf").click()
    taps.answer("How long?", "1 to 5 minutes")
    taps.answer("How bad was the pain?", "6")
    taps.answer("When in the night?", "3 to 6")
    taps.answer("What did you do?", "Stretched it")
    taps.answer("Did it help?", "A little")
    taps.answer("Sore this morning?", "A lot")
    taps.answer("Did it disturb your sleep?", "A little")
    taps.button("Save with my usual day")

    expect(either.get_by_role("heading", name="You wrote down 1 cramp")).to_be_visible()
    assert taps.count <= 10
    night = stored()
    (episode,) = night.episodes
    assert (episode["side"], episode["location"], episode["pain_0_10"]) == ("right", "calf", 6)
    assert episode["remedies"] == [{"remedy": "stretch", "helped": "some", "seconds_to_relief": None}]
    assert night.answers["soreness_morning_0_10"] == 7


def test_a_second_cramp_can_be_added(either, login, ada, stored):
    login(either, ada).goto("/")
    Taps(either).button("Yes")
    either.locator(".leg-map label").filter(has_text="Right calf").click()

    either.get_by_role("button", name="Add another cramp").click()
    either.locator("[data-episode]").nth(1).locator(".leg-map label").filter(has_text="Left foot").click()
    Taps(either).button("Save")

    expect(either.get_by_role("heading", name="You wrote down 2 cramps")).to_be_visible()
    places = [(episode["side"], episode["location"]) for episode in stored().episodes]
    assert places == [("right", "calf"), ("left", "foot")]


def test_a_tap_is_saved_at_once_and_undo_takes_it_back(page, login, ada, date, stored):
    login(page, ada).goto(f"/nights/{date}/")
    page.locator("#q_outcome label", has_text="No cramp").click()
    expect(page.locator("#save-state")).to_contain_text("Saved")
    assert stored().outcome == "no_cramps"

    page.get_by_role("button", name="Undo").click()

    expect(page.locator("input[name=outcome]:checked")).to_have_count(0)
    assert stored().version == 0


def test_undo_without_a_script_is_a_button_after_saving(no_script_page, login, ada, stored):
    page = no_script_page
    login(page, ada).goto("/")
    Taps(page).button("No cramp")
    Taps(page).button("Save")

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Put back as it was before.")).to_be_visible()


def test_a_second_tap_takes_an_answer_back(page, login, ada, date, stored):
    login(page, ada).goto(f"/nights/{date}/")
    page.locator("#q_outcome label", has_text="No cramp").click()
    activity = page.locator("#q_activity label", has_text="Light")
    activity.click()
    activity.click()
    expect(page.locator("#save-state")).to_contain_text("Saved")
    page.wait_for_timeout(900)
    assert stored().answers["activity"] is None


def test_the_whole_entry_works_by_keyboard_alone(desktop, login, ada, stored):
    page = desktop
    login(page, ada).goto("/")
    page.get_by_role("button", name="Yes", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Night of")

    def tab_to(name, value):
        for _step in range(200):
            page.keyboard.press("Tab")
            focused = page.evaluate(
                "() => [document.activeElement.name || '', document.activeElement.value || '', "
                "document.activeElement.textContent.trim()]"
            )
            if focused[0] == name and (value is None or focused[1] == value):
                return
        raise AssertionError(f"{name} cannot be reached with the Tab key")

    tab_to("outcome", "cramps")
    tab_to("episodes-0-place", None)
    page.keyboard.press("Space")
    tab_to("episodes-0-pain_0_10", None)
    page.keyboard.press("ArrowRight")
    tab_to("save", "own")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="You wrote down 1 cramp")).to_be_visible()
    (episode,) = stored().episodes
    assert episode["location"] is not None
    assert episode["pain_0_10"] is not None


def test_a_mistake_is_shown_beside_the_field_and_nothing_is_lost(either, login, ada, date, stored):
    login(either, ada).goto(f"/nights/{date}/")
    either.locator("#q_outcome label", has_text="No cramp").click()
    group = either.get_by_role("group", name="Sitting", exact=True)
    group.locator("summary").click()
    group.get_by_role("textbox").fill("30")
    Taps(either).button("Save")

    expect(either.get_by_role("alert")).to_contain_text("Write a number from 0 to 18.")
    assert stored().answers["sitting_hours"] is None


def test_three_missed_nights_are_filled_with_one_tap_each(either, login, ada, date):
    login(either, ada).goto("/calendar/")
    for row, expected in enumerate((6, 5, 4)):
        either.wait_for_timeout(1100)  # sooner it would be a second tap on what just changed
        either.locator(".missed-night").nth(row).get_by_role("button", name="No cramp").click()
        expect(either.locator("#missed h2")).to_contain_text(str(expected))

    with acting_as(ada):
        from episodes.models import Night

        written = set(Night.objects.owned_by(ada).values_list("date", flat=True))
    assert written == {date - dt.timedelta(days=back) for back in range(3)}


def test_a_night_changed_on_the_other_phone_shows_both_copies(either, login, ada, date, stored):
    login(either, ada).goto(f"/nights/{date}/")
    from tests.conftest import write_night

    write_night(ada, date, "cramps", shared_note="from the other phone")
    either.locator("summary", has_text="Notes").click()
    either.get_by_label("A private note").fill("from this phone")
    either.locator("#q_outcome label", has_text="No cramp").click()
    Taps(either).button("Save")

    expect(either.get_by_role("heading", level=1)).to_contain_text("Here are both")
    expect(either.get_by_text("from this phone")).to_be_visible()
    expect(either.get_by_text("from the other phone")).to_be_visible()
    Taps(either).button("Keep this one")
    expect(either.get_by_role("heading", name="No cramp is written")).to_be_visible()
    assert stored().private_note == "from this phone"


def test_a_new_cramp_takes_no_exact_answer_from_the_one_before(page, login, ada, date):
    from tests.conftest import write_night

    write_night(ada, date, "cramps", episodes=[{"location": "calf", "duration_seconds": 480}])
    login(page, ada).goto(f"/nights/{date}/")
    lengths = page.locator("#q_episodes-0-duration_band")
    expect(lengths.get_by_text("Exact: 8 minutes")).to_be_visible()
    page.get_by_role("button", name="Add another cramp").click()

    added = page.locator("#q_episodes-1-duration_band")
    expect(added.locator("input[value='5_10']")).not_to_be_checked()
    expect(added.get_by_text("Exact: 8 minutes")).to_have_count(0)
    lengths.locator("label", has_text="10 to 30 minutes").click()
    expect(lengths.get_by_text("Exact: 8 minutes")).to_be_hidden()
