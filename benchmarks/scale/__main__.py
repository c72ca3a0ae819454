"""`python -m benchmarks.scale --patients N --nights 365`: what the diary costs when many people write.

Loads generated diaries into a throw-away PostgreSQL in three sizes, asks the smallest large enough (1 million
nights) and each other one turn by turn, in the order in which rows arrive and in the order of decision 11, and
writes a table (benchmarks/scale/latest.md), the numbers (latest.json) and a drawing (latest.svg).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.scale.asking import Asked
from benchmarks.scale.drawing import cost_svg
from benchmarks.scale.load import Loaded, load, load_more, put_in_order, size_of
from benchmarks.scale.server import ScaleCluster
from tests.plugins.postgresql import server_programs

HERE = Path(__file__).parent
A_MILLION = 2_740  # patients with a year each
WARM, PATIENTS_ASKED, PAGES, PANELS, EXPLAINED = 10, 150, 60, 11, 30
ARRIVED, ORDERED, MONTH_LATER = "as it arrived", "by patient", "by patient, a month later"
MONTH = 30
MET = {True: "met", False: "missed", None: ""}


@dataclass
class Size:
    """One database: so many patients, what loading it took, and the times asked of it by order and kind."""

    patients: int
    nights: int
    environment: dict[str, str]
    name: str
    loaded: Loaded
    bytes: dict[str, int] = field(default_factory=dict)
    ordered_in: dict[str, float] = field(default_factory=dict)
    added: Loaded | None = None
    times: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    plans: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    pages: dict[str, float] = field(default_factory=dict)
    read: dict[str, float] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.patients * self.nights


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--out", type=Path, default=HERE)
    return parser.parse_args()


def say(sentence: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


def main() -> int:
    given = arguments()
    programs = server_programs()
    if programs is None:
        print("Scale not run: no PostgreSQL server programs found (set PG_BINDIR).")
        return 1
    last = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=2 + MONTH)
    smaller = [size for size in (A_MILLION // 10, A_MILLION) if size <= given.patients // 2]
    cluster = ScaleCluster(programs, fsync=True).start()
    try:
        sizes = [_made(cluster, patients, given.nights, last) for patients in (*smaller, given.patients)]
        for order in (ARRIVED, ORDERED, MONTH_LATER):
            for size in sizes:
                with cluster.as_superuser(size.name) as database:
                    if order == ORDERED:
                        size.ordered_in = put_in_order(database)
                        say(f"{size.rows:,} nights put in order: {size.ordered_in}")
                    if order == MONTH_LATER:
                        size.added = load_more(database, size.patients, MONTH, last)
                        say(f"a month added: {size.added.rows_per_second:,.0f} rows a second")
            _ask(sizes, order, last + dt.timedelta(days=MONTH) if order == MONTH_LATER else last)
            _write(sizes, given.out)
    finally:
        cluster.stop()
    return 0


def _made(cluster: ScaleCluster, patients: int, nights: int, last: dt.date) -> Size:
    name = f"scale_{patients}"
    environment = cluster.database(name)
    with cluster.as_superuser(name) as database:
        loaded = load(database, patients, nights, last)
        size = Size(patients, nights, environment, name, loaded, size_of(database))
    say(f"{size.rows:,} nights loaded: {loaded.rows_per_second:,.0f} rows a second, {loaded.seconds}")
    return size


def _ask(sizes: list[Size], order: str, last: dt.date) -> None:
    """Ask every size turn by turn, each time about a patient who was not asked about in this order before."""
    asked = [Asked(size.environment, last) for size in sizes]
    chosen = [
        random.Random(size.patients).sample(range(size.patients), min(size.patients, PATIENTS_ASKED + WARM))
        for size in sizes
    ]
    for size in sizes:
        size.times[order] = {"year": [], "save": [], "trends": []}
    for what, rounds in (("year", PATIENTS_ASKED), ("save", PATIENTS_ASKED), ("trends", PAGES)):
        for turn in range(rounds + WARM):
            for size, there, people in zip(sizes, asked, chosen, strict=True):
                taken = there.ask(
                    what, people[-turn % len(people)] if what == "save" else people[turn % len(people)]
                )
                if turn >= WARM:
                    size.times[order][what].append(taken)
        say(f"{order}: {what} asked")
    largest, there = sizes[-1], asked[-1]
    for patients in (20, 200):
        largest.times[order][f"panel {patients}"] = []
    for turn in range(PANELS + 2):
        for patients in (20, 200):
            taken = there.ask("panel", patients)
            if turn >= 2:
                largest.times[order][f"panel {patients}"].append(taken)
    for size, there, people in zip(sizes, asked, chosen, strict=True):
        size.plans[order] = there.ask("explain", people[0])
        explained = [there.ask("explain", person) for person in people[-EXPLAINED:]]
        size.times[order]["database"] = [sum(plan["ms"] for plan in plans) for plans in explained]
        size.pages[order] = median(sum(plan["pages"] for plan in plans) for plans in explained)
        size.read[order] = median(sum(plan["read"] for plan in plans) for plans in explained)
        there.end()


def _ratio(sizes: list[Size], order: str, what: str, of: str = "median") -> tuple[float, float, float]:
    """Return how much dearer the largest size is than 1 million nights, and both in milliseconds."""
    figure = median if of == "median" else lambda times: quantiles(times, n=20)[-1]
    base = next((size for size in sizes if size.patients >= A_MILLION), sizes[-1])
    small, large = figure(base.times[order][what]), figure(sizes[-1].times[order][what])
    return large / small, small, large


def rows_of(sizes: list[Size]) -> list[dict[str, object]]:
    """Return the rows of the table in the form of `make bench`."""
    largest = sizes[-1]
    base = next((size for size in sizes if size.patients >= A_MILLION), largest)
    how = (
        f"{base.rows:,} and {largest.rows:,} nights, {PATIENTS_ASKED} patients each, turn by turn, wall time"
    )
    rate = largest.loaded.rows_per_second
    rows: list[dict[str, object]] = [
        {
            "name": "load by COPY, keys and indexes included",
            "goal": ">= 200,000 rows/s",
            "measured": f"{rate:,.0f} rows/s",
            "met": rate >= 200_000,
            "how": f"{sum(largest.loaded.rows.values()):,} rows of nights, cramps and what was tried, "
            + ", ".join(f"{step} {seconds:.0f} s" for step, seconds in largest.loaded.seconds.items()),
        }
    ]
    if largest.added:
        rate = largest.added.rows_per_second
        rows.append(
            {
                "name": "the same with keys and indexes in place",
                "goal": "",
                "measured": f"{rate:,.0f} rows/s",
                "met": None,
                "how": f"{sum(largest.added.rows.values()):,} rows: {MONTH} more evenings of everybody",
            }
        )
    for order in largest.times:
        for what, words in (
            ("year", "one patient's year"),
            ("database", "the same, database alone"),
            ("save", "one save"),
        ):
            ratio, small, large = _ratio(sizes, order, what)
            spread = quantiles(largest.times[order][what], n=10)
            rows.append(
                {
                    "name": f"{words}, {order}",
                    "goal": "<= 1.3x at 1 million",
                    "measured": f"{ratio:.2f}x ({small:.1f} -> {large:.1f} ms)",
                    "met": ratio <= 1.3,
                    "how": f"{how if what != 'database' else f'EXPLAIN ANALYZE, {EXPLAINED} patients each'}; middle 80 % of the larger {spread[0]:.1f} to {spread[-1]:.1f} ms",
                }
            )
        ratio, small, large = _ratio(sizes, order, "trends", "p95")
        rows.append(
            {
                "name": f"trends of a year p95, {order}",
                "goal": "flat: <= 1.3x at 1 million",
                "measured": f"{ratio:.2f}x ({small:.0f} -> {large:.0f} ms)",
                "met": ratio <= 1.3,
                "how": f"{PAGES} patients each, turn by turn, each asked for the first time",
            }
        )
        few, many = (median(largest.times[order][f"panel {n}"]) / n for n in (20, 200))
        rows.append(
            {
                "name": f"clinician list of 200, {order}",
                "goal": "< 2x a list of 20, per patient",
                "measured": f"{many / few:.2f}x ({few:.2f} -> {many:.2f} ms a patient)",
                "met": many < 2 * few,
                "how": f"{largest.rows:,} nights, median of {PANELS}, turn by turn",
            }
        )
    return rows


def _write(sizes: list[Size], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    rows = rows_of(sizes)
    points = {
        order: [(size.rows, median(size.times[order]["year"])) for size in sizes] for order in sizes[-1].times
    }
    (out / "latest.svg").write_text(
        cost_svg(points, "One patient’s year, in ms, against nights of all patients")
    )
    lines = ["| Operation | Goal | Measured | | How |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['name']} | {row['goal']} | {row['measured']} | {MET[row['met']]} | {row['how']} |"
        for row in rows
    ]
    lines += [
        "",
        "| Nights | Order | year ms | in the database | save ms | pages touched | of them read | ordered in |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        for order, times in size.times.items():
            ordered = f"{sum(size.ordered_in.values()):.0f} s" if order == ORDERED else ""
            lines.append(
                f"| {size.rows:,} | {order} | {median(times['year']):.2f} | {median(times['database']):.2f} | "
                f"{median(times['save']):.2f} | {size.pages[order]:.0f} | {size.read[order]:.0f} | {ordered} |"
            )
    largest = sizes[-1]
    lines += [
        "",
        f"Bytes on disk at {largest.rows:,} nights: {largest.bytes}. Plans of one patient's year there:",
        "",
    ]
    for order, plans in largest.plans.items():
        lines += [
            f"- {order}: `{plan['steps']}`: {plan['rows']} rows, {plan['pages']} pages, {plan['ms']:.1f} ms"
            for plan in plans
        ]
    (out / "latest.md").write_text("\n".join(lines) + "\n")
    whole = {
        "cores": os.cpu_count(),
        "rows": rows,
        "sizes": [
            {
                "nights": size.rows, "bytes": size.bytes, "loaded": size.loaded.rows, "seconds": size.loaded.seconds,
                "ordered_in": size.ordered_in, "added": size.added and vars(size.added), "plans": size.plans,
                "median_ms": {order: {k: median(v) for k, v in times.items()} for order, times in size.times.items()},
            }
            for size in sizes
        ],
    }  # fmt: skip
    (out / "latest.json").write_text(json.dumps(whole, indent=2) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
