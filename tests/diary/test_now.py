"""Cramp now: what devices say, in whatever order and however often, makes one and the same night."""

import datetime as dt
import itertools
import random
import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from episodes.models import CrampTiming, NightRevision, acting_as
from episodes.nights.content import read_night
from episodes.nights.timing import Said, time_cramp
from tests.conftest import write_night

START = dt.datetime(2026, 11, 20, 3, 12, 7, tzinfo=dt.UTC)
NIGHT = dt.date(2026, 11, 19)
NOW = START + dt.timedelta(hours=4)


def at(minutes=0, seconds=0):
    return START + dt.timedelta(minutes=minutes, seconds=seconds)


@pytest.fixture
def say(ada):
    def say_it(client_id, *, now=NOW, **said):
        with acting_as(ada):
            return time_cramp(said=Said(client_id=client_id, **said), now=now, by=ada)

    return say_it


@pytest.fixture
def night(ada):
    def read(date=NIGHT):
        with acting_as(ada):
            return read_night(patient=ada, date=date, by=ada)

    return read


@pytest.fixture
def one():
    return uuid.uuid4()


def test_a_start_writes_an_open_cramp_and_a_stop_its_length(say, night, one):
    say(one, started_at=at())
    assert night().outcome == "cramps"
    [cramp] = night().episodes
    assert cramp["is_open"]
    assert cramp["duration_seconds"] is None
    assert cramp["started_at"] == START.replace(second=0)

    say(one, stopped_at=at(4))
    say(one, side="left", side_at=at(5))

    [cramp] = night().episodes
    assert (cramp["duration_seconds"], cramp["is_open"], cramp["side"]) == (240, False, "left")


def test_a_cramp_that_nobody_stopped_is_never_hours_long(say, night, one):
    say(one, started_at=at(), stopped_at=at(240))
    [cramp] = night().episodes
    assert cramp["is_open"]
    assert cramp["duration_seconds"] is None


def test_a_second_tap_within_ten_seconds_is_the_same_cramp(say, night):
    first, second, third = (uuid.uuid4() for _each in range(3))
    say(first, started_at=at())
    say(second, started_at=at(seconds=9))
    assert len(night().episodes) == 1
    say(third, started_at=at(seconds=30))
    assert len(night().episodes) == 2


def test_not_a_cramp_takes_it_out_and_puts_the_earlier_answer_back(ada, say, night, one):
    write_night(ada, NIGHT, "no_cramps")
    say(one, started_at=at())
    assert night().outcome == "cramps"
    say(one, removed_at=at(1))
    assert night().outcome == "no_cramps"
    assert night().episodes == []
    say(one, kept_at=at(2))
    assert night().outcome == "cramps"
    assert len(night().episodes) == 1


def test_restless_is_no_cramp(say, night, one):
    say(one, kind="restless", started_at=at())
    assert night().outcome is None
    assert night().episodes == []
    assert night().answers["restless_legs"] == "yes"
    say(one, kind="restless", removed_at=at(1))
    assert night().answers["restless_legs"] is None


def test_what_was_typed_in_the_morning_stays_when_a_stop_arrives_late(ada, say, night, one):
    say(one, started_at=at())
    content = night()
    content.episodes[0] |= {"is_open": False, "duration_band": "1_5", "side": "right", "location": "calf"}
    save(ada, content, content.version)

    say(one, stopped_at=at(30), side="left", side_at=at(30))

    [cramp] = night().episodes
    assert (cramp["duration_band"], cramp["duration_seconds"], cramp["side"]) == ("1_5", None, "right")


def test_a_cramp_taken_out_by_hand_does_not_come_back(ada, say, night, one):
    say(one, started_at=at())
    content = night()
    content.episodes = []
    save(ada, content, content.version)
    say(one, stopped_at=at(3))
    say(one, started_at=at())
    assert night().episodes == []


def save(person, content, version):
    from episodes.nights.writer import Source, record_night

    with acting_as(person):
        return record_night(
            date=NIGHT, content=content, seen_version=version, source=Source(now=NOW), by=person
        )


def test_a_night_written_meanwhile_keeps_the_timed_cramp_beside_it(ada, say, night, one):
    opened = night()
    say(one, started_at=at())
    say(one, stopped_at=at(4))
    opened.answers["outcome"] = "cramps"
    opened.episodes = [{"id": None, "remedies": [], "side": "left", "location": "foot"}]

    save(ada, opened, 0)

    assert [cramp.get("location") for cramp in night().episodes] == ["foot", None]
    assert [cramp["duration_seconds"] for cramp in night().episodes] == [None, 240]


def test_no_cramp_over_a_timed_cramp_asks(ada, say, night, one):
    from episodes.nights.writer import StaleVersion

    opened = night()
    say(one, started_at=at())
    opened.answers["outcome"] = "no_cramps"
    with pytest.raises(StaleVersion):
        save(ada, opened, 0)
    assert night().outcome == "cramps"


@pytest.mark.parametrize("described_first", [True, False])
def test_a_timed_cramp_that_is_described_on_its_device_is_one_cramp(ada, say, night, one, described_first):
    def describe():
        content = night() if described_first else type(night())()
        content.answers["outcome"] = "cramps"
        content.episodes = [
            {"id": None, "client_id": one, "remedies": [], "side": "right", "location": "calf"}
        ]
        save(ada, content, 0)

    if described_first:
        describe()
    say(one, started_at=at(), stopped_at=at(4))
    if not described_first:
        describe()
    [cramp] = night().episodes
    assert (cramp["location"], cramp["duration_seconds"], cramp["is_open"]) == ("calf", 240, False)


def test_another_persons_cramp_id_is_no_way_into_their_diary(ada, cleo, say, night, one):
    say(one, started_at=at())
    with acting_as(cleo):
        time_cramp(said=Said(client_id=one, stopped_at=at(4)), now=NOW, by=cleo)
        assert CrampTiming.objects.owned_by(cleo).get(client_id=one).started_at is None
    assert night().episodes[0]["is_open"]


def test_a_clock_that_is_off_by_days_is_put_right_and_told(clients, ada, one):
    now = timezone.now()
    wrong = now + dt.timedelta(days=3)
    answer = clients.ada.post(
        "/now/",
        {
            "client_id": one,
            "started_at": (wrong - dt.timedelta(minutes=5)).isoformat(),
            "sent_at": wrong.isoformat(),
        },
        headers={"accept": "application/json"},
    ).json()
    assert "clock" in answer["note"]
    with acting_as(ada):
        timing = CrampTiming.objects.owned_by(ada).get()
    assert abs(timing.started_at - (now - dt.timedelta(minutes=5))) < dt.timedelta(seconds=30)


def test_a_twenty_first_cramp_is_told_and_kept_aside(ada, say, night):
    for minute in range(20):
        assert not say(uuid.uuid4(), started_at=at(minute)).is_full
    assert say(uuid.uuid4(), started_at=at(30)).is_full
    assert len(night().episodes) == 20


def operations():
    """Return 50 messages as a device sends them: 14 cramps and restless moments, 8 nights written without a network."""
    chance = random.Random(1)
    messages = []
    for number in range(14):
        start = START - dt.timedelta(days=number % 10) + dt.timedelta(minutes=7 * number)
        common = {"client_id": uuid.UUID(int=number + 1), "kind": "restless" if number % 7 == 6 else "cramp"}
        messages.append({**common, "started_at": start})
        if common["kind"] == "cramp" and number % 5:
            messages.append({**common, "stopped_at": start + dt.timedelta(minutes=2 + number)})
            for side in ("left", "both"):
                moment = start + dt.timedelta(seconds=chance.randrange(60, 600))
                messages.append({**common, "side": side, "side_at": moment})
        if number % 6 == 3:
            messages.append({**common, "removed_at": start + dt.timedelta(minutes=9)})
    sent = [("/now/", {name: str(value) for name, value in message.items()}) for message in messages]
    for back in range(50 - len(sent)):
        form = {
            "version": "0", "operation_id": f"night {back}", "kept_offline": "1", "outcome": "cramps",
            "fluid_ml": "1500", "episodes-TOTAL_FORMS": "1", "episodes-INITIAL_FORMS": "0",
            "episodes-0-location": "foot", "episodes-0-side": "right", "episodes-0-pain_0_10": str(back % 10),
        }  # fmt: skip
        sent.append((f"/nights/{NIGHT - dt.timedelta(days=back)}/", form))
    return sent


@pytest.mark.timeout(400)
def test_fifty_messages_in_twenty_orders_with_lost_answers_and_replays_end_in_one_state(clients, ada, night):
    dates = [NIGHT - dt.timedelta(days=back) for back in range(12)]
    states = set()
    assert len(operations()) == 50
    with time_machine.travel(NOW + dt.timedelta(days=1)):
        for order in range(20):
            messages = operations() * (3 if order % 10 == 0 else 1)  # a lost answer is asked for again
            random.Random(order).shuffle(messages)
            for path, message in messages:
                response = clients.ada.post(path, message, headers={"accept": "application/json"})
                assert response.status_code == 200, response.content
            states.add(repr([night(date).as_json() for date in dates]))
            with acting_as(ada):
                forget(ada)
    assert len(states) == 1
    state = next(iter(states))
    assert "'is_open': True" in state
    assert "'location': 'foot'" in state


def forget(person):
    from episodes.models import Episode, Night, Operation, RemedyUse

    for model in (RemedyUse, Episode, Night, NightRevision, CrampTiming, Operation):
        model.objects.owned_by(person).delete()


def test_every_order_of_start_stop_side_and_removal_agrees(ada, say, night):
    steps = (
        {"started_at": at()},
        {"stopped_at": at(4)},
        {"side": "left", "side_at": at(5)},
        {"removed_at": at(6)},
        {"kept_at": at(7)},
    )
    states = set()
    for order in itertools.permutations(steps):
        client_id = uuid.uuid4()
        for step in order:
            say(client_id, **step)
        content = night().as_json()
        states.add(repr((content["answers"]["outcome"], content["episodes"])))
        with acting_as(ada):
            forget(ada)
    assert len(states) == 1


# The page.


def test_the_page_opens_signed_out_and_names_nobody(clients, ada):
    page = clients.nobody.get("/now/")
    assert page.status_code == 200
    assert 'bgcolor="#000000"' in page.content.decode()
    assert not re.search(r"\bada\b", clients.ada.get("/now/").content.decode().lower())


def test_a_tap_works_without_a_script(clients, ada, one):
    page = clients.ada.post("/now/", {"client_id": one, "do": "start"}, follow=True).content.decode()
    assert 'data-state="running"' in page
    page = clients.ada.post("/now/", {"client_id": one, "do": "stop"}, follow=True).content.decode()
    assert 'data-state="over"' in page
    page = clients.ada.post(
        "/now/", {"client_id": one, "side": "left", "do": ""}, follow=True
    ).content.decode()
    assert 'value="left" aria-pressed="true"' in page


def test_a_tap_of_nobody_leads_to_the_log_in_and_back(clients, one):
    response = clients.nobody.post("/now/", {"client_id": one, "do": "start"})
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/now/")
    response = clients.nobody.post(
        "/now/", {"client_id": one, "do": "start"}, headers={"accept": "application/json"}
    )
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [("client_id", "x"), ("client_id", ""), ("started_at", "yesterday"), ("started_at", "2026-11-20T03:00"),
     ("started_at", "9999-12-31T23:59:59-23:00"), ("side", "up"), ("do", "fly"), ("kind", "x")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_changes_nothing(clients, ada, one, field, value):
    sent = {"client_id": one, "do": "start", field: value}
    response = clients.ada.post("/now/", sent, headers={"accept": "application/json"})
    assert response.status_code == 422
    assert response.json()["errors"]["__all__"]
    with acting_as(ada):
        assert not CrampTiming.objects.owned_by(ada).exists()


def test_an_open_cramp_is_asked_about_in_the_morning(clients, ada, date, stored):
    write_night(ada, date, "cramps", episodes=[{"is_open": True}])
    page = clients.ada.get("/").content.decode()
    assert "how long did it last" in page
    response = clients.ada.post(f"/nights/{date}/length/", {"duration_band": "1_5", "version": "1"})
    assert response.status_code == 302
    [cramp] = stored().episodes
    assert (cramp["is_open"], cramp["duration_band"]) == (False, "1_5")
    assert "how long did it last" not in clients.ada.get("/").content.decode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"duration_band": "x", "version": "1"}, 422), ({"duration_band": "1_5", "version": "7"}, 409)],
)
def test_a_wrong_length_changes_nothing(clients, ada, date, stored, sent, status):
    write_night(ada, date, "cramps", episodes=[{"is_open": True}])
    assert clients.ada.post(f"/nights/{date}/length/", sent).status_code == status
    assert stored().episodes[0]["is_open"]


def test_who_comes_back_stays_logged_in(client, ada):
    from tests.conftest import log_in

    begun = timezone.now()
    with time_machine.travel(begun, tick=False):
        log_in(client, ada)
    for day in (80, 160, 240):
        with time_machine.travel(begun + dt.timedelta(days=day), tick=False):
            assert client.get("/now/", headers={"accept": "application/json"}).json()["signed_in"]
    with time_machine.travel(begun + dt.timedelta(days=340), tick=False):
        assert not client.get("/now/", headers={"accept": "application/json"}).json()["signed_in"]


# The app.


def test_the_manifest_names_three_shortcuts_and_files_that_are_there(client):
    from django.contrib.staticfiles import finders

    manifest = client.get("/manifest.webmanifest").json()
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/now/", "/nights/last/", "/"]
    assert manifest["scope"] == "/"
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


def test_behind_a_sub_path_everything_stays_below_it(client, settings):
    from django.urls import set_script_prefix

    set_script_prefix("/diary/")
    try:
        worker = client.get("/sw.js").content.decode()
        manifest = client.get("/manifest.webmanifest").json()
    finally:
        set_script_prefix("/")
    assert '"now": "/diary/now/"' in worker
    assert '"root": "/diary/"' in worker
    assert manifest["scope"] == manifest["start_url"] == "/diary/"
    assert manifest["shortcuts"][0]["url"] == "/diary/now/"


def test_the_worker_is_asked_for_anew_and_says_nothing_about_anybody(clients, ada):
    mine, nobodys = (client.get("/sw.js") for client in (clients.ada, clients.nobody))
    assert mine.content == nobodys.content
    assert "no-cache" in nobodys["Cache-Control"]


@pytest.mark.parametrize("path", ["/offline/", "/offline/night/"])
def test_a_kept_page_is_the_same_for_everybody(clients, ada, path):
    import re

    def without_tokens(client):
        return re.sub(r'value="[A-Za-z0-9]{64}"', "", client.get(path).content.decode())

    assert without_tokens(clients.ada) == without_tokens(clients.nobody)


def test_last_night_has_an_address_of_its_own(clients, ada, date):
    assert clients.ada.get("/nights/last/")["Location"] == f"/nights/{date}/"
