"""How long each request took, by route: one log line, and counts for whoever watches the server.

Counts are kept per process and written to `METRICS_DIR` at most every `WRITE_SECONDS`, so that any worker can
tell the sum of all. Nothing here knows who asked, or for what night.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
WRITE_SECONDS = 5.0
log = logging.getLogger("crampdiary.request")

_lock = threading.Lock()
_counts: Counter[str] = Counter()
_written = 0.0


def route_of(request: HttpRequest | None) -> str:
    """Return the name of the route that answers, "-" where none does: a path could hold a secret."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "-") if match else "-"


def watch_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        seconds = time.perf_counter() - began
        route, method = route_of(request), request.method if request.method in METHODS else "OTHER"
        told = {
            "method": method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        }
        log.info("%(method)s %(route)s %(status)s %(ms)s ms", told, extra={"told": told})
        if settings.METRICS_TOKEN:
            count(f"{method}|{route}|{response.status_code // 100}xx", seconds)
        return response

    return middleware


METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}


def count(key: str, seconds: float) -> None:
    """Count one answer of `key`, "method|route|class of status"."""
    global _written
    bound = next((str(bound) for bound in BOUNDS if seconds <= bound), "+Inf")
    with _lock:
        if not _counts:
            atexit.register(write)
        _counts[f"n|{key}"] += 1
        _counts[f"le|{bound}"] += 1
        _counts["us"] += round(seconds * 1_000_000)
        is_due = time.monotonic() - _written > WRITE_SECONDS
        _written = time.monotonic() if is_due else _written
    if is_due:
        write()


def write() -> None:
    """Write this process's counts beside those of the others. A full disk costs counts, never a page."""
    folder = Path(settings.METRICS_DIR)
    with _lock:
        text = json.dumps(_counts)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        arriving = folder / f"{os.getpid()}.arriving"
        arriving.write_text(text)
        arriving.replace(folder / f"{os.getpid()}.json")
    except OSError as error:
        log.warning("Counts could not be written to METRICS_DIR: %s", type(error).__name__)


def forget() -> None:
    """Delete what an earlier run of the server counted: counters begin at zero, as their readers expect."""
    for file in Path(settings.METRICS_DIR).glob("*.json"):
        file.unlink(missing_ok=True)


def prometheus_text() -> str:
    """Return the counts of all processes in the text format of Prometheus 0.0.4."""
    write()
    total: Counter[str] = Counter()
    for file in sorted(Path(settings.METRICS_DIR).glob("*.json")):
        try:
            total.update(json.loads(file.read_text()))
        except (OSError, ValueError):
            continue
    lines = ["# HELP crampdiary_requests_total Answers by route.", "# TYPE crampdiary_requests_total counter"]
    for key in sorted(key for key in total if key.startswith("n|")):
        _n, method, route, status = key.split("|")
        labels = f'method="{method}",route="{route}",status="{status}"'
        lines.append(f"crampdiary_requests_total{{{labels}}} {total[key]}")
    name = "crampdiary_request_seconds"
    lines += [f"# HELP {name} Time to answer.", f"# TYPE {name} histogram"]
    up_to = 0
    for bound in (*map(str, BOUNDS), "+Inf"):
        up_to += total[f"le|{bound}"]
        lines.append(f'{name}_bucket{{le="{bound}"}} {up_to}')
    lines += [f"{name}_sum {total['us'] / 1_000_000}", f"{name}_count {up_to}"]
    return "\n".join(lines) + "\n"
