"""`manage.py import_diary USER FILE [--dry-run]`: bring a diary in, as on the web page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from episodes.exchange.apply import carry_out
from episodes.exchange.formats.problems import JSON_BYTES, FileRefused
from episodes.exchange.formats.uploads import recognised
from episodes.exchange.messages import STAYS_IN_THE_FILE, problem_in_words, refusal_in_words, setting_value
from episodes.exchange.plan import Plan, plan_import
from episodes.exchange.uploads import diary_of, keep_upload
from episodes.management.commands.export_diary import sibling
from episodes.models import acting_as
from episodes.operations.accounts import account_in_use

CHANGES = {
    "new": "added",
    "same": "the same already, left as it is",
    "kept": "another night of this date is there, left as it is (--replace writes over it)",
    "replaced": "written over the night of this date",
}


SETTING_CHANGES = {
    "new": "added",
    "kept": "another choice is there, left as it is (--replace writes over it)",
    "replaced": "written over",
}


class Command(BaseCommand):
    help = "Bring FILE into the diary of USER: a ZIP, JSON or FHIR file, or nights.csv with what stands beside it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="user name or e-mail")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="say line by line what would change, and change nothing"
        )
        parser.add_argument(
            "--replace", action="store_true", help="write over nights and settings that are there"
        )

    def handle(self, *, user: str, file: Path, dry_run: bool, replace: bool, **options: Any) -> None:
        """Write everything that can be read, or say why nothing was."""
        account = account_in_use(user)
        now = timezone.now()
        try:
            with translation.override("en"), acting_as(account), transaction.atomic():
                upload = recognised(_read(file))
                if upload.kind == "table":
                    raise CommandError(
                        "This spreadsheet has columns of its own: bring it in on the page, where you say what they mean."
                    )
                kept = keep_upload(upload=upload, now=now, by=account)
                diary = diary_of(kept)
                if dry_run:
                    plan = plan_import(diary, replace=replace, now=now, by=account)
                    kept.delete()
                else:
                    plan = carry_out(
                        kept=kept, diary=diary, replace=replace, now=now, by=account, for_operator=True
                    )
                self._tell(plan, kind=kept.format, each_line=dry_run, verbosity=options["verbosity"])
        except FileRefused as refused:
            raise CommandError(f"{file}: {refusal_in_words(refused)}") from None
        except DatabaseError:
            raise CommandError("The diary could not be written: nothing was changed.") from None

    def _tell(self, plan: Plan, *, kind: str, each_line: bool, verbosity: int) -> None:
        for problem in plan.problems:
            self.stderr.write(problem_in_words(problem))
        if plan.unread:
            self.stderr.write(f"These columns are not read: {', '.join(plan.unread)}.")
        if each_line or verbosity > 1:
            for line in plan.lines:
                self.stdout.write(f"Line {line.line}, {line.date}: {CHANGES[line.change]}")
            for setting in plan.settings:
                if setting.change != "same":
                    value = setting_value(setting.name, setting.after)
                    self.stdout.write(f"Setting {setting.name}, {value}: {SETTING_CHANGES[setting.change]}")
        if kind == "json":
            self.stdout.write(str(STAYS_IN_THE_FILE))
        counts = plan.counts
        told = ", ".join(f"{counts[change]} {change}" for change in CHANGES)
        added = [
            f"{len(plan.habits.new)} own habits",
            *(f"{len(each.rows)} {each.part}" for each in plan.facts),
            f"{plan.copies.count} earlier copies",
            f"{sum(line.is_written for line in plan.settings)} settings",
        ]
        self.stdout.write(
            f"Nights: {told}. Also new: {', '.join(added)}. Not readable: {len(plan.problems)} lines."
        )


def _read(file: Path) -> list[bytes]:
    """Return the bytes of a file and of those that an export wrote beside it, never more than the limit."""
    files = [file]
    if file.suffix.lower() not in (".zip", ".json"):
        beside = (sibling(file, name) for name in ("episodes.csv", "own_habits.csv"))
        files += [each for each in beside if each.is_file() and each != file]
    try:
        return [_bytes_of(each) for each in files]
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None


def _bytes_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(JSON_BYTES + 1)
