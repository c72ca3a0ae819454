"""A button and an exact number of one question: the last answer counts, and nothing is dropped in silence."""

# ruff: noqa: F811

from playwright.sync_api import expect

from tests.browser.test_night_form import (  # noqa: F401
    date,
    phone,
    place,
    plain,
    save,
    saved,
    shown,
    stored,
    tap,
    write_night_of,
)
from tests.conftest import write_night


def test_a_button_tapped_after_a_number_counts(phone, date, stored):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    phone.locator("#q_sitting_hours summary").click()
    phone.locator("#q_sitting_hours input[type=text]").fill("12")
    phone.keyboard.press("Tab")
    tap(phone, "sitting_hours", "4 to 8 hours")
    phone.locator("[data-episode] summary", has_text="More about this cramp").click()
    phone.get_by_label("Exactly how many minutes?").fill("3")
    phone.get_by_label("Exact time").fill("03:10")
    phone.keyboard.press("Tab")
    tap(phone, "episodes-0-duration_band", "5 to 10 minutes")
    phone.locator("#q_episodes-0-part_of_night .option").first.click()
    saved(phone)
    (episode,) = stored().episodes
    assert stored().answers["sitting_hours"] == 6
    assert (episode["duration_seconds"], episode["duration_band"]) == (None, "5_10")
    assert (episode["started_at"], episode["part_of_night"]) == (None, "before_midnight")


def test_a_number_written_after_a_button_counts(phone, date, stored):
    write_night_of(phone, date)
    phone.locator("[data-episode] summary", has_text="More about this cramp").click()
    phone.get_by_label("Exactly how many minutes?").fill("7")
    phone.keyboard.press("Tab")
    expect(phone.locator("#q_episodes-0-duration_band input:checked")).to_have_count(0)
    saved(phone)
    assert stored().episodes[0]["duration_seconds"] == 420


def test_without_javascript_a_button_and_a_number_that_differ_are_asked_about(plain, ada, date, stored):
    write_night(ada, date, "cramps", sitting_hours=2, episodes=[{"duration_band": "1_5"}])
    plain.goto(f"/nights/{date}/")
    tap(plain, "sitting_hours", "4 to 8 hours")
    plain.locator("#q_sitting_hours summary").click()
    plain.locator("#q_sitting_hours input[type=text]").fill("12")
    save(plain)
    expect(plain.locator("#q_sitting_hours .field-error")).to_contain_text("Empty the box")
    assert stored().answers["sitting_hours"] == 2
    plain.locator("#q_sitting_hours input[type=text]").fill("")
    save(plain)
    assert stored().answers["sitting_hours"] == 6

    plain.goto(f"/nights/{date}/")  # a number beside the button that was stored is a new answer
    plain.locator("[data-episode] summary", has_text="More about this cramp").click()
    plain.get_by_label("Exactly how many minutes?").fill("7")
    save(plain)
    assert stored().episodes[0]["duration_seconds"] == 420
