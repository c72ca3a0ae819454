"""A medicine's band stands exactly under its weeks: the same box at every width and on paper."""

import datetime as dt

import pytest
from django.utils import timezone

from episodes.models import Medicine, acting_as
from episodes.stats.nights import last_night
from tests.diaries import write_nights

pytestmark = pytest.mark.timeout(200)

EDGES = """mark => {
  const box = mark.getBoundingClientRect();
  return [box.left, box.right];
}"""
BOX = "svg => { const box = svg.getBoundingClientRect(); return [box.left, box.width]; }"


def give_medicines(patient):
    """Write a medicine that is older than the diary, and one that began on the first evening of a week in it."""
    last = last_night(timezone.now(), patient.zone)
    began = last - dt.timedelta(days=7 * 6 - 1)
    with acting_as(patient):
        for name, day in (("older", last - dt.timedelta(days=900)), ("newer", began)):
            Medicine(patient=patient, drug_class="statin", name=name, started_on=day).save(force_insert=True)


def assert_bands_stand_under_their_weeks(page, where):
    weeks = page.locator("#trend-weekly .chart > svg").first
    bands = page.locator("#trend-weekly .fact-bands svg")
    assert bands.count() == 2
    left, width = weeks.evaluate(BOX)
    for index in range(2):
        assert bands.nth(index).evaluate(BOX) == pytest.approx([left, width], abs=0.5), where

    cramp = page.locator("#trend-weekly .mark-cramp, #trend-weekly .block-cramp").first.evaluate(EDGES)
    newer, older = (bands.nth(index).locator("path").evaluate(EDGES) for index in range(2))
    assert older == pytest.approx(cramp, abs=0.5), where  # every column has a cramp night
    columns = 13
    pitch = (cramp[1] - cramp[0] + width / 296 * 3) / columns
    assert newer[0] == pytest.approx(cramp[0] + pitch * (columns - 6), abs=0.5), where
    assert newer[1] == pytest.approx(cramp[1], abs=0.5), where


@pytest.mark.parametrize("is_review", [False, True], ids=["trends", "review"])
def test_bands_have_the_left_edge_and_width_of_their_weeks(open_page, login, ada, ben, is_review):
    write_nights(ada, 13 * 7)
    give_medicines(ada)
    page = login(open_page(), ben if is_review else ada)
    page.goto(f"/admin/patients/{ada.pk}/?period=all" if is_review else "/trends/?range=3m")

    for width in (360, 640, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_bands_stand_under_their_weeks(page, width)
    page.emulate_media(media="print")
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_bands_stand_under_their_weeks(page, f"print at {width}")
