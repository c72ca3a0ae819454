"""`manage.py anchor_audit`: copy the head of every audit chain to the place outside the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from episodes.audit.anchor import OFF, anchor, current_heads
from episodes.operations.maintenance import in_maintenance, need_database


class Command(BaseCommand):
    help = "Write the newest row number and hash of every audit chain to AUDIT_ANCHOR."

    @in_maintenance()
    def handle(self, **options: Any) -> None:
        need_database()
        if settings.AUDIT_ANCHOR == OFF:
            raise CommandError("AUDIT_ANCHOR is off: name a file or syslog.")
        heads = current_heads()
        if not anchor(heads, timezone.now()):
            raise CommandError(f"The heads could not be written to {settings.AUDIT_ANCHOR}.")
        self.stdout.write(f"Wrote the heads of {len(heads)} chains to {settings.AUDIT_ANCHOR}.")
