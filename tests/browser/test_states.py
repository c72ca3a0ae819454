"""States that a page has only after something was done: mistakes, two copies, a test that runs, a refusal."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from playwright.sync_api import expect

from episodes.diaries.experiments import today_of
from episodes.stats.nights import last_night
from tests.browser.test_accessible import NAMES
from tests.browser.test_every_page import PATIENT_PAGES, fits
from tests.conftest import write_night
from tests.diaries import set_usual_day, write_nights
from tests.experiments.conftest import begin, write_outcomes, zone_where_it_is
from tests.review.test_panel import evening

pytestmark = pytest.mark.timeout(240)
# Opens whatever opens; the number of those that were shut.
OPEN = (
    """() => [...document.querySelectorAll("details:not([open])")].map(one => { one.open = true; }).length"""
)
NARROW = {"width": 320, "height": 700}


@pytest.fixture
def look(assert_accessible):
    """Return a function that looks at a page as it stands: axe, its width, its names. Colours are the tokens'."""

    def look_at(page):
        assert_accessible(page)
        assert fits(page), page.url
        # The dark page is for one thing only: it has no band.
        assert [wrong for wrong in page.evaluate(NAMES) if "/now/" not in page.url] == [], page.url

    return look_at


@pytest.fixture
def narrow(open_page):
    return open_page(viewport=NARROW)


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def in_the_afternoon(person):
    """Return the person, living where it is three in the afternoon."""
    person.time_zone = zone_where_it_is(15)
    person.save(update_fields=["time_zone"])
    return person


def test_whatever_can_be_opened_is_accessible_when_it_is_open(narrow, login, ada, look):
    write_nights(ada, 90)
    set_usual_day(ada, activity=1)
    date = last_night(timezone.now(), ada.zone)
    write_night(ada, date, "cramps", episodes=[{"side": "right", "location": "calf", "pain_0_10": 6}])
    login(narrow, ada)
    opened = []
    for path in dict.fromkeys(path.format(date=date) for path in PATIENT_PAGES):
        narrow.goto(path)
        if narrow.evaluate(OPEN):
            opened.append(path)
            look(narrow)
    assert len(opened) > 20


@pytest.mark.parametrize(
    "path",
    [
        "/habits/add/",
        "/account/health/conditions/add/",
        "/account/health/medicines/add/",
        "/account/password/change/",
        "/account/two-step/app/",
        "/account/reauthenticate/",
    ],
)
def test_a_form_with_mistakes_is_accessible_and_says_where_they_are(narrow, login, ada, look, path):
    login(narrow, ada).goto(path)
    narrow.evaluate("for (const one of document.forms) one.noValidate = true")
    narrow.locator("main form:has(input:not([type=hidden])) button:not([type=button])").last.click()
    expect(narrow.get_by_role("alert").first).to_be_visible()
    look(narrow)


def test_mistakes_at_the_door_are_accessible(narrow, ada, look):
    for path, fields in (
        ("/account/signup/", {"username": "ada", "email": "not an address", "password1": "1"}),
        ("/account/login/", {"login": "ada", "password": "not this"}),
        ("/account/password/reset/", {"email": "not an address"}),
    ):
        narrow.goto(path)
        narrow.evaluate("for (const one of document.forms) one.noValidate = true")
        for name, text in fields.items():
            narrow.locator(f"main [name={name}]").fill(text)
        narrow.locator("main form button[type=submit]").first.click()
        expect(narrow.get_by_role("alert").first).to_be_visible()
        look(narrow)


def test_a_night_is_accessible_with_a_mistake_a_notice_and_two_copies(narrow, login, ada, look):
    page, date = login(narrow, ada), last_night(timezone.now(), ada.zone)
    page.goto(f"/nights/{date}/")
    page.locator("#q_outcome label", has_text="Yes").first.click()
    look(page)
    group = page.get_by_role("group", name="Sitting", exact=True)
    group.locator("summary").click()
    group.get_by_role("textbox").fill("30")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Write a number from 0 to 18.")
    expect(group.get_by_role("textbox")).to_have_value("30")
    look(page)

    date -= dt.timedelta(days=1)
    page.goto(f"/nights/{date}/")
    write_night(ada, date, "cramps", shared_note="from the other phone", episodes=[{"location": "calf"}])
    page.locator("summary", has_text="Notes").click()
    page.get_by_label("A private note").fill("from this phone")
    page.locator("#q_outcome label", has_text="No cramp").click()
    press(page, "Save")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Here are both")
    look(page)
    press(page, "Keep this one")
    expect(page.locator(".toast").first).to_be_visible()
    look(page)
    for path in (f"/nights/{date}/history/", f"/nights/{date}/delete/"):
        page.goto(path)
        look(page)
    press(page, "Delete")
    look(page)
    page.goto("/nights/bin/")
    look(page)


def test_a_test_of_a_remedy_is_accessible_while_it_runs_and_when_it_is_over(narrow, login, ada, cleo, look):
    in_the_afternoon(ada)
    write_nights(ada, 56)
    kept = begin(ada, days_ago=1)
    page = login(narrow, ada)
    for path in (
        "/",
        "/experiments/",
        f"/experiments/{kept.pk}/",
        f"/experiments/{kept.pk}/stop/",
        f"/remedies/{kept.remedy}/",
        "/trends/factors/",
        "/report/",
    ):
        assert page.goto(path).status == 200, path
        look(page)

    in_the_afternoon(cleo)
    over = begin(cleo, days_ago=120)
    write_outcomes(cleo, over, 0.2, 0.6)
    page.context.clear_cookies()
    login(page, cleo)
    for path in ("/", "/experiments/", f"/experiments/{over.pk}/", f"/remedies/{over.remedy}/"):
        assert page.goto(path).status == 200, path
        look(page)
        page.evaluate(OPEN)
        look(page)
    assert today_of(timezone.now(), cleo) > over.started_on


def test_a_review_with_a_warning_sign_and_notes_is_accessible(open_page, login, ada, ben, look):
    write_nights(ada, 60)
    write_night(ada, evening(ada), "cramps", leg_warning_sign="left", episodes=[{"pain_0_10": 8}])
    page = login(open_page(viewport={"width": 1280, "height": 900}), ben)
    page.goto(f"/admin/patients/{ada.pk}/")
    page.get_by_label("Your note").fill("Bring the tablets along.")
    press(page, "Save note only")
    expect(page.get_by_text("Bring the tablets along.")).to_be_visible()
    look(page)
    press(page, "Mark as reviewed")
    expect(page.get_by_text("as reviewed, ")).to_be_visible()
    page.evaluate(OPEN)
    look(page)
    for path in (f"/report/patients/{ada.pk}/", "/admin/?q=nobody", "/sharing/invitations/"):
        assert page.goto(path).status == 200, path
        look(page)
    patient = login(open_page(viewport=NARROW), ada)
    for path in ("/", "/sharing/", "/sharing/looks/"):
        patient.goto(path)
        look(patient)


def test_a_refusal_is_accessible(narrow, ada, look):
    narrow.goto("/account/login/")
    narrow.context.clear_cookies()
    narrow.locator("main [name=login]").fill("ada")
    narrow.locator("main [name=password]").fill("anything")
    narrow.locator("main form button[type=submit]").first.click()
    expect(narrow.get_by_role("heading", level=1)).to_contain_text("open too long")
    look(narrow)

    narrow.goto("/account/signup/")
    narrow.evaluate("for (const one of document.forms) one.noValidate = true")
    stranger = Client()
    for _turn in range(21):  # last, so that all of them fall into one minute
        stranger.post("/account/signup/", {"username": "x"})
    narrow.locator("main form button[type=submit]").first.click()
    expect(narrow.get_by_role("heading", level=1)).to_contain_text("Too many tries")
    look(narrow)


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_page_of_a_failure_is_accessible(narrow, db, look, status):
    """These cannot be reached on purpose, so the browser is handed the page in place of another."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    body = render_to_string(f"{status}.html", request=request)
    narrow.route(
        re.compile("/learn/$"), lambda route: route.fulfill(status=200, content_type="text/html", body=body)
    )
    narrow.goto("/learn/")
    expect(narrow.get_by_role("heading", level=1)).to_be_visible()
    look(narrow)
