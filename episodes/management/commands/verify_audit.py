"""`manage.py verify_audit`: say whether any audit row was changed, removed, moved or cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from episodes.audit.anchor import OFF, SYSLOG, Head, heads_in
from episodes.audit.check import BrokenChain, check_audit
from episodes.operations.maintenance import in_maintenance, need_database

SENTENCES = {
    "missing": "row {sequence} is missing.",
    "changed": "row {sequence} was changed.",
    "moved": "row {sequence} does not follow the row before it.",
    "tail": "rows after row {sequence} are missing; the anchor knows them.",
    "rewritten": "row {sequence} is another one than the anchor knows.",
}


class Command(BaseCommand):
    help = "Check every audit chain against itself and against the heads kept outside (exit 0 or 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            metavar="FILE",
            action="append",
            default=[],
            help="lines of an anchor to check against; may be given again (default: the file in AUDIT_ANCHOR)",
        )

    @in_maintenance()
    def handle(self, *, anchor: list[str], **options: Any) -> None:
        need_database()
        files = [Path(name) for name in anchor] or self._usual_file()
        heads: list[Head] = []
        for file in files:
            heads += self._read(file)
        check = check_audit(heads)
        for broken in check.broken:
            self.stdout.write(_sentence(broken))
        if not files:
            self.stdout.write("No anchor was read: a cut-off end cannot be seen without one.")
        if check.broken:
            raise CommandError(f"{len(check.broken)} of {len(check.heads)} chains are broken.")
        self.stdout.write(
            f"{check.rows} rows in {len(check.heads)} chains are whole; {len(heads)} anchored heads agree."
        )

    def _usual_file(self) -> list[Path]:
        if settings.AUDIT_ANCHOR in (SYSLOG, OFF):
            return []
        path = Path(settings.AUDIT_ANCHOR)
        return [path] if path.exists() else []

    def _read(self, path: Path) -> list[Head]:
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                heads, unreadable = heads_in(lines)
        except OSError as error:
            raise CommandError(f"The anchor {path} cannot be read: {error.strerror}.") from None
        if unreadable:
            self.stdout.write(f"{unreadable} lines of {path} cannot be read.")
        return heads


def _sentence(broken: BrokenChain) -> str:
    return f"Patient {broken.patient_id}: {SENTENCES[broken.what].format(sequence=broken.sequence)}"
