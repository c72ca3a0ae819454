"""Steady requests on PostgreSQL for minutes: `make load`, or `python -m benchmarks.load --rate 50 --minutes 10`.

The real server (`manage.py serve`) on a throw-away PostgreSQL that keeps what it acknowledges (fsync), with row
security and audit as shipped. Requests are begun at their time whether or not earlier ones are answered, so that a
slow server cannot slow its load down. Ends with 0 when there was no error, every acknowledged write is
stored once, memory stayed flat and 95 of 100 answers came within the bound.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("LEG", "sqlite")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.faults.cluster import FaultyCluster
from tests.faults.ledger import Ledger
from tests.faults.site import Person, Site, children_of
from tests.plugins.postgresql import server_programs

BOUND_SECONDS = 0.5  # of 95 in 100 answers of each kind
MOST_GROWTH = 1.10  # memory of the last third of the time beside that of the second
IN_FLIGHT = 400
# Of ten requests: two nights written, one medicine, one audited look of a clinician, six pages.
PAGES = ("/", "/calendar/", "/trends/", "/remedies/", "/learn/", "/report/")


def main() -> int:
    """Return 0 when everything held."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rate", type=int, default=50, help="requests a second (default 50)")
    options.add_argument("--minutes", type=float, default=10, help="how long (default 10)")
    options.add_argument("--patients", type=int, default=50, help="diaries of 365 nights each (default 50)")
    options.add_argument("--workers", type=int, default=2, help="processes of the server (default 2)")
    chosen = options.parse_args()
    programs = server_programs()
    if programs is None:
        print("not run: no PostgreSQL server programs found (set PG_BINDIR)")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    cluster = FaultyCluster(programs).start()
    site = Site(folder, cluster)
    try:
        site.settle(chosen.patients, nights=365)
        site.serve(workers=chosen.workers)
        return report(*measured(site, chosen.rate, chosen.minutes * 60), chosen)
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)


def measured(site: Site, rate: int, seconds: float) -> tuple[Ledger, list[float], float, int]:
    """Return what clients were told, the server's memory in MiB every second, the real length, and late begins."""
    warm_up(site)
    ledger, memory, late = Ledger(site), [], 0
    pool = ThreadPoolExecutor(max_workers=IN_FLIGHT)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1):
            memory.append(memory_of(site))

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.monotonic()
    for number in range(int(rate * seconds)):
        ahead = start + number / rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        late += ahead < -0.1
        pool.submit(one, ledger, number)
    pool.shutdown()
    taken = time.monotonic() - start
    over.set()
    watcher.join()
    return ledger, memory, taken, late


def warm_up(site: Site) -> None:
    """Let each process load its templates and plans."""
    ledger = Ledger(site)
    for number in range(100):
        one(ledger, number)


def one(ledger: Ledger, number: int) -> None:
    people: list[Person] = ledger.site.patients
    person = people[number * 7 % len(people)]
    kind = number % 10
    if kind in (0, 5):
        ledger.write_night(person)
    elif kind == 3:
        ledger.write_medicine(person)
    elif kind == 7:
        ledger.look(person)
    else:
        ledger.read(person, PAGES[number // 2 % len(PAGES)])


def memory_of(site: Site) -> float:
    """Return the proportional memory (PSS) of the server and its workers in MiB."""
    assert site.process is not None
    total = 0
    for pid in (site.process.pid, *children_of(site.process.pid)):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def report(ledger: Ledger, memory: list[float], taken: float, late: int, chosen: argparse.Namespace) -> int:
    """Print the figures and return the exit status."""
    cores = len(os.sched_getaffinity(0))
    sent = sum(ledger.statuses.values())
    print(
        f"{sent} requests in {taken:.0f} s ({sent / taken:.1f}/s, wanted {chosen.rate}/s), {chosen.patients} diaries of "
        f"365 nights, {chosen.workers} workers, server, database and clients on {cores} cores, "
        f"load average now {os.getloadavg()[1]:.1f}, {late} requests begun over 0.1 s late"
    )
    print(
        f"answers {json.dumps({str(status): count for status, count in sorted(ledger.statuses.items(), key=str)})}"
    )
    slowest = 0.0
    for kind, seconds in sorted(ledger.seconds_of.items()):
        cuts = quantiles(seconds, n=100)
        slowest = max(slowest, cuts[94])
        print(
            f"  {kind:<16} {len(seconds):>6}  p50 {cuts[49] * 1000:>6.0f} ms  p95 {cuts[94] * 1000:>6.0f} ms  "
            f"p99 {cuts[98] * 1000:>6.0f} ms"
        )
    third = len(memory) // 3
    growth = median(memory[-third:]) / median(memory[third : 2 * third])
    print(
        f"memory (PSS) {median(memory[third : 2 * third]):.0f} MiB, then {median(memory[-third:]):.0f} MiB: {growth:.3f}x"
    )
    differences = ledger.differences()
    print(
        f"{len(ledger.acknowledged)} acknowledged writes, {len(ledger.looks)} audited readings; differences {differences[:5]}"
    )
    held = {
        "no error": not set(ledger.statuses) - {200, 302},
        "nothing lost": not differences,
        f"memory flat (<= {MOST_GROWTH}x)": growth <= MOST_GROWTH,
        f"p95 within {BOUND_SECONDS} s": slowest <= BOUND_SECONDS,
    }
    for name, is_met in held.items():
        print(f"{name}: {'met' if is_met else 'MISSED'}")
    return 0 if all(held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
