"""Counts and grades by the API are those of the pages, and a running test stays covered."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from episodes.models import CrampTiming, Experiment, Night, Operation
from tests.conftest import looking_as
from tests.diaries import write_nights


def test_the_numbers_are_those_of_the_page(ada, adas, clients):
    with looking_as(ada):
        write_nights(ada, 80)

    said = adas.get("trends/").said
    page = clients.ada.get(reverse("trends:factor-list")).context["comparison"]

    cards = {card.key: card for card in page.cards}
    told = {each["name"]: each for each in said["habits"] if any(level["nights"] for level in each["table"])}
    assert set(cards) == set(told)
    for name, card in cards.items():
        assert told[name]["grade"] == card.result.grade
        assert [(level["nights"], level["cramp_nights"]) for level in told[name]["table"]] == [
            (row.nights, row.cramps) for row in card.rows
        ]
    assert said["nights"] == page.counted > 0
    assert said["all_nights"]["cramps"] > said["cramp_nights"] > 0
    assert said["graded_before"] == str(page.nights.boundary)
    assert {each["grade"] for each in said["habits"]} - {"not_enough"}


def test_a_remedy_under_test_is_left_out(ada, adas):
    with looking_as(ada):
        write_nights(ada, 80)
    with looking_as(ada):
        Night.objects.owned_by(ada).update(stretched_minutes=5)
    assert "stretched_minutes" in {each["name"] for each in adas.get("trends/").said["habits"]}
    with looking_as(ada):
        Experiment(
            patient=ada, remedy="stretching", design="nightly", started_on=timezone.now().date(), nights=56,
            schedule=[0, 1] * 28, nonce="mark-of-the-nonce", hash="h",
        ).save(force_insert=True)  # fmt: skip

    answer = adas.get("trends/")

    assert "stretched_minutes" not in answer.content.decode()
    assert answer.said["covered_until"]
    for path in ("nights/", "habits/", "trends/"):
        body = adas.get(path).content.decode()
        assert "mark-of-the-nonce" not in body
        assert "schedule" not in body


def test_an_empty_diary_has_numbers_too(adas):
    said = adas.get("trends/").said

    assert (said["nights"], said["first"], said["habits"]) == (0, None, [])


def test_start_and_stop_time_a_cramp(ada, adas):
    begun = timezone.now() - dt.timedelta(minutes=4)
    started = adas.post("now/", {"do": "start", "at": begun.isoformat(), "side": "left"})
    again = adas.post(
        "now/", {"do": "start", "at": begun.isoformat(), "client_id": started.said["client_id"]}
    )
    stopped = adas.post("now/", {"do": "stop"})

    assert (started.status_code, started.said["is_running"]) == (200, True)
    assert again.said["client_id"] == started.said["client_id"]
    assert stopped.said["is_running"] is False
    assert adas.post("now/", {"do": "stop"}).status_code == 404
    [episode] = adas.get(f"nights/{stopped.said['date']}/").said["episodes"]
    assert episode["side"] == "left"
    assert 235 <= episode["duration_seconds"] <= 250


def test_a_start_with_a_key_is_one_cramp(ada, adas):
    for _each in range(2):
        adas.post("now/", {"do": "start"}, **{"Idempotency-Key": "press-1"})

    with looking_as(ada):
        assert CrampTiming.objects.owned_by(ada).count() == 1
        assert not Operation.objects.owned_by(ada).exists()


def test_a_tap_of_another_month_is_refused(adas):
    long_ago = timezone.now() - dt.timedelta(days=40)
    for moment in (long_ago.isoformat(), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "now"):
        assert adas.post("now/", {"do": "start", "at": moment}).status_code == 422
