"""`manage.py send_reminders`: send what is due now. Run it from cron every five minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from episodes.operations.maintenance import need_database
from episodes.reminders.sending import send_due


class Command(BaseCommand):
    help = "Send the reminders that are due now. Safe to run often, and twice at the same time."

    def handle(self, **options: Any) -> None:
        need_database()
        tally = send_due(now=timezone.now())
        if tally.failed:
            raise CommandError(f"{tally.sent} sent, {tally.failed} failed. The next runs try again, twice.")
        if options["verbosity"] > 1 or tally.sent:
            self.stdout.write(f"{tally.sent} sent.")
