"""Pages and saves beside a bare Django project: CPU of the worker, its memory, its start, in Chromium too.

Run by `python -m benchmarks` as a process of its own. Both sides run under the same server with one worker on the
same SQLite file, so that the database's work is the worker's. They are asked turn by turn; a ratio is the median
of the ratios of the rounds, with the lowest and the highest beside it.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.browser import browser_rows
from benchmarks.servers import Controls, Server

A_YEAR, TEN_YEARS, PANEL, PANEL_NIGHTS = 365, 3650, 10_000, 56
ROUNDS, WARM_UP = 7, 2
IN_A_ROUND = {"light": 8, "heavy": 2}
STARTS = 5
EMPTY = "-"


def measured_rows() -> list[dict[str, object]]:
    """Return the rows of the table for pages, memory, start and the report as PDF."""
    with tempfile.TemporaryDirectory() as folder:
        shipped = {
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "crampdiary.settings",
            "EMAIL_URL": "memorymail://",
            "SECRET_KEY": "only-for-measuring-" * 4,
            "BASE_URL": "http://localhost:8000",
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "OPENBLAS_NUM_THREADS": "1",
        }
        os.environ |= shipped
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        people = _people()
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} the diaries are written\n")
        bare = {
            "DJANGO_SETTINGS_MODULE": "benchmarks.floor.settings",
            "FLOOR_DATABASE": str(Path(folder) / "bench.sqlite3"),
            "SECRET_KEY": shipped["SECRET_KEY"],
        }
        return _measure(people, shipped, bare)


def _measure(
    people: dict[str, Any], shipped: dict[str, str], bare: dict[str, str]
) -> list[dict[str, object]]:
    rows = _report_rows(people["decade"])
    from django.db import connection

    connection.close()
    ours, floor = _started(shipped), _started(bare)
    try:
        rows = [*_page_rows(ours, floor, people), *rows, *_memory_rows(ours, floor)]
        last = people["last"]
        rows += browser_rows(
            ours, floor, people["decade"].cookie,
            {"entry": f"/nights/{last}/", "trends 10 y": "/trends/?range=all"},
            {"entry": f"/nights/{last}/", "trends 10 y": f"/trends/?from={people['first'][TEN_YEARS]}"},
        )  # fmt: skip
    finally:
        ours.stop()
        floor.stop()
    return [*rows, *_start_rows(shipped, bare)]


def _started(environment: dict[str, str]) -> Server:
    if "FLOOR_DATABASE" in environment:
        return Server("benchmarks.floor.wsgi:application", environment, "/")
    return Server("crampdiary.worker:application", environment, "/healthz")


# --- Data ---------------------------------------------------------------------------------------------


def _people() -> dict[str, Any]:
    """Return a patient with one year, one with ten, and a clinician of ten thousand; each with a session."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from episodes.models import User, acting_as
    from episodes.stats.nights import last_night
    from tests.conftest import grant, log_in, make_clinician, make_user
    from tests.diaries import set_usual_day, write_nights

    people: dict[str, Any] = {"year": make_user("year"), "decade": make_user("decade")}
    people["clinician"] = make_clinician("clinician")
    last = last_night(timezone.now(), people["year"].zone)
    for name, nights in (("year", A_YEAR), ("decade", TEN_YEARS)):
        write_nights(people[name], nights, last=last)
        set_usual_day(people[name], activity=1)
    pattern = make_user("pattern")
    write_nights(pattern, PANEL_NIGHTS, last=last)
    with acting_as(pattern):
        grant(pattern, people["clinician"], days=300)
    _copies(pattern.pk.hex)
    if User.objects.count() < PANEL:
        raise RuntimeError("the panel was not made")
    for name in ("year", "decade", "clinician"):
        client = log_in(Client(), people[name])
        people[name].cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    people["last"] = last
    people["first"] = {
        count: last - dt.timedelta(days=count - 1) for count in (A_YEAR, TEN_YEARS, PANEL_NIGHTS)
    }
    return people


def _copies(pattern: str) -> None:
    """Make the other patients of the panel: the pattern's rows again, with ids and names of their own."""
    from django.db import connection as django

    django.ensure_connection()
    database = django.connection  # it knows the functions that constraints call
    database.execute(
        "CREATE TEMP TABLE copy AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "SELECT i, printf('%016x%016x', i, i) AS id FROM n",
        [PANEL - 1],
    )
    for table, more in (
        ("episodes_user", {"id": "copy.id", "username": "'p' || i", "display_name": "'Patient ' || i"}),
        ("episodes_consent", {"id": "copy.id", "patient_id": "copy.id"}),
        ("episodes_night", {"id": "printf('%08x', i) || substr(row.id, 9)", "patient_id": "copy.id"}),
        (
            "episodes_episode",
            {
                "id": "printf('%08x', i) || substr(row.id, 9)", "patient_id": "copy.id",
                "night_id": "printf('%08x', i) || substr(row.night_id, 9)",
            },
        ),
    ):  # fmt: skip
        names = [name for (name,) in database.execute(f"SELECT name FROM pragma_table_info('{table}')")]
        values = ", ".join(more.get(name, f'row."{name}"') for name in names)
        owner = "id" if table == "episodes_user" else "patient_id"
        quoted = ", ".join(f'"{name}"' for name in names)
        database.execute(
            f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} AS row, copy WHERE row.{owner} = ?",
            [pattern],
        )
    database.execute("ANALYZE")


# --- Pages --------------------------------------------------------------------------------------------


def _page_rows(ours: Server, floor: Server, people: dict[str, Any]) -> list[dict[str, object]]:
    from django.conf import settings

    session = settings.SESSION_COOKIE_NAME
    as_ours: Callable[[str], None] = lambda name: ours.cookies.update({session: people[name].cookie})  # noqa: E731
    as_floor: Callable[[str], None] = lambda name: floor.ok("GET", f"/enter/{people[name].pk}/") and None  # noqa: E731
    last, first = people["last"], people["first"]
    form = f"/nights/{last}/"
    rows = []

    as_ours("year"), as_floor("year")
    ratios, ms = _ratios(_gets(ours, form), _gets(floor, form))
    rows.append(_row("night form GET", 1.5, ratios, ms))
    size = len(gzip.compress(ours.ok("GET", form), 6))
    rows.append(_plain("night form, HTML", "<= 8 KiB gzip", f"{size / 1024:.1f} KiB", size <= 8192))
    ratios, ms = _ratios(_saves(ours, form, "night-form"), _saves(floor, form, ""))
    rows.append(_row("night save", 1.9, ratios, ms))
    ratios, ms = _ratios(
        _gets(ours, "/trends/?range=all"), _gets(floor, f"/trends/?from={first[A_YEAR]}"), "heavy"
    )
    rows.append(_row("trends, 1 y", 2.5, ratios, ms))
    as_ours("decade"), as_floor("decade")
    ratios, ms = _ratios(
        _gets(ours, "/trends/?range=all"), _gets(floor, f"/trends/?from={first[TEN_YEARS]}"), "heavy"
    )
    rows.append(_row("trends, 10 y", 2.5, ratios, ms))

    def of(name: str, work: Callable[[int], float]) -> Callable[[int], float]:
        def asked(times: int) -> float:
            as_ours(name)
            return work(times)

        return asked

    for name, goal, work, weight in (
        ("night save, 10 y to 1 y", 1.1, _saves(ours, form, "night-form"), "light"),
        ("Today, 10 y to 1 y", 1.2, _gets(ours, "/"), "light"),
        ("trends, 10 y to 1 y", 3.0, _gets(ours, "/trends/?range=all"), "heavy"),
    ):
        ratios, ms = _ratios(of("decade", work), of("year", work), weight)
        rows.append(_row(name, goal, ratios, ms, against="one year"))
    as_ours("clinician"), as_floor("clinician")
    ratios, ms = _ratios(
        _gets(ours, "/admin/"), _gets(floor, f"/patients/?from={first[PANEL_NIGHTS]}"), "heavy"
    )
    rows.append(
        _row("clinician list, 10,000 patients", 1.2, ratios, ms, against="one live aggregation of 56 nights")
    )
    return [*rows, *_peer_rows()]


def _gets(server: Server, path: str) -> Callable[[int], float]:
    """Return a way to ask for the page so many times, that returns the CPU of one time in milliseconds."""

    def asked(times: int) -> float:
        before = server.cpu()
        for _time in range(times):
            server.ok("GET", path)
        return (server.cpu() - before) / times

    return asked


def _saves(server: Server, path: str, form_id: str) -> Callable[[int], float]:
    """Return a way to change and save the night so many times; fetching the form anew is not counted."""

    def asked(times: int) -> float:
        used = 0.0
        for _time in range(times):
            fields = Controls(server.ok("GET", path), form_id).fields
            pain = str((int(time.monotonic_ns()) // 1000) % 11)
            if form_id:
                stored = fields["episodes-0-pain_0_10"]
                fields["episodes-0-pain_0_10"] = ["1" if stored == ["10"] else str(int(stored[0]) + 1)]
                fields["form_session"] = [""]
            else:
                fields |= {"duration_band": ["1_5"], "pain_0_10": [pain], "soreness_morning_0_10": [pain]}
                fields["soreness_morning_0_10"] = [pain]
            before = server.cpu()
            server.ok("POST", path, fields, status=302)
            used += server.cpu() - before
        return used / times

    return asked


def _ratios(
    ours: Callable[[int], float], floor: Callable[[int], float], weight: str = "light"
) -> tuple[list[float], tuple[float, float]]:
    """Return the ratio of each round and the medians of both in milliseconds."""
    times = IN_A_ROUND[weight]
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for place in (0, 1) if turn % 2 else (1, 0):
            used = (ours, floor)[place](times if turn else WARM_UP)
            if turn:
                taken[place].append(used)
    return [mine / its for mine, its in zip(*taken, strict=True)], (median(taken[0]), median(taken[1]))


def _row(
    name: str, goal: float, ratios: list[float], ms: tuple[float, float], against: str = "the floor"
) -> dict[str, object]:
    ratio = median(ratios)
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {name}: {ratio:.2f}x, {ms[0]:.1f} and {ms[1]:.1f} ms\n")
    return {
        "name": name,
        "goal": f"<= {goal:g}x {against}",
        "measured": f"{ratio:.2f}x ({min(ratios):.2f} to {max(ratios):.2f})",
        "met": ratio <= goal,
        "how": f"CPU of the worker, {ms[0]:.1f} and {ms[1]:.1f} ms; {len(ratios)} interleaved rounds, SQLite",
    }


def _plain(name: str, goal: str, measured: str, met: bool | None, how: str = "") -> dict[str, object]:
    return {"name": name, "goal": goal, "measured": measured, "met": met, "how": how}


PEER = (
    ("night form GET", "<= 0.6x", "16 ms"),
    ("night save", "<= 0.7x", "10 ms"),
    ("Today, 10 y", "<= 0.15x", "440 ms (dashboard)"),
    ("calendar, list", "<= 0.25x", "46 ms (list)"),
    ("trends, 1 y", "<= 0.4x", "49 ms (totals)"),
    ("trends, 10 y", "<= 0.25x", "201 ms (totals)"),
    ("clinician list", "<= 1.0x", "84 ms (admin list of 100)"),
    ("CSV export, 3,650", "<= 0.02x", "3,519 to 4,591 ms"),
    ("CSV import, 3,650", "<= 0.05x", "15,140 ms"),
    ("memory of a worker", "<= 0.65x", "86 to 106 MiB"),
    ("cold start", "<= 0.75x", "1,468 ms"),
    ("LCP entry", "<= 0.9x", "256 ms"),
    ("LCP trends, 10 y", "<= 0.2x", "2,298 ms (totals)"),
)


def _peer_rows() -> list[dict[str, object]]:
    """Return the rows against the peer: not measured, with what was published about it."""
    why = "Baby Buddy is no package and is not on this machine; its figure was measured elsewhere, 2026-11: "
    return [
        _plain(f"peer: {name}", f"{goal} of Baby Buddy", "not measured", None, why + figure)
        for name, goal, figure in PEER
    ]


# --- Memory, start, report ----------------------------------------------------------------------------


def _memory_rows(ours: Server, floor: Server) -> list[dict[str, object]]:
    mine, its = ours.pss(), floor.pss()
    return [
        _plain(
            "memory of a worker", "<= 1.5x a bare Django worker", f"{mine / its:.2f}x", mine / its <= 1.5,
            f"PSS after the whole load above: {mine:.0f} and {its:.0f} MiB",
        )
    ]  # fmt: skip


def _start_rows(shipped: dict[str, str], bare: dict[str, str]) -> list[dict[str, object]]:
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(STARTS + 1):
        for place, environment in enumerate((shipped, bare)):
            server = _started(environment)
            server.stop()
            if turn:
                taken[place].append(server.seconds)
    ratios = [mine / its for mine, its in zip(*taken, strict=True)]
    mine, its = median(taken[0]), median(taken[1])
    row = _row("cold start", 1.5, ratios, (mine * 1000, its * 1000), against="bare Django")
    row["how"] = f"wall time to the first 200, {mine * 1000:.0f} and {its * 1000:.0f} ms; {STARTS} turns"
    return [row]


def _report_rows(patient: Any) -> list[dict[str, object]]:
    """Return what the visit report of 90 nights costs as a PDF, beside a plain table by the same engine."""
    from episodes.report.paper import can_make_pdf

    name, goal = "visit report PDF, 90 nights", "<= 0.25x a plain table through WeasyPrint"
    if not can_make_pdf():
        return [
            _plain(name, goal, "not measured", None, "WeasyPrint is not installed (requirements/pdf.txt)")
        ]
    html = _report_html(patient)
    bare = "import sys, weasyprint; sys.stdout.buffer.write(weasyprint.HTML(string=sys.stdin.read()).write_pdf())"
    table = "".join(f"<tr>{f'<td>{night} cramp, left calf, 5 min</td>' * 5}</tr>" for night in range(90))
    page = f"<!DOCTYPE html><title>Nights</title><table>{table}</table>"
    ours, floor = (
        lambda _times: _cpu_of([sys.executable, "-m", "episodes.report.pdf", "a4"], html),
        lambda _times: _cpu_of([sys.executable, "-c", bare], page),
    )
    try:
        pairs = [(ours(1), floor(1)) for _turn in range(4)][1:]
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode().strip().splitlines()[-1:]
        return [_plain(name, goal, "not measured", None, f"the PDF could not be made: {reason}")]
    ratios = [mine / its for mine, its in pairs]
    row = _row(name, 0.25, ratios, tuple(median(pair[place] for pair in pairs) for place in (0, 1)))  # type: ignore[arg-type]
    row["goal"] = goal
    row["how"] = (
        f"whole process with its imports, CPU {median(p[0] for p in pairs):.0f} and "
        f"{median(p[1] for p in pairs):.0f} ms; the report is made by that very engine (tagged PDF/UA), so it "
        "cannot be a quarter of it"
    )
    return [row]


def _report_html(patient: Any) -> str:
    from django.template.loader import render_to_string
    from django.utils import timezone

    from episodes.models import acting_as
    from episodes.questions.report_sections import REPORT_SECTIONS
    from episodes.report import paper, views
    from episodes.stats.nights import last_night

    now = timezone.now()
    last = last_night(now, patient.zone)
    with acting_as(patient):
        report = views._report(
            patient, last - dt.timedelta(days=89), last, frozenset(each.key for each in REPORT_SECTIONS), now,
            by=patient,
        )  # fmt: skip
        context = {**paper.paper_context(report, patient, now), "language": "en"}
        return render_to_string("report/paper.html", context)


def _cpu_of(command: list[str], text: str) -> float:
    """Return the milliseconds of CPU of a process that reads `text` and answers with a PDF."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    if not done.stdout.startswith(b"%PDF"):
        raise RuntimeError("no PDF came back")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)) * 1000


if __name__ == "__main__":
    json.dump(measured_rows(), sys.stdout)
