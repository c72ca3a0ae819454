"""The server as people start it, with the shipped settings and hashed file names, from sign-up to the cut network."""

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_page import PATIENT_PAGES, PUBLIC_PAGES
from tests.concurrency.conftest import wait_until_served
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    {path for path in (*PATIENT_PAGES, *PUBLIC_PAGES) if "{date}" not in path and "logout" not in path}
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """The address of a fresh `manage.py serve`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("shipped")
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder / "data"), "PORT": str(port)}
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        wait_until_served("127.0.0.1", port, seconds=60)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


@pytest.mark.timeout(180)
def test_the_server_as_people_start_it_serves_every_page_and_works_without_a_network(shipped, browser):
    context = browser.new_context(base_url=shipped, viewport=PHONE)
    context.set_default_timeout(15_000)
    failed = []

    def heard(got):
        # A page may refuse what it is asked; a file of a page may not be missing, and nothing may break.
        is_a_page = urlsplit(got.url).path in {urlsplit(path).path for path in PAGES}
        if got.status >= 500 or (got.status >= 400 and not is_a_page):
            failed.append((got.status, got.url))

    context.on("response", heard)
    page = context.new_page()
    page.on("pageerror", lambda error: failed.append((0, str(error))))

    page.goto("/account/signup/")
    page.locator("input[name=username]").fill("newcomer")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=agrees]").check()
    page.locator("input[name=is_old_enough]").check()
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("link", name="Skip all, to my diary").click()
    page.get_by_role("button", name="No cramp", exact=True).first.click()
    expect(page.get_by_text("No cramp").first).to_be_visible()
    for path in PAGES:
        page.goto(path)
    assert failed == []

    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/")
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    context.set_offline(True)
    page.goto("/now/")
    expect(page.get_by_role("button", name="Cramp started")).to_be_visible()
    page.goto("/nights/last/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Night of")
    page.goto("/trends/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("no connection")
    # The pages of the worker stand in the style of the site: their files are kept under their shipped names.
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Atkinson')
    context.close()


def test_files_of_the_site_are_kept_by_browsers_for_a_year_and_never_stale(shipped):
    with urllib.request.urlopen(f"{shipped}/account/login/", timeout=10) as answer:
        text = answer.read().decode()
    name = next(
        word.split('"')[0] for word in text.split('href="')[1:] if word.split('"')[0].endswith(".css")
    )
    with urllib.request.urlopen(f"{shipped}{name}", timeout=10) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
