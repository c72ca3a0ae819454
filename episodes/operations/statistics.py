"""Numbers for operators, read from the replica where there is one; no row of a diary is read.

The replica runs behind the primary, so nothing that a consent or an audit entry decides may be read there: this is
the only module that names it.
"""

from __future__ import annotations

import datetime as dt

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from episodes.models import User

REPLICA = "replica"


def operator_statistics() -> dict[str, int]:
    """Return numbers by name. Of health tables the planner's own estimate, which needs no look at a row."""
    alias = REPLICA if REPLICA in connections.databases else DEFAULT_DB_ALIAS
    people = User.objects.using(alias)
    numbers = {
        "accounts": people.count(),
        "accounts switched off": people.filter(is_active=False).count(),
        "clinicians": people.filter(is_active=True, is_clinician=True).count(),
        "operators": people.filter(is_active=True, is_superuser=True).count(),
        "logged in within 30 days": people.filter(
            last_login__gte=timezone.now() - dt.timedelta(days=30)
        ).count(),
    }
    if connections[alias].vendor == "postgresql":
        numbers |= _estimates(alias)
    return numbers


def _estimates(alias: str) -> dict[str, int]:
    tables = [model._meta.db_table for model in apps.get_app_config("episodes").get_models()]
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class "
            "WHERE oid = ANY (%s::regclass[]) ORDER BY relname",
            [tables],
        )
        rows = {f"about rows in {table}": number for table, number in cursor.fetchall()}
        cursor.execute("SELECT pg_database_size(current_database())")
        ((size,),) = cursor.fetchall()
    return {**rows, "bytes of the database": size}
