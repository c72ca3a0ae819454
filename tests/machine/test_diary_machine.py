"""A diary written at random through the real pages and the API, beside a plain dictionary that says what must be there.

Two devices write: the pages and a program. Each may hold an old copy. After every step the whole diary is read over
HTTP and must equal the dictionary; a stranger's diary must stay as it was. `make fuzz` runs it for long.
"""

import datetime as dt
import json
import os
import uuid
from typing import NamedTuple

import hypothesis.strategies as st
import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from tests.api.conftest import Program, token_for
from tests.conftest import log_in, make_user, write_night

DAYS = [dt.date(2026, 3, day) for day in (2, 14, 15)]
TONIGHT = dt.date(2026, 3, 20)  # cramps are timed in this night alone
MIDNIGHT = dt.datetime(2026, 3, 20, 23, 0, tzinfo=dt.UTC)
OUTCOMES = ("no_cramps", "cramps", "unsure", "not_in_bed")
PLACES = ("left-calf", "right-foot", "both-toes")
NOTES = ("", "a first note", "another note\nwith two lines", "🦵 שלום")


class Copy(NamedTuple):
    """What a night says. places: one for each cramp, in order."""

    outcome: str | None = None
    places: tuple[str, ...] = ()
    shared: str = ""
    private: str = ""
    activity: str = ""

    @property
    def is_refused(self):
        return self.outcome in ("no_cramps", "not_in_bed") and bool(self.places)


class Night:
    """The model of one date: what is stored now, and every copy that was kept on the way."""

    def __init__(self):
        self.copy, self.version, self.kept, self.ids, self.gone = None, 0, {}, [], set()

    def write(self, copy):
        self.version = (self.version or max(self.kept, default=0)) + 1
        self.copy = self.kept[self.version] = copy

    def remove(self):
        self.kept[self.version + 1] = self.copy
        self.gone = {*self.gone, self.version + 1}
        self.copy, self.version, self.ids = None, 0, []


copies = st.builds(
    Copy, st.sampled_from(OUTCOMES), st.lists(st.sampled_from(PLACES), max_size=3).map(tuple), st.sampled_from(NOTES),
    st.sampled_from(NOTES), st.sampled_from(("", "0", "2")),
)  # fmt: skip
days = st.sampled_from(DAYS)
behind = st.sampled_from((0, 0, 0, 0, 1, 2))  # how many versions an old copy is behind


class DiaryMachine(RuleBasedStateMachine):
    timers = Bundle("timers")

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.ada, self.cleo = make_user("ada"), make_user("cleo")
        write_night(
            self.cleo, DAYS[0], "cramps", private_note="of somebody else", episodes=[{"side": "left"}]
        )
        self.pages = log_in(Client(), self.ada)
        self.program, self.other = Program(token_for(self.ada)), Program(token_for(self.cleo))
        self.nights = {day: Night() for day in DAYS}
        self.timed = {}
        self.before_of_other = self.other.get("nights/").said
        self.sent = None

    # --- the pages ---------------------------------------------------------------------------------------

    def form_of(self, day, copy, version):
        night = self.nights[day]
        places = {f"episodes-{number}-place": place for number, place in enumerate(copy.places)}
        ids = {f"episodes-{number}-id": each for number, each in enumerate(night.ids[: len(copy.places)])}
        return {
            "version": version, "outcome": copy.outcome or "", "shared_note": copy.shared, "private_note": copy.private,
            "activity": copy.activity, "episodes-TOTAL_FORMS": len(copy.places), "episodes-INITIAL_FORMS": 0, **places, **ids,
        }  # fmt: skip

    @rule(day=days, copy=copies, late=behind)
    def save_the_page(self, day, copy, late):
        night = self.nights[day]
        sent = self.form_of(day, copy, max(0, night.version - late)) | {"operation_id": uuid.uuid4().hex}
        is_stale = late and night.version
        status = self.pages.post(f"/nights/{day}/", sent).status_code
        if copy.is_refused:
            assert status == 422
        elif copy == night.copy:
            assert status == 302
        elif is_stale:
            assert status == 409
        else:
            assert status == 302
            night.write(copy)
            self.sent = (day, sent)

    @rule()
    def send_the_last_page_again(self):
        """A device that got no answer sends the same once more: nothing happens, whatever came in between."""
        if self.sent:
            day, sent = self.sent
            assert self.pages.post(f"/nights/{day}/", sent).status_code in (302, 422)

    @rule(day=days, outcome=st.sampled_from(("", *OUTCOMES)), late=behind)
    def answer_the_outcome_alone(self, day, outcome, late):
        night = self.nights[day]
        now = night.copy or Copy()
        version = max(0, night.version - late)
        status = self.pages.post(
            f"/nights/{day}/outcome/", {"outcome": outcome, "version": version}
        ).status_code
        wanted = now._replace(outcome=outcome or None)
        if wanted == now:
            assert status == 302
        elif version != night.version:
            assert status == 409
        elif wanted.is_refused:
            assert status == 422
        else:
            assert status == 302
            night.write(wanted)

    @rule(day=days, late=behind)
    def clear_the_night(self, day, late):
        night = self.nights[day]
        version = max(0, night.version - late)
        status = self.pages.post(f"/nights/{day}/delete/", {"version": version}).status_code
        if not night.version:
            assert status == 404
        elif version != night.version:
            assert status == 409
        else:
            assert status == 302
            night.remove()

    @rule(day=days, late=behind)
    def undo(self, day, late):
        night = self.nights[day]
        version = max(0, night.version - late)
        status = self.pages.post(f"/nights/{day}/undo/", {"version": version}).status_code
        if not night.version or version != night.version:
            assert status == 409
            return
        assert status == 302
        earlier = max((each for each in night.kept if each < night.version), default=None)
        if earlier is None or earlier in night.gone:
            night.remove()
        else:
            night.write(night.kept[earlier])

    @rule(day=days, which=st.integers(0, 30))
    def bring_an_earlier_copy_back(self, day, which):
        night = self.nights[day]
        sent = {"copy": which, "version": night.version}
        status = self.pages.post(f"/nights/{day}/restore/", sent).status_code
        if which not in night.kept:
            assert status == 422
        else:
            assert status == 302
            if night.kept[which] != night.copy:
                night.write(night.kept[which])

    # --- the program --------------------------------------------------------------------------------------

    @rule(day=days, copy=copies, late=behind)
    def put_by_a_program(self, day, copy, late):
        night = self.nights[day]
        episodes = []
        for number, place in enumerate(copy.places):
            side, location = place.split("-")
            known = {"id": night.ids[number]} if number < len(night.ids) else {}
            episodes.append({"side": side, "location": location, **known})
        sent = {
            "version": max(0, night.version - late), "outcome": copy.outcome, "episodes": episodes, "shared_note": copy.shared,
            "private_note": copy.private, "activity": int(copy.activity) if copy.activity else None,
        }  # fmt: skip
        status = self.program.put(f"nights/{day}/", sent).status_code
        if copy.is_refused:
            assert status == 422
        elif copy == night.copy:
            assert status == 200
        elif late and night.version:
            assert status == 409
        else:
            assert status == 200
            night.write(copy)

    # --- cramps that are timed --------------------------------------------------------------------------------

    @rule(target=timers, minute=st.integers(0, 300), side=st.sampled_from(("", "left", "right")))
    def tap_start(self, minute, side):
        # Two starts within seconds are one cramp: here each has its own minute.
        if minute in {each["start"] for each in self.timed.values()} or len(self.timed) >= 15:
            return multiple()
        client_id = str(uuid.uuid4())
        self.timed[client_id] = {"start": minute, "stop": None, "side": side or None, "removed": False}
        self.say(client_id)
        return client_id

    @rule(client_id=timers, seconds=st.integers(1, 3000))
    def tap_stop(self, client_id, seconds):
        timer = self.timed[client_id]
        stop = timer["start"] * 60 + seconds
        timer["stop"] = min(stop, timer["stop"]) if timer["stop"] else stop  # the earliest counts
        self.say(client_id, stop)

    @rule(client_id=consumes(timers))
    def take_the_tap_back(self, client_id):
        self.timed[client_id]["removed"] = True
        self.say(client_id)

    @rule(client_id=timers)
    def send_the_tap_again(self, client_id):
        self.say(client_id)

    def say(self, client_id, stop=None):
        timer = self.timed[client_id]
        at = {
            "started_at": timer["start"] * 60, "stopped_at": stop, "side_at": timer["start"] * 60 if timer["side"] else None,
            "removed_at": 400 * 60 if timer["removed"] else None,
        }  # fmt: skip
        sent = {
            name: (MIDNIGHT + dt.timedelta(seconds=value)).isoformat()
            for name, value in at.items()
            if value is not None
        }
        sent |= {"client_id": client_id, "side": timer["side"] or "", "sent_at": ""}
        answer = self.pages.post("/now/", sent, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.content

    # --- what must be true after each step -----------------------------------------------------------------------

    @invariant()
    def the_diary_says_what_the_dictionary_says(self):
        if not hasattr(self, "program"):
            return
        found = {night["date"]: night for night in self.program.get("nights/").said["nights"]}
        for day, night in self.nights.items():
            stored = found.pop(str(day), None)
            assert (stored["version"] if stored else 0) == night.version
            if stored:
                places = tuple(f"{each['side']}-{each['location']}" for each in stored["episodes"])
                activity = "" if stored["activity"] is None else str(stored["activity"])
                assert (
                    Copy(stored["outcome"], places, stored["shared_note"], stored["private_note"], activity)
                    == night.copy
                )
                night.ids = [each["id"] for each in stored["episodes"]]
        wanted = sorted(
            (each["start"], each["stop"] and each["stop"] - each["start"] * 60, each["side"])
            for each in self.timed.values()
            if not each["removed"]
        )
        tonight = found.pop(str(TONIGHT), {"episodes": [], "outcome": None})
        timed = [
            (
                (dt.datetime.fromisoformat(each["started_at"]) - MIDNIGHT).total_seconds() // 60,
                each["duration_seconds"],
                each["side"],
            )
            for each in tonight["episodes"]
        ]
        assert sorted(timed, key=str) == sorted(wanted, key=str)
        assert tonight["outcome"] == ("cramps" if wanted else None)
        assert found == {}

    @invariant()
    def a_stranger_keeps_what_she_wrote(self):
        if hasattr(self, "other"):
            assert json.dumps(self.other.get("nights/").said) == json.dumps(self.before_of_other)


MORNING = dt.datetime(2026, 3, 21, 9, tzinfo=dt.UTC)
SHARE = float(os.environ.get("FUZZ_SHARE", "0"))  # as in tests/corpus: `make fuzz` says 1
EXAMPLES = {"sqlite": 6, "postgresql": 2}
EXAMPLES_OF_FUZZ = 500


@pytest.mark.timeout(6 * 3600)
def test_a_diary_written_at_random_is_what_the_dictionary_says(db, settings_of_limits):
    is_long = SHARE > 0
    examples = max(1, round(EXAMPLES_OF_FUZZ * SHARE)) if is_long else EXAMPLES[connection.vendor]
    run_state_machine_as_test(
        DiaryMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=60 if is_long else 20, deadline=None, database=None, derandomize=not is_long,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink] if is_long else [Phase.generate],
        ),
    )  # fmt: skip


@pytest.fixture
def settings_of_limits(settings):
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    with time_machine.travel(MORNING, tick=False):
        yield
