"""Whether the process and its database answer; for a proxy or a supervisor, not for people."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from episodes.middleware.audience import audience
from episodes.models import unprotected_tables


@audience("public")
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 while the process can answer; the database is not asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@audience("public")
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 when the database answers and all migrations are applied, else 503.

    On PostgreSQL every table with diaries must also have row security.
    """
    try:
        executor = MigrationExecutor(connection)
        ready = not executor.migration_plan(executor.loader.graph.leaf_nodes()) and not unprotected_tables()
    except DatabaseError:
        ready = False
    return HttpResponse(
        "ready\n" if ready else "not ready\n", status=200 if ready else 503, content_type="text/plain"
    )
