"""`manage.py restore PATH`: a backup into an empty place; who was erased since stays erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from episodes.accounts.erasure import read_ledger, replay, write_ledger
from episodes.models import ApiToken, CalendarLink, ReportLink
from episodes.operations.backup import BackupFailed, put_back, read_backup, refuse_if_not_empty
from episodes.operations.maintenance import in_maintenance
from episodes.operations.unfinished import until_finished


class Command(BaseCommand):
    help = (
        "Check the backup in PATH, put it into an empty database, migrate, erase again who was erased since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="PATH", type=Path, help="folder that `backup` made")
        parser.add_argument(
            "--ledger",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help="an erasure ledger from elsewhere; may be given again (ERASURE_LEDGER is always read)",
        )

        parser.add_argument(
            "--keep-links",
            action="store_true",
            help="nothing was written after the backup, as when you move: tokens and links go on working",
        )

    def handle(self, *, path: Path, ledger: list[Path], keep_links: bool, **options: Any) -> None:
        there = ""
        try:
            entries = _entries(ledger)
            manifest = read_backup(path)
            with in_maintenance():
                refuse_if_not_empty()
                with until_finished(_is_empty):
                    put_back(path, manifest)
                    there = " The database is filled, but erasures may be missing in it: empty it and begin again."
                    call_command("migrate", verbosity=0)
                    call_command("createcachetable", verbosity=0)
                    erased = replay(entries)
                    _end_sessions()
                    if not keep_links:
                        _end_links()
                    write_ledger()
        except (BackupFailed, ValueError) as error:
            raise CommandError(f"{error}{there}") from None
        except (DatabaseError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise CommandError(f"The backup could not be put back: {reason}.{there}") from None
        self.stdout.write(
            f"The backup of {manifest['made_at']} is back, every table as it was. {erased} erasures made since were "
            "done again; everybody logs in anew. Consents withdrawn since hold again, and so do accounts switched off, "
            "roles ended and passwords changed since: tell your patients, and end them again."
        )
        if not keep_links:
            self.stdout.write(
                "Tokens for programs, report links and calendar links are over and can be made anew."
            )
        if not entries:
            self.stdout.write("No erasure ledger was found: if you have one, begin again with --ledger FILE.")


def _is_empty() -> bool:
    try:
        refuse_if_not_empty()
    except (BackupFailed, DatabaseError):
        return False
    return True


def _end_sessions() -> None:
    """Log everybody out: a session that was ended since the backup would live again."""
    UserSession.objects.all().delete()
    Session.objects.all().delete()


def _end_links() -> None:
    """End everything that opens a diary without a log-in, for the same reason. Call in maintenance."""
    now = timezone.now()
    for model in (ApiToken, ReportLink):
        model.end_all(now)
    CalendarLink.objects.all().delete()


def _entries(ledgers: list[Path]) -> list[dict[str, Any]]:
    for path in ledgers:
        if not path.exists():
            raise BackupFailed(f"There is no erasure ledger {path}.")
    entries = [entry for path in (Path(settings.ERASURE_LEDGER), *ledgers) for entry in read_ledger(path)]
    return sorted(entries, key=lambda entry: entry["at"])
