"""`manage.py createcachetable`, on PostgreSQL as the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import createcachetable

from episodes.operations.maintenance import in_maintenance


class Command(createcachetable.Command):
    def handle(self, *tablenames: list[str], **options: Any) -> None:
        with in_maintenance():
            super().handle(*tablenames, **options)
