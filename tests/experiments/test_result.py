"""When it is over: the words by how sure the test is, the range, adherence, the seal, the drawings."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from episodes.diaries.experiments import finished_test
from episodes.models import Experiment, ExperimentNight, Night, acting_as
from tests.experiments.conftest import begin, today, write_outcomes
from tests.trends.test_factor_pages import FORBIDDEN, own_words


def page_of(client, experiment):
    response = client.get(f"/experiments/{experiment.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def words_of(page):
    return " ".join(own_words(page).split())


def result_for(patient, experiment):
    with acting_as(patient):
        return finished_test(experiment, now=timezone.now(), by=patient).result


def finished(patient, risk_with, risk_without, *, stop_after=None, nights=112, **written):
    """Return an experiment that ended last night, or was stopped after some nights."""
    kept = begin(
        patient, days_ago=stop_after or nights, nights=nights, design=written.pop("design", "nightly")
    )
    write_outcomes(patient, kept, risk_with, risk_without, **written)
    if stop_after:
        with acting_as(patient):
            Experiment.objects.owned_by(patient).update(stopped_on=today(patient))
        kept.stopped_on = today(patient)
    return kept


CASES = {
    "strong, fewer": ({"risk_with": 0.05, "risk_without": 0.7}, "strong", "There were fewer cramp nights with it"),
    "strong, more": ({"risk_with": 0.7, "risk_without": 0.05}, "strong", "There were more cramp nights with it"),
    "moderate": (
        {"risk_with": 0.05, "risk_without": 0.7, "stop_after": 60}, "moderate", "seems to have made a difference"
    ),
    "moderate, whole length": (
        {"risk_with": 0.2, "risk_without": 0.4, "seed": 8}, "moderate", "seems to have made a difference"
    ),
    "not shown": ({"risk_with": 0.4, "risk_without": 0.4}, "not_shown", "That does not mean there is none"),
    "small": (
        {"risk_with": 0.0, "risk_without": 0.0, "nights": 168}, "not_shown", "smaller than about 3 nights in four weeks"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_words_follow_the_test(clients, ada, case):
    arrange, grade, words = CASES[case]
    kept = finished(ada, **arrange)
    assert result_for(ada, kept).grade == grade
    page = page_of(clients.ada, kept)
    assert words in words_of(page)
    assert ("made a difference for you in this test" in words_of(page)) == (grade != "not_shown")
    assert FORBIDDEN.findall(own_words(page)) == []


def test_a_result_on_the_border_says_that_test_and_range_disagree(clients, ada):
    border = finished(ada, 0.2, 0.4, seed=105)
    result = result_for(ada, border)
    assert result.p <= 0.05
    assert not result.shift.excludes_zero
    assert "This one is on the border" in page_of(clients.ada, border)


def test_a_clear_result_is_not_on_the_border(clients, ada):
    assert "on the border" not in page_of(clients.ada, finished(ada, 0.05, 0.7))


def test_numbers_on_the_page_are_those_of_the_test(clients, ada):
    kept = finished(ada, 0.1, 0.6, skip=range(8))
    result = result_for(ada, kept)
    words = words_of(page_of(clients.ada, kept))
    assert result.remedy.n + result.usual.n == 104
    assert f"Nights drawn with it: cramp on {result.remedy.x} of {result.remedy.n} ." in words
    assert f"Nights drawn as usual: cramp on {result.usual.x} of {result.usual.n} ." in words
    estimate, low, high = (
        round(28 * abs(value)) for value in (result.shift.estimate, result.shift.low, result.shift.high)
    )
    assert (
        f"about {estimate} fewer . With this many nights it could be anything from {low} fewer to {high} fewer"
        in words
    )
    followed = result.followed_remedy
    assert f"you kept to the plan on {followed.x} of {followed.n} that you answered" in words
    assert "For nights on which the plan is really followed" in words


def test_a_plan_that_was_hardly_followed_has_no_second_number(clients, ada):
    kept = finished(ada, 0.2, 0.6, follow=0.5)
    words = words_of(page_of(clients.ada, kept))
    assert "For nights on which the plan is really followed" not in words
    assert "not followed, or not answered, often enough" in words


def test_missing_nights_are_warned_of(clients, ada):
    kept = begin(ada, days_ago=112)
    with_it = [number for number, arm in enumerate(kept.schedule) if arm]
    write_outcomes(ada, kept, 0.3, 0.3, skip=with_it[:30])
    words = words_of(page_of(clients.ada, kept))
    assert "Many nights have no clear answer." in words
    assert "More nights are missing on one side" in words


def test_a_test_stopped_early_says_so_and_shows_its_whole_plan(clients, ada):
    kept = finished(ada, 0.1, 0.7, stop_after=60)
    page = page_of(clients.ada, kept)
    assert "From" in page
    assert "60 of 112 nights" in page
    assert "The test was stopped early." in page
    assert len(re.findall(r'<tr><th scope="row">', page)) == 112
    assert page.count("(not compared)") == 52


def test_the_seal_is_checked(clients, ada):
    kept = finished(ada, 0.3, 0.3)
    assert "The plan you can see now is the plan that was sealed on" in page_of(clients.ada, kept)
    with acting_as(ada):
        row = ExperimentNight.objects.owned_by(ada).order_by("date").first()
        ExperimentNight.objects.owned_by(ada).filter(pk=row.pk).update(arm=1 - row.arm)
    assert "does not fit the number" in page_of(clients.ada, kept)
    with acting_as(ada):
        ExperimentNight.objects.owned_by(ada).filter(pk=row.pk).update(arm=row.arm)
        Experiment.objects.owned_by(ada).update(schedule=[1 - arm for arm in kept.schedule])
    assert "does not fit the number" in page_of(clients.ada, kept)


def test_a_night_corrected_later_changes_the_result(clients, ada):
    kept = finished(ada, 0.0, 0.5)
    before = result_for(ada, kept)
    with acting_as(ada):
        Night.objects.owned_by(ada).filter(outcome="cramps").update(outcome="no_cramps")
    after = result_for(ada, kept)
    assert (before.usual.x > 0, after.usual.x) == (True, 0)
    assert f"cramp on <b>0 of {after.usual.n}</b>" in page_of(clients.ada, kept)


def test_an_answer_corrected_after_the_end_changes_adherence(clients, ada):
    kept = finished(ada, 0.3, 0.3, follow=1)
    number = kept.schedule.index(1)
    date = kept.started_on + dt.timedelta(days=number)
    before = result_for(ada, kept).followed_remedy
    clients.ada.post(f"/experiments/{kept.pk}/followed/", {"date": str(date), "followed": "no"})
    after = result_for(ada, kept).followed_remedy
    assert (before.x - after.x, before.n) == (1, after.n)


def test_nothing_written_ends_in_plain_words(clients, ada):
    kept = begin(ada, days_ago=112)
    words = words_of(page_of(clients.ada, kept))
    assert "There are too few written nights to compare." in words
    assert "cramp on" not in words


def test_weeks_are_compared_without_their_first_two_nights(clients, ada):
    kept = finished(ada, 0.1, 0.6, nights=168, design="periods")
    page = page_of(clients.ada, kept)
    assert "The first two nights of each week are left out." in page
    assert page.count("(not compared)") == 48
    result = result_for(ada, kept)
    assert result.remedy.n == result.usual.n == 60


def test_the_test_ends_the_morning_after_its_last_night(clients, ada):
    begin(ada, days_ago=111)
    page = clients.ada.get("/").content.decode()
    assert "Tonight <b>with" in page
    with acting_as(ada):
        ExperimentNight.objects.owned_by(ada).delete()
        Experiment.objects.owned_by(ada).delete()
    kept = begin(ada, days_ago=112)
    assert "Tonight <b>with" not in clients.ada.get("/").content.decode()
    assert "What came out" in page_of(clients.ada, kept)
    # Its last night is still asked about.
    assert "before bed?" in clients.ada.get("/").content.decode()


def test_a_test_that_runs_has_no_result_for_any_caller(ada):
    kept = begin(ada, days_ago=100)
    with acting_as(ada), pytest.raises(ValueError, match="no result"):
        finished_test(kept, now=timezone.now(), by=ada)


def test_words_that_would_say_too_much_stand_on_no_page_of_a_test(clients, ada):
    write_outcomes(ada, kept := begin(ada, days_ago=60), 0.2, 0.5)
    choice = "?remedy=stretching&plan=nightly-112"
    paths = ["/", "/experiments/", f"/experiments/{kept.pk}/", f"/experiments/{kept.pk}/stop/"]
    for path in [*paths, f"/experiments/check/{choice}"]:
        assert FORBIDDEN.findall(own_words(clients.ada.get(path).content.decode())) == [], path
    clients.ada.post(f"/experiments/{kept.pk}/stop/")
    for path in (f"/experiments/check/{choice}", f"/experiments/{kept.pk}/", "/experiments/"):
        assert FORBIDDEN.findall(own_words(clients.ada.get(path).content.decode())) == [], path
