"""Generated diaries by COPY: evening after evening, as people write them, so that a patient's nights lie apart.

Keys and indexes are taken off before and made again after the rows, in one transaction, as a bulk load is done;
the time of a load holds all of it, and the foreign keys that are checked again hold the rows to be right.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import psycopg

VARIANTS = 97
TABLES = ("episodes_night", "episodes_episode", "episodes_remedyuse")
# The physical order that decision 11 chooses: one patient's rows side by side.
ORDER = {
    "episodes_night": "night_once",
    "episodes_episode": "episode_patient_id",
    "episodes_remedyuse": "remedy_use_once",
}
_NIGHT = (
    "id", "patient_id", "date", "outcome_recorded_at", "outcome", "episode_count", "sleep_quality_1_5",
    "soreness_next_day_0_10", "restless_legs", "activity", "sitting_hours", "alcohol_drinks", "fluid_ml",
    "stretched_minutes", "warm_bath", "hot_or_sweating", "bedtime_tightness_0_10", "habits_source", "version",
    "time_zone", "night_starts_at", "entered_via", "habits_before_night", "custom_answers", "banded", "dont_know",
)  # fmt: skip
_EPISODE = (
    "id", "patient_id", "night_id", "side", "location", "part_of_night", "duration_band", "pain_0_10", "woke_me",
    "position", "is_open",
)  # fmt: skip
_REMEDY = ("id", "patient_id", "episode_id", "remedy", "helped")


@dataclass
class Loaded:
    """How many rows were loaded and how long it took. seconds: by step."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def rows_per_second(self) -> float:
        return sum(self.rows.values()) / sum(self.seconds.values())


@cache
def patient_id(number: int) -> str:
    tail = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:15]
    return f"{number:08x}-0000-7000-8{tail[:3]}-{tail[3:]}"


def _row_id(kind: int, date: dt.date, number: int) -> str:
    """Return an id that sorts by its evening and then by patient, as ids made by the server do."""
    stamp = f"{date.toordinal() * 100_000_000 + number:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-7{kind:03x}-8000-{number:012x}"


def _variant(number: int, date: dt.date) -> int:
    return (number * 31 + date.toordinal() * 17) % VARIANTS


def _has_cramps(variant: int) -> bool:
    return variant % 3 == 0


def _night_tail(variant: int) -> str:
    cramps = _has_cramps(variant)
    outcome = "cramps" if cramps else ("unsure" if variant % 17 == 1 else "no_cramps")
    values = (
        outcome, "1" if cramps else r"\N", str(1 + variant % 5), str(variant % 8) if cramps else r"\N",
        ("yes", "no", r"\N")[variant % 3], str(variant % 4), str(variant % 12), str(variant % 3),
        str(800 + variant * 10), str(variant % 6), "tf"[variant % 2], "ft"[variant % 2], str(variant % 7), "own", "1",
        "Europe/London", "12:00", "web", "f", "{}", '["sitting_hours"]', "[]",
    )  # fmt: skip
    return "\t".join(values) + "\n"


def _episode_tail(variant: int) -> str:
    values = (
        ("left", "right")[variant % 2], "calf", ("0_3", "3_6")[variant % 2], ("1_5", "5_10", "10_30")[variant % 3],
        str(variant % 11), "t", "0", "f",
    )  # fmt: skip
    return "\t".join(values) + "\n"


def _pieces(table: str, patients: int, dates: list[dt.date]) -> Iterator[tuple[str, int]]:
    """Yield text for COPY and the number of rows in it, evening after evening."""
    ids = [patient_id(number) for number in range(patients)]
    nights = [_night_tail(variant) for variant in range(VARIANTS)]
    episodes = [_episode_tail(variant) for variant in range(VARIANTS)]
    for date in dates:
        shown, late = date.isoformat(), f"{date + dt.timedelta(days=1)} 07:00+00"
        lines = []
        for number, patient in enumerate(ids):
            variant = _variant(number, date)
            if table == "episodes_night":
                lines.append(f"{_row_id(1, date, number)}\t{patient}\t{shown}\t{late}\t{nights[variant]}")
            elif not _has_cramps(variant):
                continue
            elif table == "episodes_episode":
                parent = _row_id(1, date, number)
                lines.append(f"{_row_id(2, date, number)}\t{patient}\t{parent}\t{episodes[variant]}")
            elif variant % 2:
                lines.append(
                    f"{_row_id(3, date, number)}\t{patient}\t{_row_id(2, date, number)}\tstretch\tyes\n"
                )
        yield "".join(lines), len(lines)


def load(database: psycopg.Connection, patients: int, nights: int, last: dt.date) -> Loaded:
    """Return what was loaded: people first (not counted), then the nights, cramps and what was tried."""
    _load_people(database, patients)
    loaded = Loaded()
    dates = [last - dt.timedelta(days=day) for day in range(nights)][::-1]
    with database.transaction():
        database.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
        again = _take_off_keys(database)
        for table in TABLES:
            _copy(database, table, patients, dates, loaded, " WITH (FREEZE)")
        start = time.perf_counter()
        for statement in again:
            database.execute(statement)
        loaded.seconds["keys and indexes"] = time.perf_counter() - start
    tidy(database)
    return loaded


def load_more(database: psycopg.Connection, patients: int, nights: int, after: dt.date) -> Loaded:
    """Return what was loaded of the evenings after `after`, with keys and indexes in place."""
    loaded = Loaded()
    with database.transaction():
        for table in TABLES:
            dates = [after + dt.timedelta(days=day + 1) for day in range(nights)]
            _copy(database, table, patients, dates, loaded, "")
    tidy(database)
    return loaded


def _copy(
    database: psycopg.Connection,
    table: str,
    patients: int,
    dates: list[dt.date],
    loaded: Loaded,
    options: str,
) -> None:
    start, count = time.perf_counter(), 0
    names = ", ".join(dict(zip(TABLES, (_NIGHT, _EPISODE, _REMEDY), strict=True))[table])
    with database.cursor().copy(f"COPY {table} ({names}) FROM STDIN{options}") as copy:
        for text, rows in _pieces(table, patients, dates):
            copy.write(text)
            count += rows
    loaded.rows[table], loaded.seconds[f"COPY {table}"] = count, time.perf_counter() - start


def _take_off_keys(database: psycopg.Connection) -> list[str]:
    """Drop foreign keys, keys and indexes of the three tables; return the statements that make them again."""
    constraints = database.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype IN ('f', 'p', 'u') AND (conrelid::regclass::text = ANY(%(t)s) "
        "OR confrelid::regclass::text = ANY(%(t)s)) ORDER BY contype = 'f' DESC, contype",
        {"t": list(TABLES)},
    ).fetchall()
    for table, name, _definition in constraints:
        database.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    indexes = database.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", [list(TABLES)]
    ).fetchall()
    for name, _definition in indexes:
        database.execute(f'DROP INDEX "{name}"')
    made = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in constraints
    ]
    keys = [statement for statement in made if "FOREIGN KEY" not in statement]
    foreign = [statement for statement in made if "FOREIGN KEY" in statement]
    return [*keys, *(definition for _name, definition in indexes), *foreign]


def _load_people(database: psycopg.Connection, patients: int) -> None:
    columns = (
        "id, username, password, email, display_name, is_superuser, is_active, is_clinician, date_joined, "
        "session_epoch, time_zone, hemisphere, night_starts_at, drink_grams, country, language, theme, "
        "week_starts_on, sharing_mails"
    )
    with database.transaction():
        with database.cursor().copy(f"COPY episodes_user ({columns}) FROM STDIN") as copy:
            for number in range(patients):
                copy.write(
                    f"{patient_id(number)}\tp{number}\t!\t\tPatient {number}\tf\tt\tf\t2025-01-01 00:00+00\t0\t"
                    "Europe/London\tnorth\t12:00\t10\tGB\ten\tauto\t1\tt\n"
                )
        database.execute(
            "INSERT INTO episodes_dataconsent (id, user_id, text_version, at) "
            "SELECT id, id, '2026-11', now() FROM episodes_user"
        )


def tidy(database: psycopg.Connection) -> None:
    """Refresh what the planner knows, after a load or a new order."""
    database.commit()
    database.autocommit = True
    for table in (*TABLES, "episodes_user", "episodes_dataconsent"):
        database.execute(f"VACUUM ANALYZE {table}")
    database.execute("CHECKPOINT")
    database.autocommit = False


def put_in_order(database: psycopg.Connection) -> dict[str, float]:
    """Rewrite the tables in the order of ORDER; return the seconds that each table was locked for."""
    seconds = {}
    for table, index in ORDER.items():
        start = time.perf_counter()
        with database.transaction():
            database.execute(f"CLUSTER {table} USING {index}")
        seconds[table] = time.perf_counter() - start
    tidy(database)
    return seconds


def size_of(database: psycopg.Connection) -> dict[str, int]:
    """Return the bytes of each table with its indexes."""
    return {
        table: database.execute("SELECT pg_total_relation_size(%s)", [table]).fetchone()[0]  # type: ignore[index]
        for table in TABLES
    }
