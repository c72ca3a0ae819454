"""Starting an experiment: what it would take, the sealed draw, and who is refused with a reason."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from episodes.article.claims import CLAIMS_BY_ID
from episodes.article.remedies import EXPERIMENT_ALLOWED, REMEDIES_BY_KEY
from episodes.models import Condition, Experiment, ExperimentNight, Night, acting_as
from episodes.stats.experiments.design import schedule_hash
from episodes.stats.nights import last_night
from tests.conftest import write_night
from tests.diaries import write_nights
from tests.experiments.conftest import begin, experiments_kept, today

CHOICE = {"remedy": "stretching", "plan": "nightly-112"}


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def condition(patient, key, **fields):
    with acting_as(patient):
        Condition(patient=patient, key=key, **fields).save(force_insert=True)


@pytest.mark.parametrize("key", EXPERIMENT_ALLOWED)
def test_the_page_before_the_start_says_the_chance_and_what_studies_say(clients, eligible, key):
    words = words_of(clients.ada.get("/experiments/check/", CHOICE | {"remedy": key}))
    assert "16 of 40 nights in the last eight weeks" in words
    assert re.search(r"halves their cramp nights, the test shows it for about \d+ of 100", words)
    assert "by chance" in words
    for each in REMEDIES_BY_KEY[key].claims:
        if f"experiment:{key}" in CLAIMS_BY_ID[each].shown_on:
            assert CLAIMS_BY_ID[each].text.replace("'", "&#x27;") in words.replace("’", "'")
    assert experiments_kept(eligible) == []


def test_a_start_draws_seals_and_stores_every_night(clients, eligible):
    response = clients.ada.post("/experiments/start/", CHOICE)

    (kept,) = experiments_kept(eligible)
    assert response["Location"] == f"/experiments/{kept.pk}/"
    assert (kept.started_on, kept.nights, kept.stopped_on) == (today(eligible), 112, None)
    assert kept.hash == schedule_hash(kept.schedule, kept.nonce)
    assert len(kept.nonce) == 64
    assert all(sum(kept.schedule[at : at + 4]) == 2 for at in range(0, 112, 4))
    with acting_as(eligible):
        rows = list(ExperimentNight.objects.owned_by(eligible).order_by("date"))
    assert [row.arm for row in rows] == kept.schedule
    assert rows[0].date == kept.started_on
    assert rows[-1].date == kept.started_on + dt.timedelta(days=111)
    assert {row.followed for row in rows} == {None}


def test_two_draws_differ(clients, eligible):
    schedules = set()
    for _ in range(3):
        clients.ada.post("/experiments/start/", CHOICE)
        kept = experiments_kept(eligible)[-1]
        schedules.add((tuple(kept.schedule), kept.nonce))
        clients.ada.post(f"/experiments/{kept.pk}/stop/")
    assert len(schedules) == 3


def test_a_night_that_is_written_before_the_draw_is_not_drawn(clients, eligible):
    with acting_as(eligible):
        Night(
            patient=eligible, date=today(eligible), outcome="cramps", time_zone=eligible.time_zone
        ).save(force_insert=True)  # fmt: skip
    page = clients.ada.post("/experiments/start/", CHOICE, follow=True)
    (kept,) = experiments_kept(eligible)
    assert kept.started_on == today(eligible) + dt.timedelta(days=1)
    assert "It starts on the evening of" in words_of(page)
    assert "Your test: tonight" not in clients.ada.get("/").content.decode()


def few_nights(patient):
    with acting_as(patient):
        Night.objects.owned_by(patient).filter(date__lt=today(patient) - dt.timedelta(days=10)).update(
            outcome="unsure"
        )


def few_cramps(patient):
    with acting_as(patient):
        Night.objects.owned_by(patient).filter(outcome="cramps").update(outcome="no_cramps")


def numb(patient):
    with acting_as(patient):
        Night.objects.owned_by(patient).filter(date=last_night(timezone.now(), patient.zone)).update(
            numbness=True
        )


def pregnant(due_in):
    return lambda patient: condition(
        patient, "pregnancy", due_on=today(patient) + dt.timedelta(days=due_in) if due_in else None
    )


def has(key):
    return lambda patient: condition(patient, key)


def nothing(patient):
    """Everything is fine with this person."""


REFUSED = {
    "too few nights": (few_nights, CHOICE, "more nights we can say"),
    "too few cramps": (few_cramps, CHOICE, "less than one cramp night a week"),
    "pregnant, no due date": (pregnant(None), CHOICE, "before your due date"),
    "pregnant, due before the end": (pregnant(111), CHOICE, "before your due date"),
    "bath in pregnancy": (
        pregnant(250), CHOICE | {"remedy": "warm-bath"}, "Warmth is not tested in pregnancy"
    ),
    "heat in pregnancy": (pregnant(250), CHOICE | {"remedy": "heat"}, "Warmth is not tested in pregnancy"),
    "heat with diabetes": (has("diabetes"), CHOICE | {"remedy": "heat"}, "may not feel a burn"),
    "bath with neuropathy": (has("neuropathy"), CHOICE | {"remedy": "warm-bath"}, "may not feel a burn"),
    "heat on a numb leg": (numb, CHOICE | {"remedy": "heat"}, "You wrote that a leg was numb"),
    "off the list": (nothing, CHOICE | {"remedy": "acupuncture"}, "Only some remedies can be tested"),
    "alcohol": (nothing, CHOICE | {"remedy": "alcohol"}, "Only some remedies can be tested"),
    "nul": (nothing, CHOICE | {"remedy": "\x00"}, "Only some remedies can be tested"),
    "too short": (nothing, CHOICE | {"plan": "nightly-28"}, "cannot have this length"),
    "not whole blocks": (nothing, CHOICE | {"plan": "nightly-57"}, "cannot have this length"),
    "periods too short": (nothing, CHOICE | {"plan": "periods-56"}, "cannot have this length"),
    "unknown design": (nothing, CHOICE | {"plan": "hourly-112"}, "cannot have this length"),
    "endless digits": (nothing, CHOICE | {"plan": "nightly-" + "9" * 5000}, "cannot have this length"),
    "no plan": (nothing, {"remedy": "heat"}, "cannot have this length"),
    "a nul plan": (nothing, CHOICE | {"plan": "\x00-²"}, "cannot have this length"),
    "one running": (lambda patient: begin(patient, days_ago=3), CHOICE, "You have a test that runs"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_its_reason_and_changes_nothing(clients, eligible, case):
    arrange, choice, reason = REFUSED[case]
    arrange(eligible)
    before = len(experiments_kept(eligible))

    page = clients.ada.get("/experiments/check/", choice)
    answer = clients.ada.post("/experiments/start/", choice)

    assert (page.status_code, answer.status_code) == (200, 422)
    for response in (page, answer):
        assert reason in words_of(response)
        assert "Draw the plan and start" not in words_of(response)
        assert "Choose another test" in words_of(response)
    assert len(experiments_kept(eligible)) == before


ALLOWED = {
    "stretching with diabetes": (has("diabetes"), CHOICE),
    "massage on a numb leg": (numb, CHOICE | {"remedy": "massage"}),
    "stretching that ends before the due date": (pregnant(112), CHOICE),
    "heat, diabetes long over": (
        lambda p: condition(p, "diabetes", ended_on=today(p) - dt.timedelta(days=400)),
        CHOICE | {"remedy": "heat"},
    ),
    "heat": (nothing, CHOICE | {"remedy": "heat"}),
    "periods": (nothing, CHOICE | {"plan": "periods-84"}),
    "an earlier one is over": (lambda p: begin(p, days_ago=56, nights=56), CHOICE),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_what_harms_nobody_may_start(clients, eligible, case):
    arrange, choice = ALLOWED[case]
    arrange(eligible)
    before = len(experiments_kept(eligible))
    assert clients.ada.post("/experiments/start/", choice).status_code == 302
    assert len(experiments_kept(eligible)) == before + 1


def test_numbness_long_ago_no_longer_refuses_warmth(clients, eligible):
    write_night(eligible, today(eligible) - dt.timedelta(days=200), numbness=True)
    page = words_of(clients.ada.get("/experiments/check/", CHOICE | {"remedy": "heat"}))
    assert "Draw the plan and start" in page


def test_a_choice_without_a_remedy_goes_back_and_asks(clients, eligible):
    response = clients.ada.get("/experiments/check/", follow=True)
    assert "Choose what you want to test." in words_of(response)


def test_a_remedy_of_the_list_leads_here_and_is_chosen(clients, ada):
    assert "/experiments/?remedy=heat" in clients.ada.get("/remedies/heat/").content.decode()
    assert "Test it properly" not in clients.ada.get("/remedies/acupuncture/").content.decode()
    page = clients.ada.get("/experiments/?remedy=heat").content.decode()
    assert re.search(r'value="heat"[^>]* checked', page)
    other = words_of(clients.ada.get("/experiments/?remedy=acupuncture"))
    assert "This remedy cannot be tested here." in other


def test_somebody_new_sees_how_it_works(clients, ada):
    words = words_of(clients.ada.get("/experiments/"))
    assert "How it works" in words
    assert "None yet." in words


def test_another_persons_experiment_does_not_count_as_running(clients, eligible, cleo):
    begin(cleo, days_ago=3)
    assert clients.ada.post("/experiments/start/", CHOICE).status_code == 302


def test_the_rate_is_that_of_the_last_eight_weeks(clients, ada):
    write_nights(ada, 30, last=today(ada) - dt.timedelta(days=57))
    assert "0 nights of the last eight weeks" in words_of(clients.ada.get("/experiments/check/", CHOICE))
    with acting_as(ada):
        assert not Experiment.objects.owned_by(ada).exists()
