"""Whether the process and what it needs answer; for a proxy, a supervisor or whoever watches, not for people."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from episodes.models import unprotected_tables
from episodes.operations.metrics import prometheus_text
from episodes.web.audience import audience
from episodes.web.failures import log_database_failure

MIB = 1024 * 1024


@audience("public")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 while the process can answer; the database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@audience("public")
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 when nothing is amiss, else 503, with a line for each thing looked at.

    The database answers, its migrations are applied, on PostgreSQL every table with diaries has row
    security, and beside the data there is room.
    """
    checks = _database() | {"disk": "ok" if _has_room() else "almost full"}
    ready = all(word == "ok" for word in checks.values())
    lines = ["ready" if ready else "not ready", *(f"{name}: {word}" for name, word in checks.items())]
    return HttpResponse("\n".join(lines) + "\n", status=200 if ready else 503, content_type="text/plain")


@audience("public")
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return counts of all workers for whoever sends METRICS_TOKEN as a bearer token; otherwise no such page."""
    sent = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    return HttpResponse(prometheus_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _database() -> dict[str, str]:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        bare = unprotected_tables()
    except DatabaseError:
        log_database_failure()
        return {"database": "does not answer"}
    return {
        "database": "ok",
        "migrations": "not all applied: run migrate" if waiting else "ok",
        "row security": "missing: run migrate" if bare else "ok",
    }


def _has_room() -> bool:
    """Return whether there is room beside SQLite's file; a database elsewhere watches its own disk."""
    place = next(place for place in (settings.DATA_DIR, *settings.DATA_DIR.parents) if place.exists())
    return shutil.disk_usage(place).free >= settings.LEAST_FREE_MIB * MIB
