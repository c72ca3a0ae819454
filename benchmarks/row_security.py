"""What row security costs per page: the same pages with it and without it, turn by turn, on a PostgreSQL of our own.

Run by `python -m benchmarks` as a process of its own, because it needs other settings. Time is what a
person waits for, database included; only its ratio is a claim.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from statistics import median

from tests.plugins.postgresql import Cluster, make_roles, server_programs

PATIENTS, NIGHTS, SHARED_WITH_CLINICIAN = 200, 365, 31
ROUNDS, WARM_UP, MEASURED = 10, 2, 3
GOAL = 1.3


def measured_rows() -> list[dict[str, object]]:
    """Return one row per page, or one row that says why nothing was measured."""
    programs = server_programs()
    if programs is None:
        return [_not_run("no PostgreSQL server programs found")]
    cluster = Cluster(programs).start()
    try:
        os.environ["TEST_POSTGRESQL_URL"] = cluster.url
        make_roles(cluster.url)
        return _measure(cluster)
    finally:
        cluster.stop()


def _not_run(reason: str) -> dict[str, object]:
    return {
        "name": "row security",
        "goal": f"< {GOAL}x",
        "measured": "not run",
        "met": None,
        "how": reason,
    }


def _measure(cluster: Cluster) -> list[dict[str, object]]:
    import psycopg

    with psycopg.connect(cluster.url, autocommit=True) as server:
        server.execute("CREATE DATABASE bench OWNER cramp_owner")
    place = cluster.url.partition("@")[2].replace("/postgres?", "/bench?")
    os.environ |= {
        "DATABASE_URL": f"postgres://cramp_app@{place}",
        "DATABASE_OWNER_URL": f"postgres://cramp_owner@{place}",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "AUDIT_ANCHOR": "off",
        "EMAIL_URL": "memorymail://",
        "SECRET_KEY": "only-for-measuring-" * 4,
        "BASE_URL": "http://localhost:8000",
        "ALLOWED_HOSTS": "testserver",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from tests.conftest import log_in

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    patients, clinician = _people()
    owner = psycopg.connect(
        f"postgres://cramp_owner@{place}", options="-c cramp.maintenance=on", autocommit=True
    )
    tables = [
        name
        for (name,) in owner.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
        ).fetchall()
    ]
    for table in tables:
        owner.execute(f"ANALYZE {table}")
    mine, theirs = Client(), Client()
    log_in(mine, patients[0])
    log_in(theirs, clinician)
    pages = {
        "trends": (mine, "/trends/"),
        "calendar": (mine, "/calendar/"),
        "review list": (theirs, "/admin/"),
        "review page": (theirs, f"/admin/patients/{patients[0].pk}/"),
    }
    taken: dict[str, dict[bool, list[float]]] = {name: {True: [], False: []} for name in pages}
    for turn in range(ROUNDS):
        for protected in (True, False) if turn % 2 else (False, True):
            for table in tables:
                owner.execute(
                    f"ALTER TABLE {table} {'ENABLE' if protected else 'DISABLE'} ROW LEVEL SECURITY"
                )
            for name, (client, path) in pages.items():
                for again in range(WARM_UP + MEASURED):  # plans and catalogue of this state come first
                    start = time.perf_counter()
                    answer = client.get(path)
                    if answer.status_code != 200:
                        raise RuntimeError(f"{path} answered {answer.status_code}")
                    if again >= WARM_UP:
                        taken[name][protected].append(time.perf_counter() - start)
    owner.close()
    rows: list[dict[str, object]] = []
    for name, times in taken.items():
        ratio = median(times[True]) / median(times[False])
        rows.append(
            {
                "name": f"row security, {name}",
                "goal": f"< {GOAL}x per page",
                "measured": f"{ratio:.2f}x ({median(times[True]) * 1000:.0f} ms)",
                "met": ratio < GOAL,
                "how": f"{PATIENTS} patients x {NIGHTS} nights, clinician of {SHARED_WITH_CLINICIAN}; "
                f"median of {ROUNDS * MEASURED} in interleaved rounds, with and without",
            }
        )
    from django.db import connection

    connection.close()
    connection.close_pool()
    return rows


def _people():  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from tests.conftest import grant, make_clinician, make_user
    from tests.diaries import write_nights

    clinician = make_clinician("clinician")
    last = timezone.now().date() - dt.timedelta(days=1)
    patients = [make_user(f"patient{number}") for number in range(PATIENTS)]
    for number, patient in enumerate(patients):
        write_nights(patient, NIGHTS, last=last)
        if number < SHARED_WITH_CLINICIAN:
            grant(patient, clinician)
    return patients, clinician


if __name__ == "__main__":
    json.dump(measured_rows(), sys.stdout)
