"""Remedies: how, who leaves it, how sure, own counts; a plan that fills nothing in by itself."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from episodes.article.remedies import REMEDIES
from episodes.models import Condition, Night, acting_as
from episodes.nights.content import read_night
from episodes.remedies.actions import plan_for, plan_remedy
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


@pytest.mark.parametrize("key", ["quinine", "walk-and-shake", "acupuncture", "\x00", "x" * 500])
def test_what_is_no_evening_remedy_cannot_be_planned(clients, ada, key):
    clients.ada.post("/remedies/plan/", {"remedy": key})
    assert "Planned for tonight</h2>" not in page_of(clients.ada, "/")


def test_the_pregnancy_line_comes_first_and_stands_out(clients, ada):
    with acting_as(ada):
        Condition(patient=ada, key="pregnancy").save(force_insert=True)
    assert "<li><strong>" in page_of(clients.ada, "/remedies/heat/")


def note_condition(patient, key, **days):
    with acting_as(patient):
        Condition(patient=patient, key=key, **days).save(force_insert=True)


def days_ago(patient, days):
    return timezone.now().astimezone(patient.zone).date() - dt.timedelta(days=days)


def is_planned(client):
    return "Planned for tonight</h2>" in page_of(client, "/remedies/")


@pytest.mark.parametrize(
    ("key", "reason"),
    [("pregnancy", "a pregnancy"), ("diabetes", "diabetes"), ("neuropathy", "nerve damage")],
)
def test_heat_is_refused_with_the_reason_where_a_burn_goes_unnoticed(clients, ada, key, reason):
    note_condition(ada, key)
    response = clients.ada.post("/remedies/plan/", {"remedy": "heat"}, follow=True)
    page = response.content.decode()
    assert "Not planned" in page
    assert f"You noted {reason}" in page
    assert not is_planned(clients.ada)
    assert "Plan for tonight</button>" not in page_of(clients.ada, "/remedies/heat/")


def test_heat_is_refused_for_four_weeks_after_a_numb_leg(clients, ada):
    write_night(ada, days_ago(ada, 28), numbness=True)
    assert "You noted a numb leg" not in page_of(clients.ada, "/remedies/heat/")
    write_night(ada, days_ago(ada, 27), numbness=True)
    assert "You noted a numb leg" in page_of(clients.ada, "/remedies/heat/")
    clients.ada.post("/remedies/plan/", {"remedy": "heat"})
    assert not is_planned(clients.ada)


def test_a_warm_bath_is_planned_after_a_warning(clients, ada):
    note_condition(ada, "diabetes")
    assert "Take care with warm water" in page_of(clients.ada, "/remedies/warm-bath/")
    clients.ada.post("/remedies/plan/", {"remedy": "warm-bath"})
    assert is_planned(clients.ada)


def test_what_ended_and_what_another_patient_noted_refuses_nothing(clients, ada, cleo):
    note_condition(ada, "pregnancy", ended_on=days_ago(ada, 1))
    note_condition(cleo, "diabetes")
    clients.ada.post("/remedies/plan/", {"remedy": "heat"})
    assert is_planned(clients.ada)


@pytest.mark.parametrize(("days", "calls_maternity"), [(0, True), (42, True), (43, False)])
def test_six_weeks_after_birth_the_maternity_unit_is_called(clients, ada, days, calls_maternity):
    note_condition(ada, "pregnancy", ended_on=days_ago(ada, days))
    general = "<li>One leg is swollen, hot, red or very painful</li>"
    date = last_night(timezone.now(), ada.zone)
    write_night(ada, date, leg_warning_sign="left")
    for path in ("/remedies/", "/remedies/massage/", f"/nights/{date}/"):
        assert (general not in page_of(clients.ada, path)) == calls_maternity, path


def test_the_overview_says_when_to_see_a_doctor(clients, ada):
    page = page_of(clients.ada, "/remedies/")
    assert 'href="#doctor"' in page
    assert 'id="doctor"' in page
    assert "Make an appointment" in page


def test_the_record_reads_as_the_chart_in_trends(clients, ada):
    date = last_night(timezone.now(), ada.zone)
    for back, seconds in enumerate((120, 240, 600)):
        uses = [
            {"remedy": "walk", "helped": "yes", "seconds_to_relief": seconds},
            {"remedy": "shake", "helped": None, "seconds_to_relief": None},
        ]
        write_night(
            ada, date - dt.timedelta(days=back), "cramps", episodes=[{"location": "calf", "remedies": uses}]
        )
    page = page_of(clients.ada, "/remedies/walk-and-shake/")
    assert "Walked about: Used <b>3 times</b>" in page
    assert "In 3 timed cramps it typically eased after about 4 minutes." in page
    assert "Shook the leg: Used <b>3 times</b>" in page


@pytest.mark.parametrize("path", ["/remedies/", *(f"/remedies/{remedy.key}/" for remedy in REMEDIES)])
def test_no_page_says_more_than_the_nights_can(clients, ada, path):
    write_nights(ada, 60)
    page = page_of(clients.ada, path)
    words = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    found = re.search(
        r"\b(caus\w+|trigger\w*|should|prevent\w*|proven|significan\w+|claim\w*|factor\w*|grade\w*)\b",
        words,
        re.I,
    )
    assert found is None, found


def test_a_long_diary_does_not_slow_today(clients, ada):
    write_nights(ada, 400)
    assert "Your last 7 nights" in page_of(clients.ada, "/")
