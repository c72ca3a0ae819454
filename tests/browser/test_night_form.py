"""The night form in a tired patient's hands: taps, waits, Enter, Back, reload, two tabs, undo, remove."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from episodes.models import acting_as
from episodes.nights.content import read_night
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.diaries import set_usual_day

SMALL = {"width": 360, "height": 800}


@pytest.fixture
def date(ada):
    return last_night(timezone.now(), ada.zone)


@pytest.fixture
def stored(ada, date):
    def read():
        with acting_as(ada):
            return read_night(patient=ada, date=date, by=ada)

    return read


@pytest.fixture
def phone(open_page, login, ada):
    return login(open_page(viewport=SMALL), ada)


@pytest.fixture
def plain(open_page, login, ada):
    """The same phone without JavaScript."""
    return login(open_page(viewport=SMALL, java_script_enabled=False), ada)


@pytest.fixture(params=["phone", "plain"])
def either(request):
    return request.getfixturevalue(request.param)


def tap(page, question, label):
    block = page.locator(f"#q_{question}")
    folded = block.locator("xpath=ancestor::details[not(@open)]")
    while folded.count():
        folded.first.locator("> summary").click()
    block.locator("label").filter(has_text=re.compile(f"^{re.escape(label)}$")).first.click()


def place(page, name, card=0):
    page.locator("[data-episode]").nth(card).locator(".leg-map label").filter(has_text=name).click()


def saved(page):
    """Wait until what was tapped is stored."""
    expect(page.locator("#night-form")).to_have_attribute("data-state", "saved")


def save(page):
    page.locator(".save-bar").get_by_role("button", name=re.compile("^Save")).first.click()


def shown(page):
    """Return what the form says, as a browser would send it."""
    return page.evaluate(
        "() => [...new FormData(document.getElementById('night-form'))].filter(([name, value]) => value &&"
        " !['csrfmiddlewaretoken', 'form_session', 'answered_at'].includes(name))"
    )


# 1. Saving after the autosave.


@pytest.mark.parametrize(
    ("question", "label", "field", "value"),
    [("pain_0_10", "6", "pain_0_10", 6), ("duration_band", "1 to 5 minutes", "duration_band", "1_5")],
)
def test_one_answer_saved_by_itself_and_then_by_the_button(
    phone, date, stored, question, label, field, value
):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    tap(phone, f"episodes-0-{question}", label)
    saved(phone)
    tap(phone, "soreness_morning_0_10", "A lot")
    save(phone)

    expect(phone.locator("h1")).to_contain_text("1 cramp")
    assert [episode[field] for episode in stored().episodes] == [value]
    assert stored().answers["soreness_morning_0_10"] == 7


def test_save_tapped_while_the_autosave_is_under_way_is_not_lost(phone, date, stored):
    phone.goto(f"/nights/{date}/")
    held = []
    phone.route(f"**/nights/{date}/", lambda route: held.append(route) if not held else route.continue_())
    tap(phone, "outcome", "Yes")
    tap(phone, "episodes-0-pain_0_10", "6")
    phone.wait_for_timeout(900)
    tap(phone, "soreness_morning_0_10", "A lot")
    save(phone)
    save(phone)  # a double tap
    held[0].continue_()

    expect(phone.locator("h1")).to_contain_text("1 cramp")
    assert [episode["pain_0_10"] for episode in stored().episodes] == [6]
    assert stored().answers["soreness_morning_0_10"] == 7


def test_an_autosave_whose_answer_never_came_is_no_other_device(phone, date, stored):
    phone.goto(f"/nights/{date}/")
    held = []

    def lose(route):
        if held or route.request.method != "POST":
            return route.continue_()
        held.append(route.fetch())
        return route.abort()

    phone.route(f"**/nights/{date}/", lose)
    tap(phone, "outcome", "Yes")
    tap(phone, "episodes-0-pain_0_10", "6")
    expect(phone.locator("#save-state")).to_contain_text("Kept on this device")
    phone.reports.clear()  # the connection that was cut
    tap(phone, "episodes-0-pain_0_10", "8")
    save(phone)

    expect(phone.locator("h1")).to_contain_text("1 cramp")
    assert [episode["pain_0_10"] for episode in stored().episodes] == [8]


def test_a_tap_just_before_leaving_is_stored(phone, date, stored):
    write_night_of(phone, date)
    tap(phone, "soreness_morning_0_10", "A lot")
    phone.get_by_role("link", name="Calendar", exact=True).first.click()
    expect(phone.locator("h1")).to_have_text("Calendar")
    for _try in range(20):
        if stored().answers["soreness_morning_0_10"] == 7:
            break
        phone.wait_for_timeout(100)
    assert stored().answers["soreness_morning_0_10"] == 7


def write_night_of(page, date):
    """Write one cramp by tapping: left calf, 1 to 5 minutes, pain 6."""
    page.goto(f"/nights/{date}/")
    tap(page, "outcome", "Yes")
    place(page, "Left calf")
    tap(page, "episodes-0-duration_band", "1 to 5 minutes")
    tap(page, "episodes-0-pain_0_10", "6")
    saved(page)


# 2. Safety words.


# 3. From a described cramp to "No cramp".


def test_no_cramp_over_a_described_one_asks_first_and_deletes(phone, date, stored):
    write_night_of(phone, date)
    tap(phone, "outcome", "No cramp")
    question = phone.locator("#delete-cramps")
    expect(question).to_contain_text("This will delete the cramp you entered.")
    assert (stored().outcome, len(stored().episodes)) == ("cramps", 1)

    question.get_by_role("button", name="Delete it").click()
    expect(phone.locator(".toast")).to_contain_text("Saved: no cramp last night.")
    assert (stored().outcome, stored().episodes) == ("no_cramps", [])

    phone.locator(".toast").get_by_role("button", name="Undo").click()
    expect(phone.get_by_text("Put back as it was before.")).to_be_visible()
    (episode,) = stored().episodes
    assert (stored().outcome, episode["location"], episode["pain_0_10"]) == ("cramps", "calf", 6)


def test_keep_it_goes_back_to_yes_with_the_cramp(phone, date, stored):
    write_night_of(phone, date)
    tap(phone, "outcome", "No cramp")
    phone.locator("#delete-cramps").get_by_role("button", name="Keep it").click()
    expect(phone.locator("#delete-cramps")).to_be_hidden()
    expect(phone.locator("#q_episodes-0-pain_0_10")).to_be_visible()
    tap(phone, "soreness_morning_0_10", "A lot")
    saved(phone)
    assert (stored().outcome, len(stored().episodes)) == ("cramps", 1)
    assert stored().answers["soreness_morning_0_10"] == 7


def test_without_javascript_the_page_asks_and_nothing_is_lost(plain, ada, date, stored):
    write_night(ada, date, "cramps", episodes=[{"location": "calf", "side": "left", "pain_0_10": 6}] * 2)
    plain.goto(f"/nights/{date}/")
    tap(plain, "outcome", "No cramp")
    plain.locator("summary", has_text="Notes").click()
    plain.get_by_label("A private note").fill("a quiet night after all")
    save(plain)
    expect(plain.locator("#delete-cramps")).to_contain_text("This will delete the 2 cramps you entered.")
    assert len(stored().episodes) == 2
    plain.get_by_role("button", name="Keep them").click()
    expect(plain.locator("input[name=outcome][value=cramps]")).to_be_checked()
    expect(plain.get_by_label("A private note")).to_have_value("a quiet night after all")
    assert stored().private_note == ""

    tap(plain, "outcome", "No cramp")
    save(plain)
    plain.get_by_role("button", name="Delete them").click()
    expect(plain.locator(".toast")).to_contain_text("Saved: no cramp last night.")
    assert (stored().outcome, stored().episodes) == ("no_cramps", [])
    assert stored().private_note == "a quiet night after all"
    plain.locator(".toast").get_by_role("button", name="Undo").click()
    assert len(stored().episodes) == 2


def test_a_removed_cramp_leaves_the_form_that_goes_on_saving(phone, date, stored):
    write_night_of(phone, date)
    phone.locator("[data-episode] summary", has_text="More about this cramp").click()
    phone.get_by_label("Remove this cramp").check()
    saved(phone)
    expect(phone.locator("[data-episode]")).to_have_count(1)
    expect(phone.locator("[data-episode] input:checked")).to_have_count(0)
    assert stored().episodes == []
    tap(phone, "outcome", "No cramp")
    tap(phone, "sitting_hours", phone.locator("#q_sitting_hours .option span").first.inner_text())
    saved(phone)
    assert stored().outcome == "no_cramps"
    phone.reload()
    expect(phone.locator("input[name=outcome][value=no_cramps]")).to_be_checked()
    tap(phone, "outcome", "Yes")
    tap(phone, "episodes-0-pain_0_10", "3")
    saved(phone)
    assert [episode["pain_0_10"] for episode in stored().episodes] == [3]


def test_of_two_cramps_the_first_is_removed_and_undo_brings_it_back(phone, date, stored):
    write_night_of(phone, date)
    phone.get_by_role("button", name="Add another cramp").click()
    tap(phone, "episodes-1-pain_0_10", "9")
    saved(phone)
    phone.locator("[data-episode]").first.locator("summary", has_text="More about this cramp").click()
    phone.get_by_label("Remove this cramp").first.check()
    saved(phone)
    expect(phone.locator("[data-episode]")).to_have_count(1)
    tap(phone, "episodes-0-pain_0_10", "8")  # the one that stays is the first now
    saved(phone)
    assert [episode["pain_0_10"] for episode in stored().episodes] == [8]

    phone.locator("#save-state").get_by_role("button", name="Undo").click()
    expect(phone.locator("[data-episode]")).to_have_count(2)
    assert [episode["pain_0_10"] for episode in stored().episodes] == [6, 9]


# 5. Enter, "Over an hour", releasing an answer.


@pytest.mark.parametrize("has_usual_day", [False, True])
def test_enter_in_a_number_field_saves(either, ada, date, stored, has_usual_day):
    if has_usual_day:
        set_usual_day(ada, activity=1)
    either.goto(f"/nights/{date}/")
    tap(either, "outcome", "Yes")
    either.locator("#q_sitting_hours summary").click()
    either.locator("#q_sitting_hours input[type=text]").fill("7")
    either.keyboard.press("Enter")
    expect(either.locator("h1")).to_contain_text("cramp")
    expect(either.locator(".toast")).to_contain_text("Saved")
    assert stored().answers["sitting_hours"] == 7
    assert stored().answers["activity"] is None  # nothing is filled in that nobody asked for


def test_over_an_hour_asks_at_its_question_and_says_that_it_is_not_saved(phone, date, stored):
    write_night_of(phone, date)
    tap(phone, "episodes-0-duration_band", "Over an hour")
    question = phone.locator("[data-episode] .hour-check")
    expect(question).to_be_visible()
    expect(question).to_contain_text("Really over an hour?")
    expect(phone.locator(".save-bar")).to_contain_text("Not saved yet")
    tap(phone, "soreness_morning_0_10", "A lot")
    phone.wait_for_timeout(900)
    expect(phone.locator(".save-bar")).to_contain_text("Not saved yet")
    question.get_by_text("Yes, over an hour").click()
    saved(phone)
    assert stored().episodes[0]["duration_band"] == "over_60"
    assert stored().answers["soreness_morning_0_10"] == 7


def test_over_an_hour_without_javascript_asks_once(plain, date, stored):
    plain.goto(f"/nights/{date}/")
    tap(plain, "outcome", "Yes")
    tap(plain, "episodes-0-duration_band", "Over an hour")
    save(plain)
    plain.locator(".hour-check").get_by_text("Yes, over an hour").click()
    save(plain)
    assert stored().episodes[0]["duration_band"] == "over_60"


def test_space_on_the_chosen_answer_releases_it(phone, date, stored):
    write_night_of(phone, date)
    phone.locator("#q_episodes-0-pain_0_10 input:checked").focus()
    phone.keyboard.press("Space")
    expect(phone.locator("#q_episodes-0-pain_0_10 input:checked")).to_have_count(0)
    saved(phone)
    phone.wait_for_timeout(900)
    assert stored().episodes[0]["pain_0_10"] is None
    phone.keyboard.press("Space")
    saved(phone)
    phone.wait_for_timeout(900)
    assert stored().episodes[0]["pain_0_10"] == 6


def test_no_answer_is_shown_on_focus_and_releases(phone, date, stored):
    write_night_of(phone, date)
    none = phone.locator("#q_episodes-0-pain_0_10 .no-answer")
    assert none.bounding_box()["height"] <= 1
    phone.locator("#q_episodes-0-pain_0_10 input:checked").focus()
    for _step in range(5):
        phone.keyboard.press("ArrowRight")
    expect(none.locator("input")).to_be_focused()
    assert none.bounding_box()["height"] >= 40
    saved(phone)
    phone.wait_for_timeout(900)
    assert stored().episodes[0]["pain_0_10"] is None


def test_an_answer_can_be_released_without_javascript(plain, ada, date, stored):
    write_night(
        ada, date, "cramps", activity=1,
        episodes=[{"location": "calf", "side": "left", "pain_0_10": 6, "duration_seconds": 480}],
    )  # fmt: skip
    plain.goto(f"/nights/{date}/")
    for question in ("episodes-0-pain_0_10", "episodes-0-duration_band", "episodes-0-place", "activity"):
        plain.locator(f"#q_{question} .no-answer").click()
    save(plain)
    (episode,) = stored().episodes
    assert (episode["pain_0_10"], episode["duration_seconds"], episode["location"]) == (None, None, None)
    assert stored().answers["activity"] is None


# 9b. What a browser restores.


def radios(page):
    return page.evaluate(
        "() => [...document.querySelectorAll('#night-form input')].map(one => "
        "`${one.type} ${one.name} ${['radio', 'checkbox'].includes(one.type) ? one.value : ''}`)"
    )


def test_the_form_has_the_same_boxes_before_and_after_it_is_written(phone, ada, date):
    write_night(ada, date - dt.timedelta(days=2), "cramps", episodes=[{"side": "left", "location": "foot"}])
    phone.goto(f"/nights/{date}/")
    before = radios(phone)
    write_night_of(phone, date)
    phone.reload()
    assert radios(phone) == before


@pytest.mark.parametrize("way", ["back", "reload", "two pages and back"])
def test_back_and_reload_show_what_is_stored(phone, ada, date, stored, way):
    write_night(ada, date - dt.timedelta(days=2), "cramps", episodes=[{"side": "left", "location": "foot"}])
    write_night_of(phone, date)
    if way == "reload":
        phone.reload()
    else:
        phone.goto("/calendar/")
        if way != "back":
            write_night(ada, date, "cramps", episodes=[{"side": "right", "location": "calf", "pain_0_10": 2}])
        phone.go_back()
    phone.wait_for_load_state()
    expected = 6 if way != "two pages and back" else 2
    expect(phone.locator("#q_episodes-0-pain_0_10 input:checked")).to_have_value(str(expected))
    said = dict(shown(phone))
    side = stored().episodes[0]["side"]
    assert said["episodes-0-place"] == f"{side}-calf"
    assert said["version"] == str(stored().version)
    assert said["episodes-0-id"] == str(stored().episodes[0]["id"])


def test_two_tabs_lose_nothing(phone, date, stored):
    write_night_of(phone, date)
    other = phone.context.new_page()
    other.goto(f"/nights/{date}/")
    tap(other, "soreness_morning_0_10", "A lot")
    saved(other)
    tap(phone, "episodes-0-pain_0_10", "9")
    expect(phone.locator(".save-bar")).to_contain_text("changed on your other device")
    save(phone)
    expect(phone.locator("h1")).to_contain_text("Here are both")
    assert stored().answers["soreness_morning_0_10"] == 7


@pytest.mark.parametrize("where", ["/calendar/", "the night itself"])
def test_a_tap_just_before_leaving_is_stored_with_the_service_worker_too(
    open_page, login, ada, date, stored, where
):
    page = login(open_page(viewport=SMALL, service_workers="allow"), ada)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    write_night_of(page, date)
    for label, amount in (("A lot", 7), ("No", 0), ("A little", 3)):
        page.goto(f"/nights/{date}/")
        tap(page, "soreness_morning_0_10", label)
        page.goto(where if where.startswith("/") else f"/nights/{date}/")
        page.wait_for_timeout(1000)
        assert stored().answers["soreness_morning_0_10"] == amount
        if not where.startswith("/"):
            expect(page.locator("#q_soreness_morning_0_10 input:checked")).to_have_value(f"~{amount}")


@pytest.mark.parametrize(
    ("side", "location"), [("both", "calf"), ("right", "other"), ("left", "calf"), ("left", None)]
)
def test_a_place_from_the_list_is_shown_and_kept(either, ada, date, stored, side, location):
    write_night(ada, date, "cramps", episodes=[{"side": side, "location": location}])
    either.goto(f"/nights/{date}/")
    assert dict(shown(either))["episodes-0-place"] == f"{side}-{location or ''}"
    tap(either, "soreness_morning_0_10", "A lot")
    save(either)
    expect(either.locator("h1")).to_contain_text("1 cramp")
    assert (stored().episodes[0]["side"], stored().episodes[0]["location"]) == (side, location)


def test_a_refused_page_keeps_everything_that_was_written(plain, date, stored):
    plain.goto(f"/nights/{date}/")
    tap(plain, "outcome", "Yes")
    plain.locator("[data-episode] summary", has_text="Choose from a list").click()
    plain.locator("[data-episode] details input[value='both-calf']").check(force=True)
    plain.locator("[data-episode] summary", has_text="More about this cramp").click()
    plain.get_by_label("Exactly how many minutes?").fill("3")
    plain.get_by_label("Exact time").fill("03:10")
    plain.locator("#q_soreness_morning_0_10").scroll_into_view_if_needed()
    for name, number in (("fluid_ml", "900"), ("sitting_hours", "61")):
        plain.evaluate("name => { for (let one = document.getElementById(`q_${name}`); one; one = one.parentElement) for (const each of one.querySelectorAll(':scope > details')) each.open = true; for (let one = document.getElementById(`q_${name}`); one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true; }", name)  # fmt: skip
        plain.locator(f"[name={name}_exact]").fill(number)
    save(plain)
    expect(plain.locator(".error-summary")).to_be_visible()
    said = dict(shown(plain))
    assert said["episodes-0-place"] == "both-calf"
    assert (said["episodes-0-duration_minutes"], said["episodes-0-started_at"]) == ("3", "03:10")
    assert (said["fluid_ml_exact"], said["sitting_hours_exact"]) == ("900", "61")
    assert stored().outcome is None


def test_a_cramp_to_be_removed_is_not_checked(plain, ada, date, stored):
    write_night(ada, date, "cramps", episodes=[{"side": "left", "location": "calf"}] * 2)
    plain.goto(f"/nights/{date}/")
    tap(plain, "episodes-0-duration_band", "Over an hour")
    plain.locator("[data-episode] summary", has_text="More about this cramp").first.click()
    plain.get_by_label("Remove this cramp").first.check()
    save(plain)
    assert len(stored().episodes) == 1


# 2b. A button and a number of the same question: the last answer counts.


# 2c. Safety words can be read where they are shown.
