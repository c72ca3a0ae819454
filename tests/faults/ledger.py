"""What clients were told, kept by the clients, and compared afterwards with what is stored.

A write counts as acknowledged when its whole answer of success has arrived, and not before. What got no
answer may be stored or not, but never by half and never twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import itertools
import json
import threading
import time
import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.site import Answer, Person, Site

FIRST = dt.date(2019, 1, 1)
DAYS = 2400
_numbers = itertools.count(1)
_days: dict[str, int] = {}


@dataclass
class Sent:
    """One write that a client asked for, and whether it was told that it is stored."""

    kind: str  # night or medicine
    person: Person
    word: str
    date: dt.date | None = None
    acknowledged: bool = False
    tries: int = 0


@dataclass
class Ledger:
    """Everything that the clients of one test sent and were told. Safe for threads.

    statuses: how often each answer came; "lost" is an answer that did not come in full.
    problems: answers that should never be given, in words.
    """

    site: Site
    sent: list[Sent] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)  # request ids of pages that the clinician has seen
    statuses: Counter[int | str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    seconds_of: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    last_success: float = 0.0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    # --- sending ------------------------------------------------------------------------------

    def write_night(self, person: Person, *, until_stored: threading.Event | None = None) -> Sent:
        """Send one night with two cramps, remedies and both notes.

        until_stored: repeat under the same operation id, as a phone does, until it is acknowledged or the
        event is set. None: send once.
        """
        with self._lock:
            number = next(_numbers)
            day = _days[person.id] = _days.get(person.id, -1) + 1
            sent = Sent("night", person, f"word-{number}", FIRST + dt.timedelta(days=day))
            self.sent.append(sent)
        body = urllib.parse.urlencode(night_fields(sent.word), doseq=True)
        while True:
            answer = self._ask(sent, "POST", f"/nights/{sent.date}/", body, accept="application/json")
            if answer is not None and answer.status == 200:
                if json.loads(answer.text)["version"] != 1:
                    self.problem(f"{sent.word}: stored as {answer.text}")
                sent.acknowledged = True
            if sent.acknowledged or until_stored is None or until_stored.is_set():
                return sent
            time.sleep(0.05)

    def write_medicine(self, person: Person) -> Sent:
        """Send one medicine, once: nothing but the answer says whether it is stored."""
        with self._lock:
            sent = Sent("medicine", person, f"word-{next(_numbers)}")
            self.sent.append(sent)
        body = urllib.parse.urlencode({"drug_class": "other", "name": sent.word})
        answer = self._ask(sent, "POST", "/account/health/medicines/add/", body)
        sent.acknowledged = answer is not None and answer.headers.get("location", "").endswith(
            "/account/health/"
        )
        return sent

    def look(self, patient: Person) -> None:
        """Let the clinician open the diary of `patient`."""
        account = patient.id
        path = (
            f"/admin/patients/{account[:8]}-{account[8:12]}-{account[12:16]}-{account[16:20]}-{account[20:]}/"
        )
        answer = self._ask(None, "GET", path, person=self.site.clinician)
        if answer is not None and answer.status == 200:
            with self._lock:
                self.looks.append(answer.headers["x-request-id"])

    def read(self, person: Person, path: str) -> Answer | None:
        return self._ask(None, "GET", path, person=person)

    def _ask(
        self, sent: Sent | None, method: str, path: str, body: str = "", *, person: Person | None = None,
        accept: str = "text/html",
    ) -> Answer | None:  # fmt: skip
        if sent is not None:
            sent.tries += 1
            person = sent.person
        try:
            answer = self.site.ask(method, path, body, person=person, accept=accept)
        except (OSError, http.client.HTTPException):
            with self._lock:
                self.statuses["lost"] += 1
            return None
        with self._lock:
            self.statuses[answer.status] += 1
            self.seconds.append(answer.seconds)
            self.seconds_of[f"{method} /{path.split('/')[1]}"].append(answer.seconds)
            if answer.status < 400:
                self.last_success = time.monotonic()
            elif answer.status == 503 and not answer.headers.get("retry-after", "").isdecimal():
                self.problems.append(f"{method} {path}: 503 without Retry-After")
            elif answer.status != 503:
                self.problems.append(f"{method} {path}: {answer.status} {answer.text[:300]}")
        return answer

    def problem(self, words: str) -> None:
        with self._lock:
            self.problems.append(words)

    @contextlib.contextmanager
    def writers(self, people: list[Person], *, reads: bool = True) -> Iterator[threading.Event]:
        """Let each person write all the time, and the clinician read, until the block ends.

        What was begun is then repeated until it is acknowledged. Yields the event that is set at the end.
        """
        over, give_up = threading.Event(), threading.Event()

        def write(person: Person) -> None:
            while not over.is_set():
                self.write_night(person, until_stored=give_up)
                self.write_medicine(person)

        def look() -> None:
            for patient in itertools.cycle(people):
                if over.is_set():
                    return
                self.look(patient)
                time.sleep(0.05)

        threads = [threading.Thread(target=write, args=(person,)) for person in people]
        threads += [threading.Thread(target=look)] if reads else []
        for thread in threads:
            thread.start()
        try:
            yield over
            over.set()
            for thread in threads:
                thread.join(timeout=30)
        finally:
            over.set()
            give_up.set()
            for thread in threads:
                thread.join()

    # --- comparing ----------------------------------------------------------------------------

    def wait_for_success(self, since: float, seconds: float = 60) -> float:
        """Return how long after `since` (a monotonic time) the first answer of success came."""
        while self.last_success <= since:
            if time.monotonic() - since > seconds:
                raise AssertionError(f"no answer of success for {seconds} s: {self.statuses}")
            time.sleep(0.01)
        return self.last_success - since

    @property
    def acknowledged(self) -> list[Sent]:
        return [sent for sent in self.sent if sent.acknowledged]

    def differences(self, *, remembers: bool = True) -> list[str]:
        """Return everything in which the stored rows differ from what the clients were told.

        remembers: whether the operations must still be known, which are kept for 30 days.
        """
        return [
            *self.problems,
            *self._nights(remembers),
            *self._medicines(),
            *self._looks(),
            *self.site.damage(),
        ]

    def _nights(self, remembers: bool) -> Iterator[str]:
        rows = self.site.rows
        nights = {
            (patient, date): (night, outcome, version)
            for patient, date, night, outcome, version in rows(
                "SELECT patient_id, date, id, outcome, version FROM episodes_night"
            )
        }
        per_night = Counter(night for night, _id in rows("SELECT night_id, id FROM episodes_episode"))
        remedies = Counter(
            night
            for night, _id in rows(
                "SELECT night_id, used.id FROM episodes_remedyuse used JOIN episodes_episode cramp ON cramp.id = episode_id"
            )
        )
        texts = {
            name: {
                (patient, date): text
                for patient, date, text in rows(f"SELECT patient_id, date, text FROM {name}")
            }
            for name in ("episodes_sharednote", "episodes_privatenote")
        }
        revisions = Counter(rows("SELECT patient_id, date FROM episodes_nightrevision"))
        operations = Counter(
            rows("SELECT patient_id, operation_id FROM episodes_operation") if remembers else ()
        )
        for sent in self.sent:
            if sent.kind != "night":
                continue
            key = (sent.person.id, str(sent.date))
            night, outcome, version = nights.get(key, (None, None, 0))
            found = (
                outcome, version, per_night[night], remedies[night], texts["episodes_sharednote"].get(key),
                texts["episodes_privatenote"].get(key), revisions[key], operations[(sent.person.id, sent.word)],
            )  # fmt: skip
            whole = ("cramps", 1, 2, 3, sent.word, sent.word, 1, int(remembers))
            nothing = (None, 0, 0, 0, None, None, 0, 0)
            if found != whole and (sent.acknowledged or found != nothing):
                yield f"{sent}: stored as {found}"

    def _medicines(self) -> Iterator[str]:
        stored = Counter(self.site.rows("SELECT patient_id, name FROM episodes_medicine"))
        for sent in self.sent:
            if sent.kind == "medicine":
                found = stored[(sent.person.id, sent.word)]
                if found > 1 or (sent.acknowledged and not found):
                    yield f"{sent}: stored {found} times"

    def _looks(self) -> Iterator[str]:
        noted = Counter(
            request for (request,) in self.site.rows("SELECT request_id FROM episodes_auditevent")
        )
        for request in self.looks:
            if noted[request] != 1:
                yield f"a diary was shown and noted {noted[request]} times (request {request})"


def night_fields(word: str) -> dict[str, object]:
    """Return the form of a night that touches every table a night has: two cramps, three remedies, two notes."""
    return {
        "outcome": "cramps",
        "version": 0,
        "operation_id": word,
        "shared_note": word,
        "private_note": word,
        "episodes-TOTAL_FORMS": 2,
        "episodes-INITIAL_FORMS": 0,
        "episodes-0-place": "right-calf",
        "episodes-0-duration_band": "1_5",
        "episodes-0-pain_0_10": 6,
        "episodes-0-remedies": ["stretch", "walk"],
        "episodes-0-helped": "yes",
        "episodes-1-location": "foot",
        "episodes-1-side": "left",
        "episodes-1-duration_seconds": 480,
        "episodes-1-remedies": ["walk"],
    }
