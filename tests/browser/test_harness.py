"""The collectors of these tests see what they are for: a check that cannot fail proves nothing."""

import pytest
from playwright.sync_api import expect

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
GOOD = '<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1><p>Text</p></main></html>'


@pytest.fixture
def show(live_server):
    """Return a function that shows a page of our own making under the site's content policy."""

    def show_page(page, body, status=200):
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        page.route("**/harness/", lambda route: route.fulfill(status=status, headers=headers, body=body))
        page.goto("/harness/")

    return show_page


def test_a_good_page_is_accessible_and_reports_nothing(page, show, assert_accessible):
    show(page, GOOD)

    assert_accessible(page)
    assert page.reports == []


def test_an_unlabelled_field_is_a_violation(page, show, assert_accessible):
    show(page, GOOD.replace("Text", "<input>"))

    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)


@pytest.mark.parametrize(
    "forbidden",
    [
        "<script>1</script>",
        '<p style="color: red">x</p>',
        "<style>p {}</style>",
        '<img src="https://example.org/x.png">',
    ],
)
def test_what_the_policy_refuses_is_reported(page, show, forbidden):
    show(page, GOOD.replace("Text", f"</p>{forbidden}<p>Text"))
    page.wait_for_timeout(200)

    assert any("policy" in report.lower() for report in page.reports)
    page.reports.clear()


def test_a_server_error_is_reported(page, show):
    show(page, GOOD, status=500)

    assert any(report.startswith("500") for report in page.reports)
    page.reports.clear()


def test_another_machine_cannot_be_reached(page, show):
    show(page, GOOD)

    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")
    page.reports.clear()


@pytest.mark.parametrize(("kind", "heading"), [("page", "Changed"), ("no_script_page", "A page")])
def test_a_page_runs_its_script_unless_scripts_are_off(request, show, kind, heading):
    page = request.getfixturevalue(kind)
    script = "document.querySelector('h1').textContent = 'Changed'"
    page.route("**/harness.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))

    show(page, GOOD.replace("Text", "</p><script src='/harness.js'></script><p>"))

    expect(page.get_by_role("heading")).to_have_text(heading)


def test_a_phone_and_a_desktop_have_their_sizes(page, desktop):
    assert page.viewport_size == {"width": 360, "height": 780}
    assert desktop.viewport_size == {"width": 1280, "height": 800}
