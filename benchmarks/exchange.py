"""What taking a diary out and bringing it in costs, beside the least that such work can cost: a bulk floor.

Run by `python -m benchmarks` as a process of its own, on an SQLite file of its own, in CPU time, turn by turn.
Floor of the export: the same rows and columns through `.values_list` into `csv.writer`. Floor of the import: the
same rows, made beforehand, through `bulk_create`, after `csv.reader` has read the files. Memory: what Python
allocates at most while 10 years are written, beside 1 year.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

NIGHTS, A_YEAR = 3650, 365
ROUNDS = 9
EXPORT_GOAL, IMPORT_GOAL, MEMORY_GOAL = 3.0, 3.5, 1.2


def measured_rows() -> list[dict[str, object]]:
    """Return the rows of the table for export and import of ten years."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "EMAIL_URL": "memorymail://",
            "SECRET_KEY": "only-for-measuring-" * 4,
            "BASE_URL": "http://localhost:8000",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        rows = _measure()
        from django.db import connection

        connection.close()
        return rows


def _measure() -> list[dict[str, object]]:
    from django.db import transaction

    from episodes.models import acting_as
    from tests.conftest import make_user
    from tests.diaries import write_nights

    last = dt.date(2026, 10, 31)
    ada, year, cleo = (make_user(name) for name in ("ada", "year", "cleo"))
    write_nights(ada, NIGHTS, last=last)
    write_nights(year, A_YEAR, last=last)
    rows = []
    with acting_as(ada), transaction.atomic():
        files = {name: _text_of(ada, name) for name in ("nights.csv", "episodes.csv")}
        floor, ours = _turn_by_turn(lambda: _export_floor(ada), lambda: _export(ada))
        rows.append(_row("CSV export, 3,650 nights", EXPORT_GOAL, ours / floor, ours))
        memory = _most_memory(lambda: _export(ada))
    with acting_as(year), transaction.atomic():
        rows.append(_memory_row(memory, _most_memory(lambda: _export(year))))
    with acting_as(cleo):
        floor, ours = _turn_by_turn(lambda: _import_floor(cleo, files), lambda: _import(cleo, files))
        rows.append(_row("CSV import, 3,650 nights", IMPORT_GOAL, ours / floor, ours))
    return rows


def _row(name: str, goal: float, ratio: float, seconds: float) -> dict[str, object]:
    return {
        "name": name,
        "goal": f"<= {goal:g}x a bulk floor",
        "measured": f"{ratio:.2f}x ({seconds * 1000:.0f} ms)",
        "met": ratio <= goal,
        "how": f"CPU time, SQLite file, median of {ROUNDS} interleaved rounds",
    }


def _memory_row(ten_years: int, one_year: int) -> dict[str, object]:
    ratio = ten_years / one_year
    return {
        "name": "CSV export, memory, 10 years to 1",
        "goal": f"<= {MEMORY_GOAL:g}x",
        "measured": f"{ratio:.2f}x ({ten_years // 1024} KiB)",
        "met": ratio <= MEMORY_GOAL,
        "how": "most bytes allocated by Python at once",
    }


def _turn_by_turn(floor: Callable[[], Any], ours: Callable[[], Any]) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for place in (0, 1) if turn % 2 else (1, 0):
            start = time.process_time()
            (floor, ours)[place]()
            if turn:  # the first round warms up
                taken[place].append(time.process_time() - start)
    return median(taken[0]), median(taken[1])


def _most_memory(work: Callable[[], Any]) -> int:
    work()
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


# --- Export -------------------------------------------------------------------------------------------


def _text_of(person: Any, name: str) -> str:
    from episodes.exchange.export_files import pieces

    return "".join(pieces(name, now=dt.datetime.now(dt.UTC), by=person))


def _export(person: Any) -> int:
    from episodes.exchange.export_files import pieces

    size = 0
    for name in ("nights.csv", "episodes.csv"):
        for piece in pieces(name, now=dt.datetime.now(dt.UTC), by=person):
            size += len(piece.encode())
    return size


def _export_floor(person: Any) -> int:
    from django.db.models import FilteredRelation, Q

    from episodes.exchange.queries import EPISODE_COLUMNS, NIGHT_COLUMNS
    from episodes.models import Episode, Night

    nights = Night.objects.owned_by(person).order_by("date").values_list(*NIGHT_COLUMNS, "custom_answers")
    episodes = (
        Episode.objects.owned_by(person)
        .filter(night__patient_id=person.pk)
        .annotate(tried=FilteredRelation("remedies", condition=Q(remedies__patient_id=person.pk)))
        .order_by("night__date", "position")
        .values_list(
            "night__date", *EPISODE_COLUMNS, "tried__remedy", "tried__helped", "tried__seconds_to_relief"
        )
    )
    size = 0
    for rows in (nights, episodes):
        file = io.StringIO()
        writer = csv.writer(file)
        for row in rows.iterator(100):
            writer.writerow(row)
            if file.tell() > 16_384:
                size += len(file.getvalue().encode())
                file.seek(0)
                file.truncate()
        size += len(file.getvalue().encode())
    return size


# --- Import -------------------------------------------------------------------------------------------


class _Undo(Exception):
    """Ends a transaction, so that the next round finds an empty diary."""


def _import(person: Any, files: dict[str, str]) -> None:
    """Do what the page does from the bytes on: recognise, read, keep, plan under the lock, write, note."""
    from django.db import transaction

    from episodes.exchange.apply import carry_out
    from episodes.exchange.formats.uploads import recognised
    from episodes.exchange.uploads import diary_of, keep_upload

    now = dt.datetime.now(dt.UTC)
    try:
        with transaction.atomic():
            kept = keep_upload(
                upload=recognised([text.encode() for text in files.values()]), now=now, by=person
            )
            plan = carry_out(kept=kept, diary=diary_of(kept), replace=False, now=now, by=person)
            assert plan.counts["new"] == NIGHTS
            raise _Undo
    except _Undo:
        return


def _import_floor(person: Any, files: dict[str, str]) -> None:
    """Read the same files and insert as many rows of the same tables, with nothing checked."""
    from django.db import transaction

    from episodes.models import Episode, Night, NightRevision, RemedyUse

    try:
        with transaction.atomic():
            nights, revisions, by_date = [], [], {}
            for row in csv.DictReader(io.StringIO(files["nights.csv"], newline="")):
                date = dt.date.fromisoformat(row["date"])
                night = Night(
                    patient=person, date=date, outcome=row["outcome"] or None, time_zone=row["time_zone"],
                    sitting_hours=row["sitting_hours"] or None, alcohol_drinks=row["alcohol_drinks"] or None,
                    activity=int(row["activity"]), banded=row["banded"].split(), habits_source=row["habits_source"],
                    outcome_recorded_at=dt.datetime.fromisoformat(row["outcome_recorded_at"]),
                    restless_legs=row["restless_legs"] or None,
                )  # fmt: skip
                nights.append(night)
                by_date[row["date"]] = night
                revisions.append(
                    NightRevision(
                        patient=person, date=date, version=1, content={"answers": row, "episodes": []},
                        reason="imported", by=person.pk,
                    )
                )  # fmt: skip
            episodes, uses = [], []
            for row in csv.DictReader(io.StringIO(files["episodes.csv"], newline="")):
                episode = Episode(
                    patient=person, night=by_date[row["date"]], side=row["side"], location=row["location"],
                    part_of_night=row["part_of_night"], duration_band=row["duration_band"],
                    pain_0_10=int(row["pain_0_10"]),
                )  # fmt: skip
                episodes.append(episode)
                uses.append(RemedyUse(patient=person, episode=episode, remedy="stretch", helped="yes"))
            for model, rows in (
                (Night, nights),
                (Episode, episodes),
                (RemedyUse, uses),
                (NightRevision, revisions),
            ):
                model.objects.owned_by(person).bulk_create(rows, batch_size=500)
            raise _Undo
    except _Undo:
        return


if __name__ == "__main__":
    json.dump(measured_rows(), sys.stdout)
