"""Remedies: how, who leaves it, how sure, own counts; a plan that fills nothing in by itself."""

import datetime as dt

import pytest
from django.utils import timezone

from episodes.actions.content import read_night
from episodes.actions.remedies import plan_for, plan_remedy
from episodes.knowledge.remedies import REMEDIES
from episodes.models import Condition, Night, acting_as
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.diaries import write_nights


def written_on_time(patient):
    """Forget when the nights were written: unknown lateness counts, written late does not."""
    with acting_as(patient):
        Night.objects.owned_by(patient).update(outcome_recorded_at=None)


def page_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("remedy", REMEDIES, ids=lambda remedy: remedy.key)
def test_every_remedy_says_how_for_whom_not_and_how_sure(clients, ada, remedy):
    page = page_of(clients.ada, f"/remedies/{remedy.key}/")
    for words in ("Who asks first, or leaves it", "How sure is that?", "Your own nights"):
        assert words in page
    assert " cures " not in page.lower()


def test_an_unknown_remedy_is_not_found(clients, ada):
    assert clients.ada.get("/remedies/quinine/").status_code == 404


def test_uses_and_what_helped_are_counted(clients, ada):
    date = last_night(timezone.now(), ada.zone)
    for back, helped in enumerate(("yes", "yes", "some", "none", None)):
        use = {"remedy": "stretch", "helped": helped, "seconds_to_relief": None}
        write_night(
            ada, date - dt.timedelta(days=back), "cramps", episodes=[{"location": "calf", "remedies": [use]}]
        )
    page = page_of(clients.ada, "/remedies/stretching/")
    assert "<b>5 times</b>" in page
    assert "<b>2 of 4</b>" in page


def test_evenings_are_counted_from_fourteen_answers_on(clients, ada):
    date = last_night(timezone.now(), ada.zone)
    for back in range(13):
        write_night(ada, date - dt.timedelta(days=back), stretched_minutes=5 * (back % 2))
    written_on_time(ada)
    assert "13 evenings with an answer so far" in page_of(clients.ada, "/remedies/stretching/")
    write_night(ada, date - dt.timedelta(days=13), "cramps", stretched_minutes=5)
    written_on_time(ada)
    page = page_of(clients.ada, "/remedies/stretching/")
    assert "<b>1 of 7</b>" in page
    assert "<b>0 of 7</b>" in page


def test_a_plan_is_shown_and_asked_about_and_fills_nothing_in(clients, ada):
    clients.ada.post("/remedies/plan/", {"remedy": "stretching"})
    assert "Planned for tonight" in page_of(clients.ada, "/")
    date = last_night(timezone.now(), ada.zone)
    with acting_as(ada):
        plan_remedy(remedy="warm-bath", date=date, by=ada)
    assert "Did you do it before bed" not in page_of(clients.ada, "/")
    write_night(ada, date)
    assert "Did you do it before bed" in page_of(clients.ada, "/")

    clients.ada.post("/remedies/plan/done/", {"done": "yes"})

    assert "Did you do it before bed" not in page_of(clients.ada, "/")
    with acting_as(ada):
        assert plan_for(date=date, by=ada).done is True
        assert read_night(patient=ada, date=date, by=ada).answers["warm_bath"] is None


def test_a_plan_can_be_taken_back(clients, ada):
    clients.ada.post("/remedies/plan/", {"remedy": "stretching"})
    clients.ada.post("/remedies/plan/", {"remedy": ""})
    assert "Planned for tonight</h2>" not in page_of(clients.ada, "/")


@pytest.mark.parametrize("key", ["quinine", "walk-and-shake", "\x00", "x" * 500])
def test_what_is_no_evening_remedy_cannot_be_planned(clients, ada, key):
    clients.ada.post("/remedies/plan/", {"remedy": key})
    assert "Planned for tonight</h2>" not in page_of(clients.ada, "/")


def test_the_pregnancy_line_comes_first_and_stands_out(clients, ada):
    with acting_as(ada):
        Condition(patient=ada, key="pregnancy").save(force_insert=True)
    assert "<li><strong>" in page_of(clients.ada, "/remedies/heat/")


def test_a_long_diary_does_not_slow_today(clients, ada):
    write_nights(ada, 400)
    assert "Your last 7 nights" in page_of(clients.ada, "/")
