"""One process on one database that does what pages do and says how long it took; driven over its standard input.

Two databases of different size are asked turn by turn, so that what else the machine does meets both alike.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.scale.load import patient_id


class Asked:
    """The other end: `ask("year", 17)` measures there and returns milliseconds."""

    def __init__(self, environment: dict[str, str], last: dt.date) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.scale.asking", last.isoformat()],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, *numbers: int) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([what, *numbers]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{what} failed: see above")
        return json.loads(line)

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=60)


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _patient(number: int) -> Any:
    from episodes.models import User

    return User.objects.get(pk=patient_id(number))


def _records(patient: Any, last: dt.date) -> Any:
    from episodes.models import Night

    nights = Night.objects.visible_to(patient).of(patient).between(last - dt.timedelta(days=364), last)
    return nights.as_records()


def year(last: dt.date, number: int) -> float:
    """Return how long one patient's year takes, with its cramps, as records for the pages."""
    from django.db import transaction

    from episodes.models import acting_as

    patient = _patient(number)
    with acting_as(patient), transaction.atomic():
        return _timed(lambda: _records(patient, last))


def save(last: dt.date, number: int) -> float:
    """Return how long one save of a night takes, commit included."""
    from django.db import transaction
    from django.utils import timezone

    from episodes.models import acting_as
    from episodes.nights.content import read_night
    from episodes.nights.writer import Source, record_night

    patient = _patient(number)
    date = last - dt.timedelta(days=number % 90)
    with acting_as(patient):
        with transaction.atomic():
            content = read_night(patient=patient, date=date, by=patient)
        content.answers["fluid_ml"] = (content.answers["fluid_ml"] or 0) + 10
        seen = content.version

        def write() -> None:
            record_night(
                date=date, content=content, seen_version=seen, source=Source(now=timezone.now()), by=patient
            )

        return _timed(write)


def trends(last: dt.date, number: int) -> float:
    """Return how long the page takes for a patient who was not asked about before, log-in not counted."""
    from django.test import Client

    from tests.conftest import log_in

    client = log_in(Client(), _patient(number))
    client.get("/privacy/")
    return _timed(lambda: _ok(client.get("/trends/?range=year")))


def _ok(response: Any) -> None:
    if response.status_code != 200:
        raise RuntimeError(f"answered {response.status_code}")


_clinicians: dict[int, Any] = {}


def panel(last: dt.date, patients: int) -> float:
    """Return how long the list of a clinician of so many patients takes."""
    from django.test import Client

    from tests.conftest import grant, log_in, make_clinician

    if patients not in _clinicians:
        clinician = make_clinician(f"clinician{patients}-{os.getpid()}")
        for number in range(patients):
            grant(_patient(number), clinician)
        _clinicians[patients] = log_in(Client(), clinician)
    return _timed(lambda: _ok(_clinicians[patients].get("/admin/")))


def explain(last: dt.date, number: int) -> list[dict[str, Any]]:
    """Return the plan of each statement of one patient's year, with the pages that it touched."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from episodes.models import acting_as

    patient = _patient(number)
    plans = []
    with acting_as(patient), transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            _records(patient, last)
        asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
        with connection.cursor() as cursor:
            for sql in asked:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, FORMAT JSON) {sql}")
                plan = cursor.fetchone()[0]
                plan = json.loads(plan) if isinstance(plan, str) else plan
                top = plan[0]["Plan"]
                plans.append(
                    {
                        "steps": _steps(top),
                        "pages": top["Shared Hit Blocks"] + top["Shared Read Blocks"],
                        "read": top["Shared Read Blocks"],
                        "rows": top["Actual Rows"],
                        "ms": plan[0]["Execution Time"],
                        "planning ms": plan[0]["Planning Time"],
                    }
                )
    return plans


def _steps(plan: dict[str, Any]) -> str:
    name: str = plan["Node Type"]
    if used := plan.get("Index Name") or plan.get("Relation Name"):
        name += f" {used}"
    inner = [_steps(each) for each in plan.get("Plans", ())]
    return f"{name}({', '.join(inner)})" if inner else name


def main() -> None:
    import django

    django.setup()
    last = dt.date.fromisoformat(sys.argv[1])
    ways: dict[str, Callable[..., Any]] = {
        "year": year, "save": save, "trends": trends, "panel": panel, "explain": explain
    }  # fmt: skip
    for line in sys.stdin:
        what, *numbers = json.loads(line)
        sys.stdout.write(json.dumps(ways[what](last, *numbers)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
