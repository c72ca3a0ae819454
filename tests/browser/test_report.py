"""The visit report in a real browser: accessible, 320 px, one printed page, a link that opens signed out."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from episodes.models import Medicine, VisitQuestion, acting_as
from episodes.questions.report_sections import REPORT_SECTIONS
from episodes.stats.nights import last_night
from tests.diaries import write_nights
from tests.report.test_pdf import pages_of

ONE_PAGE = "&".join(f"section={section.key}" for section in REPORT_SECTIONS if section.key != "table")


@pytest.fixture
def diary(ada):
    write_nights(ada, 120)
    with acting_as(ada):
        today = last_night(timezone.now(), ada.zone)
        VisitQuestion(patient=ada, text="Could my tablets matter?", asked_on=today).save(force_insert=True)
        Medicine(patient=ada, drug_class="statin", name="Example").save(force_insert=True)
    return ada


@pytest.mark.timeout(200)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_accessible_with_little_and_much_on_it(
    open_page, login, ada, assert_accessible, scheme
):
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    login(page, ada)
    for nights in (0, 400):
        write_nights(ada, nights)
        for path in (
            "/report/",
            "/report/?period=visit&since=2001-01-01&section=table&section=nights",
            "/report/?period=99",
        ):
            page.goto(path)
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.mark.timeout(200)
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_browser_prints_one_page_without_the_buttons(open_page, login, diary, paper):
    page = open_page()
    login(page, diary)
    page.goto(f"/report/?period=28&{ONE_PAGE}")

    assert pages_of(page.pdf(format=paper, prefer_css_page_size=False)) == 1
    page.emulate_media(media="print")
    expect(page.get_by_text("How complete?")).to_be_visible()
    for words in ("Show the report", "Make a link", "Print", "Take it with you"):
        expect(page.get_by_text(words, exact=True)).to_be_hidden()


@pytest.mark.timeout(200)
def test_a_link_with_a_pin_opens_on_a_strange_phone(open_page, login, diary, assert_accessible):
    page = open_page()
    login(page, diary)
    page.goto("/report/")
    page.get_by_label("PIN, if you want one").fill("4711")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address of the report").input_value()
    assert re.search(r"/report/open/[\w-]{54}/$", address)
    assert_accessible(page)

    stranger = open_page()
    stranger.goto(address)
    assert_accessible(stranger)
    stranger.get_by_label("PIN").fill("0000")
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.get_by_text("This is not the PIN.").first).to_be_visible()
    stranger.get_by_label("PIN").fill("4711")
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.get_by_role("heading", name="Leg cramps at night: visit report")).to_be_visible()
    assert_accessible(stranger)

    page.goto("/report/")
    expect(page.get_by_text("Opened once:")).to_be_visible()
    page.get_by_role("button", name="End this link").click()
    stranger.goto(address)
    expect(stranger.get_by_text("There is no page here").first).to_be_visible()
