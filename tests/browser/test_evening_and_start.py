"""The first steps and the evening card with the keyboard alone, and a notice that opens its night."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from episodes.models import Profile, acting_as
from episodes.nights.content import read_night
from tests.browser.conftest import DESKTOP


def press_until(page, name, *, most=80, key="Enter"):
    """Press Tab until the focus is on the element whose text or label is `name`, then `key`."""
    for _step in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const e = document.activeElement;"
            " return ((e.labels && e.labels[0]) || e).textContent.replace(/\\s+/g, ' ').trim(); }"
        )
        if here == name:
            box = page.evaluate("document.activeElement.getBoundingClientRect().width")
            assert box > 0
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never came to {name!r}")


def evening_zone():
    """Return a zone where it is between 19:00 and 20:00 now."""
    ahead = (19 - timezone.now().hour + 12) % 24 - 12
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"


def test_the_first_steps_with_the_keyboard_alone(page, login, ada, assert_accessible):
    login(page, ada).goto("/account/start/")
    assert_accessible(page)
    press_until(page, "How you sat", key="Space")
    press_until(page, "Save and go on")
    expect(page.get_by_role("heading", name="When is your night?")).to_be_visible()
    assert_accessible(page)
    press_until(page, "From 6 in the evening, let me write the day before the night", key="Space")
    press_until(page, "Save and go on")
    expect(page.get_by_role("heading", name="Shall we remind you?")).to_be_visible()
    assert_accessible(page)
    press_until(page, "No reminder")
    expect(page.get_by_role("heading", name="Did you have a leg cramp?")).to_be_visible()
    with acting_as(ada):
        profile = Profile.objects.owned_by(ada).get()
    assert "sitting_posture" in profile.active_habits
    assert profile.evening_card is False


@pytest.mark.parametrize("skip", ["Skip this", "Skip all, to my diary"])
def test_skipping_with_the_keyboard_ends_on_today(page, login, ada, skip):
    login(page, ada).goto("/account/start/")
    press_until(page, skip)
    if skip == "Skip this":
        page.wait_for_url("**/hours/")
        press_until(page, "Skip this")
        page.wait_for_url("**/reminder/")
        press_until(page, "No reminder")
    page.wait_for_url("**/")
    expect(page.get_by_role("heading", name="Did you have a leg cramp?")).to_be_visible()


def test_the_evening_card_with_the_keyboard_alone(page, login, ada, assert_accessible):
    ada.time_zone = evening_zone()
    ada.save(update_fields=["time_zone"])
    tonight: dt.date = timezone.now().astimezone(ada.zone).date()
    login(page, ada).goto("/")
    expect(page.get_by_role("heading", name="Today, before the night")).to_be_visible()
    assert_accessible(page)
    press_until(page, "Write the day now")
    page.wait_for_url("**/evening/")
    assert_accessible(page)
    press_until(page, "No activity", key="Space")
    page.keyboard.press("ArrowRight")
    press_until(page, "Save the day")
    page.wait_for_url("**/")
    expect(page.get_by_text("Tomorrow you are asked only about the night")).to_be_visible()
    with acting_as(ada):
        content = read_night(patient=ada, date=tonight, by=ada)
    assert (content.outcome, content.answers["activity"]) == (None, 1)
    assert content.answers["habits_before_night"] is True


def test_the_evening_form_works_without_scripts(no_script_page, login, ada):
    ada.time_zone = evening_zone()
    ada.save(update_fields=["time_zone"])
    page = login(no_script_page, ada)
    page.goto("/")
    page.get_by_role("link", name="Write the day now").click()
    page.locator("#q_activity label", has_text="Moderate").click()
    page.get_by_role("button", name="Save the day").click()
    expect(page.get_by_text("Written. Tomorrow you are asked")).to_be_visible()


def test_the_pages_of_reminders_are_accessible_with_a_link_and_without_push(
    open_page, login, ada, assert_accessible
):
    for scheme in ("light", "dark"):
        page = login(open_page(color_scheme=scheme, viewport=DESKTOP), ada)
        page.goto("/account/reminders/")
        if scheme == "light":  # once there is a link the way to a new one stands open
            page.get_by_text("Ring only when the night is not written").click()
        make = "Make a calendar link" if scheme == "light" else "Make a new link"
        page.get_by_role("button", name=make).click()
        expect(page.get_by_label("Calendar link", exact=True)).to_be_hidden()
        page.get_by_text("The address, to copy").click()
        expect(page.get_by_label("Calendar link", exact=True)).to_be_visible()
        assert_accessible(page)


def test_a_pushed_message_becomes_a_notice_without_health_words(open_page, login, ada, live_server):
    """The worker's part of push, delivered by the browser itself: no push service is called."""
    page = login(open_page(permissions=["notifications"]), ada)
    page.goto("/account/reminders/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    found = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": live_server.url,
            "registrationId": next(
                each["registrationId"] for each in found if each["scopeURL"] == f"{live_server.url}/"
            ),
            "data": '{"title": "Diary: last night?", "body": "Tap to write.", "url": "/nights/2026-03-14/"}',
        },
    )
    shown = page.evaluate(
        "async () => { const r = await navigator.serviceWorker.getRegistration('/');"
        " for (let n = 0; n < 50; n++) { const all = await r.getNotifications();"
        " if (all.length) return {title: all[0].title, body: all[0].body, url: all[0].data.url};"
        " await new Promise(done => setTimeout(done, 100)); } return null; }"
    )
    assert shown == {"title": "Diary: last night?", "body": "Tap to write.", "url": "/nights/2026-03-14/"}


@pytest.mark.parametrize(
    ("phone", "first"), [("page", "Remind me on this device"), ("no_script_page", "Add to calendar")]
)
def test_the_first_button_of_reminders_is_what_works_on_this_device(request, login, ada, phone, first):
    page = login(request.getfixturevalue(phone), ada)
    page.goto("/account/reminders/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is on yet")
    expect(page.locator("main :is(.button, .button-quiet):visible").first).to_have_text(first)
    expect(page.get_by_role("button", name="Make a calendar link")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to calendar").click()
    assert download.value.suggested_filename == "diary.ics"
    assert "BEGIN:VEVENT" in Path(download.value.path()).read_text()
