"""Without a network: a cramp is timed, a night is written, and the server holds each exactly once."""

import datetime as dt
import gzip
import io
import json
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from episodes.models import CrampTiming, Night
from episodes.nights.content import read_night
from episodes.stats.nights import last_night, night_of
from tests.conftest import looking_as

SECONDS_LATER = dt.timedelta(seconds=30)


@pytest.fixture
def at_home(ada, page, login, live_server):
    """Ada's phone, with the app's worker in charge."""
    login(page, ada)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/")
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    return page


def cut(page, is_cut=True):
    """Cut the network; what then fails is no fault of ours."""
    page.context.set_offline(is_cut)


def is_the_networks_fault(report):
    return "ERR_INTERNET_DISCONNECTED" in report or "Failed to load resource" in report


@pytest.fixture
def without_network(reports):
    yield
    reports[:] = [report for report in reports if not is_the_networks_fault(report)]


def waiting(page):
    return page.evaluate("Number(localStorage.getItem('outbox-count') || 0)")


def test_a_cramp_and_a_night_without_a_network_arrive_exactly_once(ada, at_home, without_network):
    page = at_home
    page.clock.install()
    cut(page)
    page.goto("/now/")
    page.get_by_role("button", name="Cramp started").click()
    expect(page.locator("#timer")).to_be_visible()
    page.clock.fast_forward(61_000)
    page.get_by_role("button", name="It is over").click()
    expect(page.locator("#said")).to_contain_text("Kept on this device")

    begun = page.evaluate("outbox.all().then(rows => rows[0].made)")
    date = night_of(dt.datetime.fromisoformat(begun), ada.zone, 12)
    page.goto(f"/nights/{date}/")
    expect(page.locator("h1")).to_contain_text("Night of")
    expect(page.get_by_text("Timed at")).to_be_visible()
    page.locator("label", has_text="Add another").or_(page.locator("#add-episode")).first.click()
    second = page.locator("[data-episode]").nth(1)
    second.locator("summary", has_text="Choose from a list").click()
    second.locator("input[value='left-foot']").first.check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#save-state")).to_contain_text("Kept on this device")
    assert waiting(page) == 2
    page.reload()
    expect(page.locator("[data-episode]")).to_have_count(2)
    assert page.locator("[name='episodes-1-place']:checked").first.get_attribute("value") == "left-foot"

    cut(page, False)
    expect(page.locator("#waiting")).to_contain_text("in your diary now")
    assert waiting(page) == 0
    page.goto("/")

    with looking_as(ada):
        assert Night.objects.owned_by(ada).count() == 1
        assert CrampTiming.objects.owned_by(ada).count() == 1
        night = read_night(patient=ada, date=date, by=ada)
    assert night.provenance["entered_via"] in ("now", "offline")
    assert sorted(cramp["location"] or "" for cramp in night.episodes) == ["", "foot"]
    assert [cramp["duration_seconds"] is None for cramp in night.episodes].count(False) == 1


def test_what_waits_is_encrypted_with_a_key_that_nobody_can_read(ada, at_home, without_network):
    page = at_home
    cut(page)
    page.goto("/now/")
    page.get_by_role("button", name="Cramp started").click()
    expect(page.locator("#said")).to_contain_text("Kept on this device")
    found = page.evaluate(
        """async () => {
            const opened = await new Promise((done) => { const r = indexedDB.open("crampdiary"); r.onsuccess = () => done(r.result); });
            const read = (name) => new Promise((done) => { const r = opened.transaction(name).objectStore(name).getAll(); r.onsuccess = () => done(r.result); });
            const [key] = await read("keys");
            const [row] = await read("waiting");
            const exported = await crypto.subtle.exportKey("raw", key).then(() => true, () => false);
            const text = new TextDecoder("latin1").decode(row.sealed);
            return [key.extractable, key.algorithm.name, exported, text.includes("started_at"), Object.keys(row)];
        }"""
    )
    assert found == [False, "AES-GCM", False, False, ["iv", "sealed"]]
    kept = json.loads(page.evaluate("JSON.stringify(localStorage)"))
    assert set(kept) == {"outbox-owner", "outbox-count"}
    cut(page, False)


def test_a_lost_answer_is_asked_for_again_and_counted_once(ada, at_home):
    page = at_home
    taken = []

    def lose(route):
        if len(taken) < 2:
            taken.append(route.fetch().status)  # the server acts, the answer is lost
            route.abort()
        else:
            route.continue_()

    page.goto("/now/")
    page.context.route(
        re.compile(r"/now/$"),
        lambda route: lose(route) if route.request.method == "POST" else route.continue_(),
    )
    page.get_by_role("button", name="Cramp started").click()
    expect(page.locator("#said")).to_contain_text("Kept on this device")
    for _again in range(2):
        page.evaluate("outbox.send()")
    assert taken == [200, 200]
    assert waiting(page) == 0
    with looking_as(ada):
        assert CrampTiming.objects.owned_by(ada).count() == 1
    page.reports[:] = [report for report in page.reports if "ERR_FAILED" not in report]


def test_a_night_changed_elsewhere_shows_both_copies(ada, at_home, without_network):
    from tests.conftest import write_night

    page = at_home
    date = last_night(timezone.now(), ada.zone)
    cut(page)
    page.goto(f"/nights/{date}/")
    page.locator("label.option", has_text="No cramp").first.click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#save-state")).to_contain_text("Kept on this device")
    write_night(ada, date, "not_in_bed")

    cut(page, False)
    page.goto("/")
    expect(page.locator("#waiting")).to_contain_text("Nothing is lost")
    page.locator("#waiting button").click()
    expect(page.locator("h1")).to_contain_text("Here are both")
    page.get_by_role("button", name="Keep this one").click()
    page.wait_for_url("**/")
    page.goto("/")
    assert waiting(page) == 0
    with looking_as(ada):
        assert read_night(patient=ada, date=date, by=ada).outcome == "no_cramps"


def test_logging_out_warns_and_then_wipes(ada, at_home, without_network):
    page = at_home
    cut(page)
    page.goto("/now/")
    page.get_by_role("button", name="Cramp started").click()
    expect(page.locator("#said")).to_contain_text("Kept on this device")
    page.evaluate("outbox.all().then(([one]) => outbox.put({...one, state: 'asks'}))")  # it stays
    cut(page, False)
    page.goto("/account/logout/")
    asked = []
    page.on(
        "dialog",
        lambda dialog: (
            asked.append(dialog.message),
            dialog.accept() if len(asked) > 1 else dialog.dismiss(),
        ),
    )
    page.locator("main").get_by_role("button", name="Log out").click()
    expect(page.locator("#waiting")).to_be_visible()
    assert waiting(page) == 1
    page.locator("main").get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")
    assert "Logging out deletes them" in asked[0]
    assert waiting(page) == 0
    assert page.evaluate("indexedDB.databases().then(all => all.map(one => one.name))") == []
    assert page.evaluate("localStorage.getItem('outbox-owner')") is None


def test_cramps_timed_while_nobody_was_logged_in_ask_whose_they_are(ada, page, login, without_network):
    page.goto("/now/")
    page.get_by_role("button", name="Restless, not a cramp").click()
    expect(page.locator("#said")).to_contain_text("Log in later")
    login(page, ada)
    page.goto("/now/")
    page.get_by_role("button", name="Yes, put them into my diary").click()
    expect(page.locator("#theirs")).to_be_hidden()
    with looking_as(ada):
        assert CrampTiming.objects.owned_by(ada).get().kind == "restless"


def test_what_waits_of_one_person_is_never_sent_as_another(ada, cleo, at_home, login, without_network):
    page = at_home
    cut(page)
    page.goto("/now/")
    page.get_by_role("button", name="Restless, not a cramp").click()
    expect(page.locator("#said")).to_contain_text("Kept on this device")
    page.context.clear_cookies()
    login(page, cleo)
    cut(page, False)
    page.goto("/")
    page.goto("/now/")
    page.evaluate("outbox.send()")
    with looking_as(cleo):
        assert not CrampTiming.objects.owned_by(cleo).exists()
    assert waiting(page) == 1


def test_no_page_about_anybody_is_kept(ada, at_home, without_network):
    page = at_home
    page.goto("/calendar/")
    page.goto("/trends/")
    kept = page.evaluate(
        """async () => {
            const texts = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys())
                    texts.push([new URL(request.url).pathname, await (await (await caches.open(name)).match(request)).text()]);
            return texts;
        }"""
    )
    paths = {path for path, _text in kept if not path.startswith("/static/")}
    assert paths == {"/now/", "/offline/", "/offline/night/"}
    assert not [path for path, text in kept if str(ada.pk) in text or "Ada" in text]
    cut(page)
    page.goto("/calendar/")
    expect(page.locator("h1")).to_have_text("There is no connection")


def test_a_new_release_takes_the_place_of_the_old_one(at_home):
    page = at_home
    names = page.evaluate("caches.open('crampdiary-of-last-year').then(() => caches.keys())")
    assert len(names) == 2
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.unregister())")
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/")
    assert page.evaluate("caches.keys()") == [name for name in names if name != "crampdiary-of-last-year"]


# The dark page.


@pytest.mark.parametrize("how", ["keyboard", "mouse", "touch"])
def test_one_tap_starts_a_cramp(ada, open_page, login, how):
    page = login(open_page(has_touch=True), ada)
    page.goto("/now/")
    button = page.get_by_role("button", name="Cramp started")
    if how == "keyboard":
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
    elif how == "mouse":
        button.click()
    else:
        button.tap()
    expect(page.locator("#timer")).to_be_visible()
    expect(page.locator("#said")).to_have_text("Saved.")
    page.locator("#stop").click()  # a second tap of the same thumb, within ten seconds
    expect(page.locator("#timer")).to_be_visible()
    with looking_as(ada):
        timing = CrampTiming.objects.owned_by(ada).get()
    assert timing.stopped_at is None


def bright_share(page):
    """Return the share of a screenshot's pixels that are brighter than the page's amber."""
    counts = Image.open(io.BytesIO(page.screenshot())).convert("L").histogram()
    return sum(counts[190:]) / sum(counts)


def test_the_page_is_dark_from_the_first_paint(ada, page, login):
    login(page, ada)
    page.goto("/now/")
    assert bright_share(page) == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    page.context.route(re.compile(r"now.*\.css"), lambda route: route.abort())
    page.goto("/now/?again")
    assert bright_share(page) < 0.02  # even without its style sheet: letters alone
    page.reports[:] = [report for report in page.reports if "ERR_FAILED" not in report]


def test_the_page_is_under_fifteen_kibibytes_in_all(ada, page, login):
    """Counted as a browser gets it: text compressed, as the page itself and the hashed files are."""
    weights = {}

    def weigh(response):
        if response.request.service_worker is None:
            weights[response.url + response.headers["content-type"]] = len(gzip.compress(response.body()))

    login(page, ada)
    page.on("response", weigh)
    page.goto("/now/")
    expect(page.locator("#clock")).not_to_be_empty()
    page.wait_for_load_state("networkidle")
    assert len(weights) >= 5
    assert sum(weights.values()) < 15 * 1024, weights
    assert page.context.request.get("/now/").headers["content-encoding"] == "gzip"


def test_after_ten_minutes_one_calm_line(ada, page, login):
    page.clock.install()
    login(page, ada)
    page.goto("/now/")
    page.get_by_role("button", name="Cramp started").click()
    expect(page.locator("#long")).to_be_hidden()
    page.clock.fast_forward(601_000)
    page.clock.run_for(1_100)
    expect(page.locator("#long")).to_contain_text("Not easing: get advice.")
    page.get_by_text("Who to call, and when").click()
    expect(page.locator("#long ul").first).to_be_visible()
    page.reload()
    expect(page.locator("#timer")).to_have_text(re.compile(r"^10:\d\d$"))


def test_a_tap_that_arrives_by_itself_is_said_to_be_saved(ada, at_home, without_network):
    page = at_home
    cut(page)
    page.goto("/now/")
    page.get_by_role("button", name="Cramp started").click()
    expect(page.locator("#said")).to_contain_text("Kept on this device")

    cut(page, False)
    expect(page.locator("#said")).to_have_text("Saved.")
