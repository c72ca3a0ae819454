"""A real Chromium, driven by pytest-playwright against the live server.

`page` is a phone (360 x 780); `desktop` is 1280 x 800; `no_script_page` has JavaScript off. Every
page collects what a strict content policy would refuse and what the page's own scripts throw, and
its test fails for it: `page.reports` must stay empty. The policy itself is never bypassed.
"""

import os

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.conftest import log_in as log_in_client
from tests.plugins import chromium

# Playwright's synchronous calls run inside an event loop; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 800}
TIMEOUT_MILLISECONDS = 10_000
FLAGS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium.executable(), "args": [*FLAGS, *as_root]}


@pytest.fixture
def browser_context_args(browser_context_args, live_server):
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }


class Reports(list):
    """What went wrong in a context: refused by the policy, thrown by a script, or asked of nobody."""

    def watch(self, context):
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        context.set_default_navigation_timeout(TIMEOUT_MILLISECONDS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.append(f"script error: {error.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        # Runs before the page's own scripts, in a world that the policy does not rule.
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', event => console.error("
            "`policy: ${event.violatedDirective} ${event.blockedURI} "
            "${event.sourceFile}:${event.lineNumber}`))"
        )

    def _heard(self, message):
        if message.type in {"error", "warning"} and not self._is_expected(message.text):
            self.append(f"{message.type}: {message.text}")

    @staticmethod
    def _is_expected(text):
        # A 404, 409 or 422 is an answer of ours; the browser logs every one of them as an error.
        return text.startswith("Failed to load resource: the server responded with a status of 4")

    def _failed(self, request):
        if "ERR_ABORTED" not in (request.failure or ""):  # the page itself went on to another page
            self.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response):
        is_missing_file = response.status >= 400 and "/static/" in response.url
        if response.status >= 500 or is_missing_file:
            self.append(f"{response.status}: {response.url}")


@pytest.fixture
def reports():
    """Return the list of what went wrong; the test fails if it is not empty at the end."""
    found = Reports()
    yield found
    assert list(found) == [], "The browser reported:\n" + "\n".join(found)


@pytest.fixture
def open_page(new_context, reports, transactional_db):
    """Return a function that opens a page of its own context: `open_page(viewport=DESKTOP, ...)`."""
    cache.clear()  # its table is no model's, so it outlives a test, and with it the count of tries

    def open_one(**context_arguments):
        context = new_context(**{"viewport": PHONE, **context_arguments})
        reports.watch(context)
        page = context.new_page()
        page.reports = reports
        return page

    return open_one


@pytest.fixture
def page(open_page):
    """A phone."""
    return open_page()


@pytest.fixture
def desktop(open_page):
    return open_page(viewport=DESKTOP)


@pytest.fixture
def dark_page(open_page):
    return open_page(color_scheme="dark")


@pytest.fixture
def no_script_page(open_page):
    return open_page(java_script_enabled=False)


@pytest.fixture
def login(live_server):
    """Return a function that makes a page's browser `user`'s, by session cookie: `login(page, ada)`."""

    def log_in(page, user):
        client = Client()
        log_in_client(client, user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return log_in


@pytest.fixture
def assert_accessible():
    """Return a function that runs axe on a page as it stands and fails for any violation.

    The script is evaluated through the debugging protocol, outside the page's content policy.
    """

    def check(page, context=None):
        page.evaluate(AXE_SCRIPT)
        result = page.evaluate("context => axe.run(context || document, {preload: false})", context)
        assert [described(violation) for violation in result["violations"]] == []

    return check


def described(violation):
    places = [
        f"{' '.join(map(str, node['target']))} ({node['html'][:120]})" for node in violation["nodes"][:5]
    ]
    return f"{violation['id']}: {violation['help']}: {'; '.join(places)}"
