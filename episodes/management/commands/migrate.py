"""`manage.py migrate`, on PostgreSQL as the owner of the tables: the web role may not change shapes."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from episodes.operations.maintenance import in_maintenance


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with in_maintenance():
            super().handle(*args, **options)
