"""`manage.py reported_looks`: the entries of *Who has looked* that patients reported as wrong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from episodes.audit.reports import reported_looks
from episodes.operations.maintenance import in_maintenance, need_database


class Command(BaseCommand):
    help = "List what patients reported as wrong in Who has looked, newest first."

    @in_maintenance()
    def handle(self, **options: Any) -> None:
        need_database()
        reports = reported_looks()
        for report in reports:
            entry = report.entry
            who = entry.actor_name or (str(entry.actor_id) if entry.actor_id else "the command line")
            self.stdout.write(
                f"{report.at:%Y-%m-%d %H:%M} UTC: {report.reporter} reported entry {entry.sequence}: "
                f"{entry.action} ({entry.outcome}) by {who}, {entry.actor_role}, {entry.at:%Y-%m-%d %H:%M} UTC, "
                f"request {entry.request_id or '-'}"
            )
        if not reports:
            self.stdout.write("Nobody has reported anything.")
