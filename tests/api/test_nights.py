"""Nights through the API: the rules of the pages, by another door."""

import datetime as dt
import json

import pytest

from episodes.habits.actions import add_habit
from episodes.models import Night
from tests.api.conftest import Program, token_for
from tests.conftest import looking_as, write_night

FULL = {
    "outcome": "cramps", "episode_count": 3, "sleep_disturbance_0_10": 4, "kept_awake_minutes": 25,
    "sleep_quality_1_5": 2, "restless_legs": "no", "crawling": "unsure", "leg_warning_sign": "none",
    "numbness": False, "activity": 2, "sitting_hours": 6.5, "sitting_posture": "crossed", "alcohol_drinks": 0,
    "fluid_ml": 1500, "warm_bath": True, "stretched_minutes": 3, "banded": ["sitting_hours"],
    "dont_know": ["hard_floor_hours"], "shared_note": "=1+1 \u05e9\u05dc\u05d5\u05dd", "private_note": "mine",
    "episodes": [
        {"location": "calf", "side": "left", "duration_band": "1_5", "pain_0_10": 7, "part_of_night": "0_3",
         "remedies": [{"remedy": "stretch", "helped": "yes"}]},
        {"duration_seconds": 90},
    ],
}  # fmt: skip


def test_a_night_reads_as_it_was_written(adas, last_night):
    stored = adas.put(f"nights/{last_night}/", {"version": 0, **FULL})
    assert stored.status_code == 200, stored.said

    read = adas.get(f"nights/{last_night}/").said

    assert read == stored.said
    assert read["version"] == 1
    assert read["entered_via"] == "api"
    sent = {name: value for name, value in FULL.items() if name != "episodes"}
    assert {name: read[name] for name in sent} == sent
    assert read["episodes"][0]["remedies"][0]["helped"] == "yes"
    assert read["soreness_morning_0_10"] is None
    assert read["habits_source"] == "own"


def test_what_is_not_sent_becomes_unanswered_and_notes_stay(adas, last_night):
    adas.put(f"nights/{last_night}/", {"version": 0, **FULL})

    read = adas.put(f"nights/{last_night}/", {"version": 1, "outcome": "no_cramps"}).said

    assert (read["sitting_hours"], read["episodes"], read["private_note"]) == (None, [], "mine")


def test_a_stale_version_gets_the_night_as_it_is_and_changes_nothing(adas, last_night):
    adas.put(f"nights/{last_night}/", {"version": 0, **FULL})

    answer = adas.put(f"nights/{last_night}/", {"version": 0, "outcome": "no_cramps"})

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.said["current"]["outcome"] == "cramps"
    assert adas.get(f"nights/{last_night}/").said["version"] == 1


def test_a_repeated_write_with_its_key_is_carried_out_once(adas, last_night):
    body = {"version": 0, "location": "calf"}
    url = f"nights/{last_night}/episodes/"

    answers = [adas.post(url, body, **{"Idempotency-Key": "k1"}) for _each in range(3)]
    other = adas.post(url, {"version": 0, "location": "foot"}, **{"Idempotency-Key": "k1"})

    assert [answer.status_code for answer in answers] == [201] * 3
    assert len(answers[2].said["episodes"]) == 1
    assert other.status_code == 409
    assert len(adas.get(url).said["episodes"]) == 1


def test_a_cramp_is_added_changed_and_taken_out(adas, last_night):
    url = f"nights/{last_night}/episodes/"
    night = adas.post(url, {"version": 0, "location": "calf", "side": "left"}).said
    one = night["episodes"][0]["id"]
    night = adas.post(url, {"version": night["version"], "location": "foot"}).said

    night = adas.put(f"{url}{one}/", {"version": night["version"], "location": "shin", "pain_0_10": 3}).said
    assert [each["location"] for each in night["episodes"]] == ["shin", "foot"]
    assert night["episodes"][0]["id"] == one

    night = adas.delete(f"{url}{one}/?version={night['version']}").said
    assert [each["location"] for each in night["episodes"]] == ["foot"]
    assert adas.delete(f"{url}{one}/?version={night['version']}").status_code == 404


def test_the_outcome_alone_and_the_bin(adas, last_night):
    stored = adas.put(f"nights/{last_night}/outcome/", {"version": 0, "outcome": "no_cramps"})
    assert stored.said["outcome"] == "no_cramps"

    stale = adas.delete(f"nights/{last_night}/?version=7")
    gone = [adas.delete(f"nights/{last_night}/?version=1").status_code for _each in range(2)]

    assert stale.status_code == 409
    assert gone == [204, 204]
    assert adas.get(f"nights/{last_night}/").status_code == 404


def test_nights_are_listed_in_pages(ada, adas, last_night):
    for days in range(5):
        write_night(ada, last_night - dt.timedelta(days=days))

    first = adas.get(f"nights/?from={last_night - dt.timedelta(days=3)}&limit=3").said
    rest = adas.get(f"nights/?from={first['next']}&limit=3").said

    assert first["nights"][0]["date"] == str(last_night - dt.timedelta(days=3))
    assert (len(first["nights"]), len(rest["nights"]), rest["next"]) == (3, 1, None)


def test_a_long_list_takes_no_statement_per_night(ada, adas, last_night, django_assert_max_num_queries):
    for days in range(30):
        write_night(ada, last_night - dt.timedelta(days=days), "cramps", episodes=[{"location": "calf"}])

    with django_assert_max_num_queries(16):
        assert len(adas.get("nights/").said["nights"]) == 30


def test_own_habits_are_answered_by_their_key(ada, adas, last_night):
    with looking_as(ada):
        habit = add_habit(label="Tea", kind="amount", unit="cups", by=ada)

    good = adas.put(f"nights/{last_night}/", {"version": 0, "custom_answers": {habit.key: 2}})
    bad = adas.put(f"nights/{last_night}/", {"version": 1, "custom_answers": {"h77": 2}})

    assert good.said["custom_answers"] == {habit.key: 2}
    assert bad.status_code == 422
    assert "habit_h77" in bad.said["errors"]
    listed = adas.get("habits/").said["habits"]
    assert listed[-1] | {"label": "Tea", "kind": "amount", "unit": "cups", "is_own": True} == listed[-1]


WRONG = [
    {"outcome": "maybe"},
    {"outcome": "no_cramps", "episodes": [{"location": "calf"}]},
    {"sitting_hours": 6.3},
    {"sitting_hours": "6"},
    {"sitting_hours": 19},
    {"fluid_ml": True},
    {"numbness": "yes"},
    {"numbness": 1},
    {"episode_count": 21},
    {"episode_count": 1, "episodes": [{}, {}]},
    {"unknown": 1},
    {"version": -1},
    {"version": 1.5},
    {"private_note": "x" * 2001},
    {"private_note": "a\0b"},
    {"private_note": "\ud800"},
    {"custom_answers": {"\ud800": 1}},
    {"custom_answers": {"h1": [1]}},
    {"banded": ["fluid_ml"]},
    {"banded": ["warm_bath"]},
    {"fluid_ml": 5, "dont_know": ["fluid_ml"]},
    {"episodes": [{}] * 21},
    {"episodes": [{"duration_seconds": 5, "duration_band": "1_5"}]},
    {"episodes": [{"duration_seconds": 3700}]},
    {"episodes": [{"duration_band": "over_60"}]},
    {"episodes": [{"started_at": "2020-01-01T03:00:00Z"}]},
    {"episodes": [{"started_at": "0001-01-01T00:00:00+14:00"}]},
    {"episodes": [{"started_at": "9999-12-31T23:59:59-14:00"}]},
    {"episodes": [{"started_at": 1700000000}]},
    {"episodes": [{"started_at": "2026-01-01T03:00:00"}]},
    {"episodes": [{"remedies": [{"remedy": "stretch"}, {"remedy": "stretching"}]}]},
    {"episodes": [{"remedies": [{"remedy": "quinine"}]}]},
    {"episodes": [{"id": "0199f000-0000-7000-8000-000000000000"}]},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_wrong_answers_are_named_and_nothing_is_kept(ada, adas, last_night, wrong):
    answer = adas.put(f"nights/{last_night}/", {"version": 0, "outcome": "cramps"} | wrong)

    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.said["errors"]
    with looking_as(ada):
        assert not Night.objects.owned_by(ada).exists()


@pytest.mark.parametrize(
    "date", ["2026-02-30", "20260301", "0", "1772323200", "2999-01-01", "0001-01-01", "9999-12-31", "x"]
)
def test_a_night_that_cannot_be_is_refused(adas, date):
    assert (
        adas.put(
            f"nights/{date}/",
            {"version": 0, "outcome": "cramps", "episodes": [{"started_at": f"{date}T23:00:00Z"}]},
        ).status_code
        == 422
    )


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", "NaN", '{"version": NaN}', '{"version": 1e999}', "[" * 5000, b"\xff\xfe", '{"version": ' + "9" * 5000 + "}"],
    ids=lambda body: str(body[:20]),
)  # fmt: skip
def test_what_is_no_json_is_refused(adas, last_night, body):
    answer = adas.put(f"nights/{last_night}/", body)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_too_much_and_another_kind_of_body_are_refused(adas, last_night):
    url = f"nights/{last_night}/"
    large = adas.put(url, json.dumps({"version": 0, "private_note": "x" * 300_000}))
    form = adas.put(url, "outcome=cramps", content_type="application/x-www-form-urlencoded")

    assert (large.status_code, form.status_code) == (413, 415)


def test_each_scope_opens_its_own_routes_and_no_other(ada, last_night):
    requests = {
        "read_nights": ("GET", "nights/", None),
        "write_nights": ("PUT", f"nights/{last_night}/", {"version": 0, "outcome": "no_cramps"}),
        "read_trends": ("GET", "trends/", None),
        "cramp_now": ("POST", "now/", {"do": "start"}),
    }
    for scope in requests:
        program = Program(token_for(ada, [scope]))
        for needed, (method, path, body) in requests.items():
            status = program.send(method, path, body).status_code
            assert status == (200 if needed == scope else 403), (scope, needed)


def test_a_token_that_only_writes_is_told_nothing_that_is_written(ada, adas, last_night):
    night = adas.put(f"nights/{last_night}/", {"version": 0, **FULL}).said
    cramp = night["episodes"][0]["id"]
    writer = Program(token_for(ada, ["write_nights"]))
    requests = [
        ("DELETE", f"nights/{last_night}/?version=9", None, 409),
        ("PUT", f"nights/{last_night}/", {"version": 9, "outcome": "no_cramps"}, 409),
        ("PUT", f"nights/{last_night}/outcome/", {"version": 9, "outcome": "no_cramps"}, 409),
        ("POST", f"nights/{last_night}/episodes/", {"version": 9}, 409),
        ("POST", f"nights/{last_night}/episodes/", {"version": 1}, 201),
        ("PUT", f"nights/{last_night}/episodes/{cramp}/", {"version": 2, "side": "right"}, 200),
        ("DELETE", f"nights/{last_night}/episodes/{cramp}/?version=3", None, 200),
        ("PUT", f"nights/{last_night}/", {"version": 4, "outcome": "no_cramps"}, 200),
    ]
    for method, path, body, status in requests:
        answer = writer.send(method, path, body)
        assert answer.status_code == status, answer.said
        if status == 409:
            assert answer.said["current"] is None
        else:
            assert sorted(answer.said) == ["date", "version"]
    assert adas.get(f"nights/{last_night}/").said["private_note"] == "mine"


GUESSES = [
    ("PUT", "", FULL, {**FULL, "alcohol_drinks": 3}),
    ("PUT", "outcome/", {"outcome": "cramps"}, {"outcome": None}),
    ("PUT", "outcome/", {"outcome": "no_cramps"}, {"outcome": "not_in_bed"}),
]


@pytest.mark.parametrize("version", [0, 1, 9])
@pytest.mark.parametrize(("method", "path", "right", "wrong"), GUESSES)
def test_a_token_that_only_writes_cannot_tell_a_right_guess_from_a_wrong_one(
    ada, cleo, last_night, version, method, path, right, wrong
):
    """The same diary twice: one is asked with what is written in it, the other with something else."""
    told = []
    for patient, guess in ((ada, right), (cleo, wrong)):
        reader = Program(token_for(patient, ["read_nights", "write_nights"]))
        assert reader.put(f"nights/{last_night}/", {"version": 0, **FULL}).status_code == 200
        writer = Program(token_for(patient, ["write_nights"]))
        answer = writer.send(method, f"nights/{last_night}/{path}", {"version": version, **guess})
        told.append((answer.status_code, answer.said, sorted(answer.headers)))

    assert told[0] == told[1]
    assert told[0][0] == (409 if version != 1 else 422 if right.get("outcome") == "no_cramps" else 200)


@pytest.mark.parametrize("written", ["no_cramps", "cramps"])
def test_a_token_that_only_writes_does_not_learn_by_an_outcome_whether_cramps_are_there(
    ada, last_night, written
):
    reader = Program(token_for(ada, ["read_nights", "write_nights"]))
    episodes = [{"side": "left"}] if written == "cramps" else []
    reader.put(f"nights/{last_night}/", {"version": 0, "outcome": written, "episodes": episodes})
    writer = Program(token_for(ada, ["write_nights"]))

    answer = writer.put(f"nights/{last_night}/outcome/", {"version": 1, "outcome": "no_cramps"})
    assert (answer.status_code, list(answer.said["errors"])) == (422, ["outcome"])
    assert "write the whole night" in answer.said["errors"]["outcome"]


@pytest.mark.parametrize("count", [None, 1, 3])
def test_a_token_that_only_writes_does_not_learn_the_number_of_cramps_by_adding_one(ada, last_night, count):
    reader = Program(token_for(ada, ["read_nights", "write_nights"]))
    reader.put(
        f"nights/{last_night}/",
        {"version": 0, "outcome": "cramps", "episodes": [{"side": "left"}], "episode_count": count},
    )
    writer = Program(token_for(ada, ["write_nights"]))

    assert writer.post(f"nights/{last_night}/episodes/", {"version": 1, "side": "right"}).status_code == 201
    assert reader.get(f"nights/{last_night}/").said["episode_count"] == (count and max(count, 2))


def test_a_token_does_not_learn_what_another_one_sent_under_a_key(ada, adas, last_night):
    """Two tokens that choose the same key are two programs, and neither is told of the other."""
    adas.put(f"nights/{last_night}/", {"version": 0, "outcome": "no_cramps"}, **{"Idempotency-Key": "k"})
    writer = Program(token_for(ada, ["write_nights"]))
    told = [
        writer.put(f"nights/{last_night}/", {"version": 0, "outcome": outcome}, **{"Idempotency-Key": "k"})
        for outcome in ("no_cramps", "cramps")
    ]
    assert told[0].status_code == told[1].status_code == 409
    assert told[0].said == told[1].said


@pytest.mark.parametrize(
    ("by_program", "by_form", "sentence"),
    [
        ({"outcome": "cramps", "episode_count": 1, "episodes": [{"side": "left"}, {"side": "right"}]},
         {"outcome": "cramps", "episode_count": "1", "episodes-TOTAL_FORMS": "2", "episodes-0-side": "left",
          "episodes-1-side": "right"}, "make it larger"),
        ({"outcome": "cramps", "episodes": [{"duration_band": "over_60"}]},
         {"outcome": "cramps", "episodes-TOTAL_FORMS": "1", "episodes-0-duration_band": "over_60"}, "Over an hour is rare"),
        ({"outcome": "cramps", "episodes": [{"duration_seconds": 3601}]},
         {"outcome": "cramps", "episodes-TOTAL_FORMS": "1", "episodes-0-duration_seconds": "3601"}, "Over an hour is rare"),
    ],
)  # fmt: skip
def test_both_doors_refuse_the_same_night_with_the_same_sentence(
    adas, clients, last_night, by_program, by_form, sentence
):
    told = adas.put(f"nights/{last_night}/", {"version": 0, **by_program})
    shown = clients.ada.post(
        f"/nights/{last_night}/", {"version": "0", "episodes-INITIAL_FORMS": "0", **by_form}
    )

    assert (told.status_code, shown.status_code) == (422, 422)
    assert sentence in json.dumps(told.said, ensure_ascii=False)
    assert sentence in shown.content.decode()
    assert adas.get(f"nights/{last_night}/").status_code == 404  # still not written


@pytest.mark.parametrize(
    "night",
    [{"outcome": "no_cramps", "episodes": [{"side": "left"}]}, {"outcome": "not_in_bed", "episode_count": 2}],
)
def test_a_program_is_refused_where_the_form_asks_whether_to_delete_cramps(adas, last_night, night):
    told = adas.put(f"nights/{last_night}/", {"version": 0, **night})
    assert told.status_code == 422
    assert "You described a cramp" in json.dumps(told.said, ensure_ascii=False)
    assert adas.get(f"nights/{last_night}/").status_code == 404


def test_an_hour_and_no_more_is_not_asked_about(adas, last_night):
    night = {"version": 0, "outcome": "cramps", "episodes": [{"duration_seconds": 3600}]}
    assert adas.put(f"nights/{last_night}/", night).status_code == 200
