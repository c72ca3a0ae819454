"""Every page, in every state and both colour schemes: accessible, quiet, light, within 320 px."""

import pytest
from django.utils import timezone

from episodes.stats.nights import last_night
from tests.diaries import set_usual_day, write_nights

PATIENT_PAGES = (
    "/", "/nights/{date}/", "/nights/{date}/history/", "/nights/{date}/delete/", "/nights/bin/", "/calendar/",
    "/calendar/list/", "/trends/", "/trends/?range=all", "/trends/?from=2026-09-09&to=2026-01-01", "/learn/", "/remedies/", "/remedies/stretching/", "/remedies/heat/", "/experiments/", "/experiments/check/?remedy=heat&plan=nightly-56", "/report/", "/trends/change/", "/trends/factors/", "/trends/factors/sitting/", "/trends/factors/pregnancy/", "/habits/", "/habits/add/", "/sharing/", "/sharing/looks/",
    "/account/", "/account/usual-day/", "/account/health/", "/account/health/conditions/add/",
    "/account/health/medicines/add/", "/account/agreement/", "/account/password/change/", "/account/sessions/",
    "/account/email/", "/account/two-step/", "/account/two-step/app/", "/account/passkeys/", "/account/passkeys/add/",
    "/account/reauthenticate/", "/account/reminders/", "/account/reminders/later/", "/account/start/", "/account/start/hours/", "/account/start/reminder/", "/privacy/", "/no/such/page/", "/now/", "/offline/", "/offline/night/", "/account/export/", "/account/erase/", "/account/import/", "/account/tokens/",
)  # fmt: skip
PUBLIC_PAGES = (
    "/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/reset/done/", "/learn/",
    "/privacy/", "/account/logout/", "/now/", "/account/inactive/", "/account/confirm-email/",
    "/account/password/reset/key/done/",
)  # fmt: skip
STATES = {"empty": 0, "one": 1, "year": 400}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("state", "scheme"), [("empty", "light"), ("one", "dark"), ("year", "light"), ("year", "dark")]
)
def test_a_patients_pages_are_accessible_in_every_state(
    open_page, login, ada, assert_accessible, state, scheme
):
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    login(page, ada)
    if STATES[state]:
        write_nights(ada, STATES[state])
        set_usual_day(ada, activity=1)
    date = last_night(timezone.now(), ada.zone)
    wide = []
    for path in PATIENT_PAGES:
        page.goto(path.format(date=date))
        assert_accessible(page)
        if not fits(page):
            wide.append(path)
    assert wide == []


@pytest.mark.timeout(200)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_everybody_are_accessible(open_page, assert_accessible, scheme):
    page = open_page(color_scheme=scheme)
    for path in PUBLIC_PAGES:
        page.goto(path)
        assert_accessible(page)
        assert fits(page), path


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admin_is_accessible_and_quiet(open_page, login, ada, ben, odd, assert_accessible, scheme):
    write_nights(ada, 90)
    clinician = login(open_page(color_scheme=scheme, viewport={"width": 1280, "height": 900}), ben)
    for path in ("/admin/", f"/admin/patients/{ada.pk}/", f"/admin/patients/{ada.pk}/?period=all"):
        clinician.goto(path)
        assert_accessible(clinician)
        assert fits(clinician), path
    for path in (
        "/account/two-step/",
        "/account/two-step/codes/",
        "/account/two-step/codes/new/",
        "/account/two-step/app/remove/",
        "/account/two-step/again/",
    ):
        clinician.goto(path)
        assert_accessible(clinician)
        assert fits(clinician), path
    operator = login(open_page(color_scheme=scheme, viewport={"width": 1280, "height": 900}), odd)
    for path in ("/admin/episodes/user/", f"/admin/episodes/user/{ada.pk}/change/"):
        operator.goto(path)
        assert_accessible(operator)


def test_pages_stay_light(page, login, ada):
    """Requests, DOM nodes: counts, not times."""
    write_nights(ada, 3650)
    login(page, ada)
    requests = []
    # The browser fetches the site's icon once for its own tab; every other request is the page's.
    page.on("request", lambda request: None if "favicon" in request.url else requests.append(request.url))
    for path, nodes in (("/trends/?range=all", 1500), ("/", 500), ("/calendar/", 800)):
        requests.clear()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.querySelectorAll('*').length") <= nodes, path
        if path.startswith("/trends/"):
            assert len(requests) <= 5, requests
