"""Every language fits a small phone, and a page that runs from right to left is whole."""

import re

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from episodes.stats.nights import last_night
from tests.browser.test_every_page import PATIENT_PAGES, PUBLIC_PAGES, fits
from tests.diaries import set_usual_day, write_nights
from tests.languages.pseudo import CODE, pseudo_language

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
# Words that are cut off, in a box that hides what does not fit.
CUT = """() => [...document.querySelectorAll("a, button, label, h1, h2, h3, dt, dd, th, td, p, legend, summary")]
  .filter(one => { const style = getComputedStyle(one);
    return style.overflowX !== "visible" && style.overflowX !== "auto" && one.scrollWidth > one.clientWidth + 1
      && one.clientWidth > 1 && !one.closest(".visually-hidden, .hidden, .gone"); })
  .map(one => one.textContent.trim().slice(0, 60))"""


def walk(page, paths):
    """Return what does not fit, page by page."""
    wide = []
    for path in paths:
        page.goto(path)
        if not fits(page):
            wide.append(path)
        if cut := page.evaluate(CUT):
            wide.append((path, cut[:3]))
    return wide


def pages_of(patient):
    date = last_night(timezone.now(), patient.zone)
    return [*(path.format(date=date) for path in PATIENT_PAGES), "/now/", "/offline/", "/offline/night/"]


@pytest.mark.timeout(200)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_a_small_phone_in_every_language(open_page, login, ada, language):
    write_nights(ada, 60)
    set_usual_day(ada, activity=1)
    ada.language = language
    ada.save()
    page = login(open_page(viewport={"width": 320, "height": 700}), ada)
    assert walk(page, pages_of(ada)) == []
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.timeout(200)
def test_from_right_to_left_every_page_fits_and_the_left_leg_stays_on_the_left(
    open_page, login, ada, tmp_path, live_server
):
    with pseudo_language(tmp_path):
        write_nights(ada, 60)
        set_usual_day(ada, activity=1)
        ada.language = CODE
        ada.save()
        page = login(open_page(viewport={"width": 360, "height": 780}), ada)
        assert walk(page, pages_of(ada)) == []
        page.goto(pages_of(ada)[1])
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.locator("input[name=outcome][value=cramps]").check(force=True)
        calves = [
            page.locator(f".leg-map input[value='{side}-calf']").first.locator("xpath=..").bounding_box()["x"]
            for side in ("left", "right")
        ]
        assert calves[0] < calves[1]
        public = open_page()
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": CODE, "url": live_server.url}
        public.context.add_cookies([cookie])
        assert walk(public, PUBLIC_PAGES) == []
        expect(public.locator("html")).to_have_attribute("dir", "rtl")


def test_the_style_sheets_know_no_left_and_no_right():
    """Save on paper: the engine that makes the PDF knows no other words for them."""
    sided = re.compile(
        r"(?:margin|padding|border)-(?:left|right)\b|(?:^|[;{\s])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    )
    found = [
        (path.name, line.strip())
        for path in (settings.BASE_DIR / "static" / "css").glob("*.css")
        if path.name != "report.css"
        for line in path.read_text(encoding="utf-8").splitlines()
        if sided.search(line)
    ]
    assert found == []
