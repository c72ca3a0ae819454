"""Sharing in two browsers: a code read out once, two clicks to stop, and every page of it at 320 px."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.conftest import grant, make_clinician, write_night

NARROW = {"width": 320, "height": 700}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_invitation_leads_to_sharing_and_two_clicks_end_it(
    open_page, login, ada, assert_accessible, scheme
):
    dora = make_clinician("dora")
    write_night(ada, dt.date(2026, 3, 2))
    clinician = login(open_page(color_scheme=scheme, viewport=NARROW), dora)
    patient = login(open_page(color_scheme=scheme, viewport=NARROW), ada)

    def look_at(page):
        assert_accessible(page)
        assert fits(page), page.url

    clinician.goto("/sharing/invitations/")
    look_at(clinician)
    clinician.get_by_role("button", name="Make a code").click()
    look_at(clinician)
    code = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b", clinician.content()).group(0)

    patient.goto("/sharing/")
    patient.locator("input[name=code]").fill(code.lower())
    patient.get_by_role("button", name="Look up").click()
    expect(patient.get_by_role("heading", name="Dr Dora")).to_be_visible()
    look_at(patient)
    patient.locator("label", has=patient.locator("input[name=agrees]")).click()
    patient.get_by_role("button", name="Share", exact=True).click()
    expect(patient.get_by_text("Dr Dora can see").first).to_be_visible()
    look_at(patient)

    clinician.goto("/admin/")
    clinician.get_by_role("link", name="Ada").click()
    expect(clinician.get_by_role("heading", name="Ada")).to_be_visible()

    patient.get_by_role("link", name="Stop sharing").click()
    look_at(patient)
    patient.get_by_role("button", name="Stop sharing").click()
    expect(patient.get_by_text("can no longer see your diary")).to_be_visible()

    clinician.get_by_role("link", name="6 months").click()
    assert "Ada" not in clinician.content()
    for path in ("/admin/", "/admin/?q=ada"):
        clinician.goto(path)
        assert "Ada" not in clinician.content()

    patient.get_by_role("link", name="Dr Dora").click()
    look_at(patient)
    patient.get_by_role("link", name="Share again").click()
    expect(patient.get_by_role("heading", name="Dr Dora")).to_be_visible()
    patient.goto("/sharing/texts/2026-11/")
    look_at(patient)
    patient.goto("/account/agreement/2026-11/")
    look_at(patient)


def test_the_whole_of_it_works_without_script(no_script_page, login, ada):
    dora = make_clinician("dora")
    grant(ada, dora, days=10)
    page = login(no_script_page, ada)

    page.goto("/")
    expect(page.get_by_text("ends soon")).to_be_visible()
    page.get_by_role("link", name="Choose a day").click()
    page.locator("label", has_text="12 months").click()
    page.locator("label", has=page.locator("input[name=agrees]")).click()
    page.get_by_role("button", name="Share", exact=True).click()

    expect(page.get_by_text("Dr Dora can see").first).to_be_visible()
    assert "ends soon" not in page.content()
    page.get_by_label("Mail me about sharing").uncheck()
    page.locator("section", has_text="Mails about sharing").get_by_role("button", name="Save").click()
    expect(page.get_by_label("Mail me about sharing")).not_to_be_checked()
