"""From sign-up to review, as new people would do it."""

from playwright.sync_api import expect

from tests.accounts.doors import code_of
from tests.conftest import PASSWORD, make_clinician


def test_sign_up_write_share_and_review(page, desktop, transactional_db):
    dora = make_clinician("dora")
    page.goto("/account/signup/")
    page.get_by_label("user name").first.fill("newcomer")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=agrees]").check()
    page.locator("input[name=is_old_enough]").check()
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="Skip all, to my diary").click()
    expect(page.get_by_role("heading", name="Did you have a leg cramp?")).to_be_visible()

    page.get_by_role("button", name="Yes", exact=True).click()
    page.locator(".leg-map label").filter(has_text="Right calf").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="You wrote down 1 cramp")).to_be_visible()

    page.goto("/sharing/")
    page.locator("input[name=code]").fill(dora.card.code)
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("Dr Dora").first).to_be_visible()
    page.locator("label", has_text="3 months").click()
    page.locator("label", has=page.locator("input[name=agrees]")).click()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_text("Dr Dora can see").first).to_be_visible()

    desktop.goto("/admin/")
    desktop.locator("input[name=login]").fill("dora")
    desktop.locator("input[name=password]").fill(PASSWORD)
    desktop.get_by_role("button", name="Log in", exact=True).click()
    desktop.locator("input[name=code]").fill(code_of())
    desktop.get_by_role("main").get_by_role("button").first.click()
    desktop.get_by_role("link", name="newcomer").click()
    expect(desktop.get_by_text("1 of 1").first).to_be_visible()
    desktop.get_by_label("Your note").fill("Seen at the visit")
    desktop.get_by_role("button", name="Save note only").click()
    expect(desktop.get_by_text("Seen at the visit")).to_be_visible()

    page.goto("/sharing/")
    expect(page.get_by_text("Seen at the visit")).to_be_visible()
    page.get_by_role("link", name="Stop sharing").click()
    page.get_by_role("button", name="Stop sharing").click()
    desktop.reload()
    expect(desktop.get_by_role("heading", level=1)).not_to_contain_text("newcomer")
    assert "newcomer" not in desktop.content()
