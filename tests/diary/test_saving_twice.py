"""A night saved by itself and then by the button, and a described cramp that was none."""

import json
import uuid

import pytest

from tests.conftest import write_night
from tests.diary.conftest import one_cramp


@pytest.mark.parametrize("described", [{"pain_0_10": "6"}, {"duration_band": "1_5"}, {"place": "left-calf"}])
@pytest.mark.parametrize("knows", ["both", "id", "version", "neither"])
def test_what_was_saved_by_itself_is_saved_again_with_what_came_after(send, stored, described, knows):
    session = {"form_session": str(uuid.uuid4())}
    send(**session, **one_cramp(**described))
    version, episode_id = stored().version, str(stored().episodes[0]["id"])
    known = {"version": str(version)} if knows in ("both", "version") else {}
    ids = {"id": episode_id} if knows in ("both", "id") else {}

    answer = send(**session, **known, **one_cramp(**described, **ids), soreness_morning_0_10="~7", save="own")

    assert answer.status_code == 302
    assert stored().answers["soreness_morning_0_10"] == 7
    assert len(stored().episodes) == 1
    if knows in ("both", "id"):
        assert str(stored().episodes[0]["id"]) == episode_id


def test_another_form_with_an_old_copy_is_still_shown_both(send, stored):
    send(form_session=str(uuid.uuid4()), **one_cramp(pain_0_10="6"))
    answer = send(form_session=str(uuid.uuid4()), **one_cramp(pain_0_10="2"))
    assert answer.status_code == 409
    assert stored().episodes[0]["pain_0_10"] == 6


def test_a_change_between_two_saves_of_one_form_is_not_written_over(send, stored, ada, date):
    session = {"form_session": str(uuid.uuid4())}
    send(**session, **one_cramp(pain_0_10="6"))
    write_night(ada, date, "cramps", shared_note="from the other phone")
    assert send(**session, **one_cramp(pain_0_10="2")).status_code == 409
    assert stored().shared_note == "from the other phone"


def test_a_removed_cramp_that_is_gone_already_is_no_mistake(send, stored):
    session = {"form_session": str(uuid.uuid4())}
    send(**session, **one_cramp(pain_0_10="6"))
    gone = {"id": str(stored().episodes[0]["id"]), "pain_0_10": "6", "DELETE": "on"}
    send(**session, version="1", **one_cramp(**gone))
    assert stored().episodes == []
    answer = send(**session, version="2", **{**one_cramp(**gone), "outcome": "no_cramps"})
    assert (answer.status_code, stored().outcome) == (302, "no_cramps")


@pytest.mark.parametrize("outcome", ["no_cramps", "not_in_bed"])
@pytest.mark.parametrize(
    ("cramps", "words"),
    [
        ({"episodes": [{"location": "calf"}]}, "This will delete the cramp you entered."),
        (
            {"episodes": [{"location": "calf"}, {"pain_0_10": 3}]},
            "This will delete the 2 cramps you entered.",
        ),
        ({"episode_count": 3}, "This will delete the 3 cramps you entered."),
    ],
)
def test_todays_buttons_ask_before_they_delete_a_cramp(clients, ada, date, stored, outcome, cramps, words):
    write_night(ada, date, "cramps", shared_note="stays", **cramps)
    body = {"version": "1", "outcome": outcome, "next": "/"}
    url = f"/nights/{date}/outcome/"
    asked = clients.ada.post(url, body)
    assert asked.status_code == 422
    assert words in asked.content.decode()
    assert stored().version == 1
    as_json = clients.ada.post(url, body, HTTP_ACCEPT="application/json")
    assert as_json.status_code == 422
    assert json.loads(as_json.content)["asks"] == "delete_cramps"

    done = clients.ada.post(url, body | {"delete_cramps": "1"}, follow=True)
    assert (stored().outcome, stored().episodes, stored().answers["episode_count"]) == (outcome, [], None)
    assert stored().shared_note == "stays"
    said = "Saved: no cramp last night." if outcome == "no_cramps" else "Saved "
    assert said in done.content.decode()
    clients.ada.post(f"/nights/{date}/undo/", {"version": str(stored().version)})
    assert len(stored().episodes) == len(cramps.get("episodes", []))
    assert stored().outcome == "cramps"


def test_undo_of_a_removal_takes_back_the_removal_alone(send, clients, date, stored):
    session = {"form_session": str(uuid.uuid4())}
    send(**session, **one_cramp(pain_0_10="6"))
    gone = {"id": str(stored().episodes[0]["id"]), "pain_0_10": "6", "DELETE": "on"}
    send(**session, version="1", **one_cramp(**gone))
    clients.ada.post(f"/nights/{date}/undo/", {"version": "2"})
    assert [episode["pain_0_10"] for episode in stored().episodes] == [6]
