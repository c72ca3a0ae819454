"""A patient walks about the diary with JavaScript on, and nothing is lost, nothing unsaid, nothing else is written.

What a walk is and what must hold after each step stands in `tests/walks/walker.py`. Walks are made from a seed: a
finding prints it with the steps. `make walks WALKS=2000` walks for long on both databases, `SEED=17 WALKS=1` repeats one
walk, `STEPS="open /; ..."` does these steps alone, and `BROWSER=firefox` or `webkit` takes another browser.
"""

import datetime as dt
import logging
import os
import time
from random import Random

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from episodes.stats.nights import last_night
from tests.browser.conftest import Reports
from tests.conftest import log_in, make_user, write_night
from tests.plugins import firefox
from tests.plugins.legs import NOT_RUN
from tests.walks.checks import Finding
from tests.walks.hands import PHONE, ChromiumHand, WireHand
from tests.walks.paper import Paper
from tests.walks.steps import next_step
from tests.walks.walker import Walk
from tests.walks.wire import Firefox, WebKit

LONG_AGO = 5  # nights back: a located cramp, so that the night page suggests its place
STEPS_OF_A_WALK = 14
WALKS_OF_A_TEST = 10
WALKS = int(os.environ.get("WALKS", "0"))  # 0: the short run of the suite
SEED = int(os.environ.get("SEED", "0"))
ONLY = os.environ.get("BROWSER", "")
# Known walks run in Firefox too; at random only by `make walks`: seeds 0 and 1 still end in findings there.
SHORT = {"chromium": 5, "firefox": 0, "webkit": 3}
BROWSERS = [ONLY] if ONLY else ["chromium", "firefox"] if not WALKS else ["chromium"]
BATCHES = [
    (browser, first, min(WALKS_OF_A_TEST, (WALKS or SHORT[browser]) - first))
    for browser in BROWSERS
    for first in range(0, WALKS or SHORT[browser], WALKS_OF_A_TEST)
]
# What was found by people before there were walks, and what a walk found: each was red once.
SCRIPTS = {
    "saved while it is filled in, and then saved": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-pain_0_10=6; wait; press save=own",
    "a length alone": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-duration_band=1_5; wait; press save=own; back; tap numbness=no; wait",
    "a swollen leg": "open /nights/N-0/; tap outcome=no_cramps; tap leg_warning_sign=left; wait; press save=own",
    "a weak leg": "open /nights/N-0/; tap outcome=unsure; tap weakness_after=yes; wait",
    "a numb leg": "open /nights/N-0/; tap outcome=unsure; tap numbness=yes; wait",
    "a long cramp": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-duration_band=10_30; wait; press save=own",
    "twelve minutes": "open /nights/N-0/; tap outcome=cramps; type episodes-0-duration_minutes=12; wait",
    "no cramp after all": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-place=left-calf; wait; tap outcome=no_cramps; delete; wait; undo",
    "a cramp after all": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-place=left-calf; wait; tap outcome=no_cramps; keep; wait",
    "one cramp of two removed": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-place=left-calf; add; tap episodes-1-place=right-foot; wait; tap episodes-0-DELETE=on; wait; tap episodes-0-pain_0_10=3; wait; reload",
    "two taps in a list": "open /calendar/#missed; twice 0.9 /nights/N-0/outcome/ outcome=no_cramps",
    "two quick taps in a list": "open /calendar/#missed; twice 0.3 /nights/N-2/outcome/ outcome=cramps",
    "enter": "open /nights/N-0/; tap outcome=cramps; enter sitting_hours_exact=3",
    "over an hour": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-duration_band=over_60; wait",
    "back": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-place=left-calf; tap episodes-0-duration_band=1_5; tap episodes-0-pain_0_10=6; wait; open /calendar/; back; reload; tap numbness=no; wait",
    "undo": "open /nights/N-1/; tap outcome=no_cramps; tap activity=1; wait; undo; tap outcome=unsure; wait; reload; tap activity=2; wait; undo; reload",
    "timed": "open /now/; now start; now stop; now side left; now remove; now keep; open /",
    "without a connection": "open /nights/N-0/; tap outcome=no_cramps; wait; offline; tap activity=1; online; tap sitting_hours=~2; wait",
    "a connection again on the same page": "open /nights/N-0/; tap outcome=no_cramps; wait; offline; tap activity=1; online stay; tap sitting_hours=~2; wait; reload",
    "kept, and another tap at once": "open /nights/N-0/; tap outcome=no_cramps; wait; offline; tap activity=1; wait; online; tap activity=2; wait; reload",
    "straight back": "open /nights/N-0/; tap outcome=no_cramps; wait; tap activity=1; leave /nights/N-0/; tap activity=2; leave /nights/N-1/; open /nights/N-0/",
    "a button after a number": "open /nights/N-0/; tap outcome=cramps; type sitting_hours_exact=3; wait; tap sitting_hours=~6; wait; type episodes-0-duration_minutes=3; tap episodes-0-duration_band=5_10; wait; reload",
    "a number after a button": "open /nights/N-0/; tap outcome=cramps; tap sitting_hours=~6; tap episodes-0-duration_band=5_10; wait; type sitting_hours_exact=3; type episodes-0-duration_minutes=7; wait; reload",
    "a described cramp against no cramp, without a connection": "open /nights/N-0/; tap outcome=cramps; tap episodes-0-pain_0_10=5; wait; offline; tap outcome=no_cramps; online; delete; wait; undo",
    "refused what was kept": "open /nights/N-0/; tap outcome=cramps; wait; offline; tap episodes-0-duration_band=over_60; online",
    "three quick answers": "open /; press /nights/N-0/outcome/ outcome=unsure; tap worse_in_evening=yes; tap sitting_hours=~6; press save=own",
    "two tabs": "open /nights/N-0/; tap outcome=no_cramps; tab; tap activity=1; tab 0; tap activity=2; wait; press save=own",
    "from Today": "open /; press /nights/N-0/outcome/ outcome=cramps; tap episodes-0-place=right-calf; press save=own; press /nights/N-0/undo/ =",
}  # fmt: skip
if os.environ.get("STEPS"):
    SCRIPTS = {"given": os.environ["STEPS"]}
# The suite does in Firefox what browsers do by themselves; a run of one browser alone does everything there.
IN_FIREFOX_TOO = (
    "back",
    "undo",
    "a swollen leg",
    "no cramp after all",
    "two taps in a list",
    "without a connection",
)
NEEDS = {
    "firefox": ("now stop",),
    "webkit": ("now stop", "tab", "offline"),
}  # what a browser's hand cannot do


class Errors(logging.Handler):
    """Keeps what the site logged as its own fault: every answer of 500 and above."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.found = []

    def emit(self, record):
        self.found.append(record.getMessage())


@pytest.fixture
def errors():
    handler = Errors()
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler.found
    logger.removeHandler(handler)


@pytest.fixture(scope="session")
def wires():
    """Return a function that starts a browser of WebDriver, once; None where it is not on this machine."""
    started = {}

    def start(name):
        if name not in started:
            program = {"firefox": firefox.executable, "webkit": lambda: "/usr/bin/WebKitWebDriver"}[name]()
            started[name] = {"firefox": Firefox, "webkit": WebKit}[name](program) if program else None
        return started[name]

    yield start
    for browser in started.values():
        if browser:
            browser.close()


@pytest.fixture
def begin(request, wires, live_server, transactional_db, errors):
    """Return a function that begins a walk in a browser: a new patient, her twin, and her phone."""
    cache.clear()
    number = 0

    def hand_of(browser):
        if browser == "chromium":
            reports = Reports()
            new_context = request.getfixturevalue("new_context")
            has_worker = number % 4 == 1
            context = new_context(viewport=PHONE, service_workers="allow" if has_worker else "block")
            reports.watch(context)
            return ChromiumHand(context, reports, live_server.url, has_worker=has_worker)
        wire = wires(browser)
        return wire and WireHand(wire, live_server.url)

    def begin_one(browser):
        nonlocal number
        number += 1
        hand = hand_of(browser)
        if hand is None:
            assert "CI" not in os.environ, f"there is no {browser} on this machine"
            NOT_RUN.append(f"walks in {browser}: it is not on this machine")
            return None
        user, twin = make_user(f"walker{number}"), make_user(f"twin{number}")
        asked = last_night(timezone.now(), user.zone)
        for person in (user, twin):
            write_night(
                person, asked - dt.timedelta(days=LONG_AGO), "cramps",
                episodes=[{"side": "left", "location": "foot", "duration_band": "5_10", "pain_0_10": 7}],
            )  # fmt: skip
        client = Client()
        log_in(client, user)
        hand.log_in(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
        hand.wait_for_worker()
        walk = Walk(hand, user, Paper(twin), asked)
        walk.arrived()
        return walk

    return begin_one


def finding_of(walk, errors, steps):
    """Do the steps one by one; return what was found and how to find it again, or an empty text."""
    del errors[:]
    try:
        for step in steps:
            walk.do(step)
            if errors:
                raise Finding(f"the site answered with its own fault: {errors}")
            if walk.is_over:
                return ""
        walk.settle()
    except Exception as error:
        if last_night(timezone.now(), walk.user.zone) != walk.asked:
            return ""  # another night began under the walk: what "last night" means has changed
        kind = "" if isinstance(error, Finding) else f"{type(error).__name__}: "
        return f'{walk.hand.name}: {kind}{error} {errors or ""}\n  STEPS="{"; ".join(walk.steps)}"'
    finally:
        walk.hand.close()
    return ""


def scripts():
    for browser in BROWSERS:
        for name, steps in SCRIPTS.items():
            is_wanted = ONLY or browser == "chromium" or name in IN_FIREFOX_TOO
            if is_wanted and not any(each in steps for each in NEEDS.get(browser, ())):
                yield pytest.param(browser, steps, id=f"{browser} {name}".replace(" ", "-"))


@pytest.mark.parametrize(("which", "steps"), list(scripts()))
def test_a_known_walk_finds_nothing(begin, errors, which, steps):
    walk = begin(which)
    if walk:
        found = finding_of(walk, errors, [step.strip() for step in steps.split(";")])
        assert not found, found


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("which", "first", "count"), BATCHES)
def test_walks_at_random_find_nothing(begin, errors, capsys, which, first, count):
    found, steps, begun = [], 0, time.monotonic()
    for seed in range(SEED + first, SEED + first + count):
        walk = begin(which)
        if walk is None:
            return
        rng = Random(seed)
        finding = finding_of(walk, errors, (next_step(walk, rng) for _step in range(STEPS_OF_A_WALK)))
        steps += len(walk.steps)
        if finding:
            found.append(f"SEED={seed} {finding}")
            if WALKS:
                with capsys.disabled():
                    print(f"\n{found[-1]}", flush=True)
    if WALKS:
        with capsys.disabled():
            seconds = time.monotonic() - begun
            print(f" {which}, {connection.vendor}: {count} walks from {SEED + first}, {steps} steps, {seconds:.0f} s, {len(found)} findings")  # fmt: skip
    assert not found, "\n".join(found)
