"""`manage.py migrate`, on PostgreSQL as the owner of the tables: the web role may not change shapes."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from episodes.operations.maintenance import in_maintenance, need_version_0_1


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with in_maintenance():
            need_version_0_1()
            super().handle(*args, **options)
