"""Restarts behind the documented proxy: `python -m benchmarks.restart --rate 20 --seconds 120 --restarts 6`.

Caddy with `ops/Caddyfile` in front of `manage.py serve` on SQLite, which is given its socket as systemd gives it
(`ops/crampdiary.socket`; --no-socket leaves that out, as in a container). Requests are begun at their time whether or not
earlier ones are answered, three of ten are writes, while the site is stopped as systemd stops it (SIGTERM, then a new
start). Ends with 0 when at most 1 in 1,000 was answered with 5xx or not at all, and every acknowledged write is stored once.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("LEG", "sqlite")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from benchmarks.load import IN_FLIGHT, one
from benchmarks.servers import free_port
from tests.faults.ledger import Ledger
from tests.faults.site import ROOT, Site

MOST_FAILED = 0.001


def main() -> int:
    """Return 0 when everything held."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rate", type=int, default=20, help="requests a second (default 20)")
    options.add_argument("--seconds", type=int, default=120, help="how long (default 120)")
    options.add_argument("--restarts", type=int, default=6, help="evenly over that time (default 6)")
    options.add_argument("--caddyfile", type=Path, default=ROOT / "ops" / "Caddyfile")
    options.add_argument("--no-socket", dest="socket", action="store_false")
    chosen = options.parse_args()
    caddy = shutil.which("caddy")
    if caddy is None:
        print("not run: caddy is not installed (apt-get install caddy)")
        return 1
    folder = Path(tempfile.mkdtemp(prefix="restart-"))
    site = Site(folder)
    proxy: subprocess.Popen[bytes] | None = None
    try:
        site.settle(10)
        site.slow_start = 300  # behind everybody who waits on a slow machine
        if chosen.socket:
            site.hold_socket()
        site.serve(workers=2)
        port = free_port()
        written = folder / "Caddyfile"
        written.write_text("{\n\tadmin off\n}\n" + chosen.caddyfile.read_text())
        proxy = subprocess.Popen(
            [caddy, "run", "--adapter", "caddyfile", "--config", str(written)],
            env=os.environ | {"BASE_URL": f"http://127.0.0.1:{port}", "SITE": f"127.0.0.1:{site.port}"},
            stderr=(folder / "caddy.log").open("wb"),
        )
        site.asked_port = port
        site.wait_until_up()
        status = report(*measured(site, chosen), chosen)
        print("said by the proxy:", dict(errors_in(folder / "caddy.log")))
        return status
    finally:
        if proxy is not None:
            proxy.terminate()
            proxy.wait()
        site.close()
        shutil.rmtree(folder, ignore_errors=True)


def measured(site: Site, chosen: argparse.Namespace) -> tuple[Ledger, list[float]]:
    """Return what clients were told, and how many seconds each restart took until the site itself answered."""
    ledger, away = Ledger(site), []
    pool = ThreadPoolExecutor(max_workers=IN_FLIGHT)

    def restart() -> None:
        for number in range(chosen.restarts):
            time.sleep(max(0.0, start + (number + 0.5) * chosen.seconds / chosen.restarts - time.monotonic()))
            begun = time.monotonic()
            site.stop()
            site.serve(workers=2)
            away.append(time.monotonic() - begun)

    start = time.monotonic()
    restarting = threading.Thread(target=restart)
    restarting.start()
    for number in range(chosen.rate * chosen.seconds):
        time.sleep(max(0.0, start + number / chosen.rate - time.monotonic()))
        pool.submit(one, ledger, number)
    pool.shutdown()
    restarting.join()
    return ledger, away


def errors_in(log: Path) -> Counter[str]:
    """Return how often the proxy said what of requests that failed, addresses left out."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return Counter(
        f"{line['request']['method']} {re.sub('[0-9]+', 'N', line['msg'])}"
        for line in lines
        if "request" in line
    )


def report(ledger: Ledger, away: list[float], chosen: argparse.Namespace) -> int:
    """Print the figures and return the exit status."""
    sent = sum(ledger.statuses.values())
    failed = sum(count for status, count in ledger.statuses.items() if status == "lost" or int(status) >= 500)
    print(
        f"{sent} requests at {chosen.rate}/s, {len(away)} restarts of {min(away):.1f} to {max(away):.1f} s: "
        f"{dict(ledger.statuses)}, longest answer {max(ledger.seconds):.1f} s, {failed} failed "
        f"({1000 * failed / sent:.2f} in 1,000)"
    )
    differences = ledger.differences()
    print(f"{len(ledger.acknowledged)} acknowledged writes; differences {differences[:5]}")
    return 0 if failed <= MOST_FAILED * sent and not differences else 1


if __name__ == "__main__":
    raise SystemExit(main())
