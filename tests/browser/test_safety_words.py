"""Safety words stand at the answer that deserves them, when it is tapped, and on Today until they are read."""

# ruff: noqa: F811

import re

import pytest
from playwright.sync_api import expect

from episodes.article.red_flags import TEN_MINUTES_PASSED
from episodes.models import Condition, acting_as
from tests.browser.test_night_form import (  # noqa: F401
    date,
    either,
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

SIGNS = {
    ("leg_warning_sign", "Left leg"): "One leg is swollen, hot, red or very painful",
    ("leg_warning_sign", "Right leg"): "One leg is swollen, hot, red or very painful",
    ("leg_warning_sign", "Both legs"): "One leg is swollen, hot, red or very painful",
    ("numbness", "Yes"): "Weakness or numbness that stays after the cramp",
    ("weakness_after", "Yes"): "Weakness or numbness that stays after the cramp",
    ("episodes-0-duration_band", "10 to 30 minutes"): TEN_MINUTES_PASSED,
    ("episodes-0-duration_band", "30 to 60 minutes"): TEN_MINUTES_PASSED,
    ("episodes-0-duration_band", "Over an hour"): TEN_MINUTES_PASSED,
}


@pytest.mark.parametrize(("question", "label"), SIGNS)
def test_safety_words_stand_at_the_answer_when_it_is_tapped(phone, date, question, label, assert_accessible):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    words = phone.locator(f"#q_{question} + .safety-words")
    expect(words).to_be_hidden()
    tap(phone, question, label)

    expect(words).to_be_visible()
    expect(words).to_have_attribute("role", "status")
    expect(words).to_contain_text(SIGNS[question, label])
    assert_accessible(phone)
    tap(phone, question, label)
    expect(words).to_be_hidden()


def test_minutes_typed_over_ten_show_the_words_too(phone, date):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    phone.locator("[data-episode] summary", has_text="More about this cramp").click()
    phone.get_by_label("Exactly how many minutes?").fill("12,5")
    phone.keyboard.press("Tab")
    words = phone.locator("p:has(> [name='episodes-0-duration_minutes']) + .safety-words")
    expect(words).to_contain_text(TEN_MINUTES_PASSED)
    expect(words).to_be_in_viewport(ratio=1)
    expect(phone.locator("#q_episodes-0-duration_band + .safety-words")).to_be_hidden()
    phone.get_by_label("Exactly how many minutes?").fill("10")
    phone.keyboard.press("Tab")
    expect(words).to_be_hidden()


def test_a_second_cramp_has_safety_words_of_its_own(phone, date):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    tap(phone, "episodes-0-duration_band", "10 to 30 minutes")
    phone.get_by_role("button", name="Add another cramp").click()
    expect(phone.locator("#q_episodes-1-duration_band + .safety-words")).to_be_hidden()
    tap(phone, "episodes-1-duration_band", "30 to 60 minutes")
    expect(phone.locator("#q_episodes-1-duration_band + .safety-words")).to_be_visible()


def test_in_pregnancy_the_words_name_the_maternity_unit(phone, ada, date):
    with acting_as(ada):
        Condition(patient=ada, key="pregnancy").save(force_insert=True)
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    tap(phone, "leg_warning_sign", "Left leg")
    words = phone.locator("#q_leg_warning_sign + .safety-words")
    expect(words).to_contain_text("Call the maternity unit or your doctor today")
    expect(words).not_to_contain_text("One leg is swollen, hot, red or very painful")


@pytest.mark.parametrize(
    ("question", "label", "words"),
    [
        ("leg_warning_sign", "Left leg", "One leg is swollen, hot, red or very painful"),
        ("numbness", "Yes", "Weakness or numbness that stays after the cramp"),
        ("weakness_after", "Yes", "Weakness or numbness that stays after the cramp"),
        ("episodes-0-duration_band", "10 to 30 minutes", TEN_MINUTES_PASSED),
    ],
)
def test_after_save_the_words_are_shown_and_on_today_until_read(either, date, question, label, words):
    either.goto(f"/nights/{date}/")
    tap(either, "outcome", "Yes")
    tap(either, question, label)
    save(either)
    expect(either.locator("#saved")).to_contain_text(words)
    expect(either.locator(".toast")).to_contain_text("Saved")

    either.goto("/")
    expect(either.locator("#safety")).to_contain_text(words)
    either.locator("#safety").get_by_role("button", name="Got it").click()
    expect(either.locator("h1")).to_contain_text("1 cramp" if "episodes" in question else "cramp")
    expect(either.locator("#safety")).to_have_count(0)
    either.goto("/")
    expect(either.locator("#safety")).to_have_count(0)


@pytest.mark.parametrize(("question", "label"), SIGNS)
def test_the_words_about_the_answer_are_seen_above_the_bar(phone, date, question, label):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    block = phone.locator(f"#q_{question}")
    for details in block.locator("xpath=ancestor::details").all():
        details.evaluate("one => { one.open = true }")
    option = block.locator("label").filter(has_text=re.compile(f"^{re.escape(label)}$")).first
    option.evaluate(
        "one => scrollBy(0, one.getBoundingClientRect().bottom + 4 - document.querySelector('.save-bar').getBoundingClientRect().top)"
    )
    spot = option.bounding_box()
    phone.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
    words = phone.locator(f"#q_{question} + .safety-words").get_by_text(SIGNS[question, label]).first
    expect(words).to_be_visible()
    phone.wait_for_timeout(900)
    box, bar = words.bounding_box(), phone.locator(".save-bar").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= bar["y"]


def test_a_second_tap_under_which_the_page_moved_does_nothing(phone, date):
    phone.goto(f"/nights/{date}/")
    tap(phone, "outcome", "Yes")
    block = phone.locator("#q_episodes-0-duration_band")
    option = block.locator("label").filter(has_text=re.compile("^10 to 30 minutes$"))
    option.evaluate(
        "one => scrollBy(0, one.getBoundingClientRect().bottom + 4 - document.querySelector('.save-bar').getBoundingClientRect().top)"
    )
    spot = option.bounding_box()
    x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
    phone.mouse.click(x, y)
    phone.wait_for_timeout(500)
    before = shown(phone)
    phone.mouse.click(x, y)
    phone.wait_for_timeout(100)
    assert shown(phone) == before
    assert "/nights/" in phone.url
