"""A diary out and in, by hand: download everything, bring a spreadsheet in, take it back; on a narrow screen."""

import zipfile

import pytest
from playwright.sync_api import expect

from tests.diaries import write_nights
from tests.exchange.test_spreadsheet import SHEET

NARROW = {"width": 320, "height": 700}


def look_at(page, assert_accessible):
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def test_everything_is_one_click(open_page, login, ada, tmp_path, assert_accessible):
    write_nights(ada, 30)
    page = login(open_page(viewport=NARROW), ada)
    page.goto("/account/")
    page.get_by_role("link", name="Take your diary out").click()
    look_at(page, assert_accessible)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download everything").click()
    download.value.save_as(tmp_path / "diary.zip")

    assert download.value.suggested_filename == "diary.zip"
    with zipfile.ZipFile(tmp_path / "diary.zip") as archive:
        assert "diary.json" in archive.namelist()
        assert archive.testzip() is None


@pytest.mark.parametrize(("scheme", "script"), [("light", True), ("dark", True), ("light", False)])
def test_a_spreadsheet_comes_in_and_goes_back(open_page, login, ada, assert_accessible, scheme, script):
    page = login(open_page(color_scheme=scheme, viewport=NARROW, java_script_enabled=script), ada)
    page.goto("/account/import/")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("Choose a file first.").first).to_be_visible()
    if script:
        look_at(page, assert_accessible)

    page.locator("input[type=file]").set_input_files(
        {"name": "cramps.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", name="What the columns mean")).to_be_visible()
    if script:
        page.get_by_text("Habits", exact=True).click()
        look_at(page, assert_accessible)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("1 line cannot be read and is left out")).to_be_visible()
    if script:
        look_at(page, assert_accessible)
    page.get_by_role("button", name="Write 4 nights").click()
    expect(page.get_by_text("Done: 4 nights were written.")).to_be_visible()
    if script:
        look_at(page, assert_accessible)

    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back: 4 nights.")).to_be_visible()
    expect(page.get_by_role("button", name="Take it back")).to_have_count(0)
