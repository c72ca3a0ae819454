"""`manage.py send_consent_notices`: mail patients whose sharing ends soon, and what could not be sent before."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from episodes.audit.notices import send_consent_notices
from episodes.operations.maintenance import need_database


class Command(BaseCommand):
    help = (
        "Send the mails about sharing that are due. Run it once a day, or more often: nothing is sent twice."
    )

    def handle(self, **options: Any) -> None:
        need_database()
        done = send_consent_notices(now=timezone.now())
        self.stdout.write(f"{done.sent} sent.")
        if done.failed:
            raise CommandError(f"{done.failed} could not be sent; the next run tries again.")
