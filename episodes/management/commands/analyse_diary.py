"""`manage.py analyse_diary`: the factor analysis of spreadsheets, without account and database."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from episodes.stats.associations.analysis import analyse
from episodes.stats.associations.analysis_input import FactorKind
from episodes.stats.associations.diary_file import DiaryFileError, read_diary, read_kinds
from episodes.stats.associations.result_file import result_text

WRONG_ARGUMENTS = 2


class Command(BaseCommand):
    help = "Analyse diaries kept in CSV files; write one result JSON per file."
    requires_system_checks = []  # some checks ask the database, and this command needs none

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="DIARY.csv")
        parser.add_argument(
            "--kinds", type=Path, metavar="KINDS.json", help="kinds of habits, by column name"
        )
        parser.add_argument("--out-dir", type=Path, metavar="DIR", help="where the .result.json files go")

    def handle(
        self, *, files: list[Path], kinds: Path | None, out_dir: Path | None, **options: object
    ) -> None:
        """Write all results, or, when one file cannot be read, none."""
        to_standard_output = len(files) == 1 and out_dir is None
        targets = [(out_dir or file.parent) / f"{file.stem}.result.json" for file in files]
        if len(set(targets)) < len(targets):
            raise CommandError(
                "Two of the files would write the same result file.", returncode=WRONG_ARGUMENTS
            )
        declared = _kinds(kinds)
        texts = [_result_of(file, declared) for file in files]
        if to_standard_output:
            self.stdout.write(texts[0], ending="")
            return
        _write_all(dict(zip(targets, texts, strict=True)))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8 text.") from None


def _kinds(path: Path | None) -> dict[str, FactorKind]:
    if path is None:
        return {}
    try:
        return read_kinds(_read(path))
    except DiaryFileError as error:
        raise CommandError(f"{path}: {error}") from None


def _result_of(path: Path, kinds: dict[str, FactorKind]) -> str:
    try:
        return result_text(analyse(read_diary(_read(path), kinds)))
    except DiaryFileError as error:
        raise CommandError(f"{path}: {error}") from None


def _write_all(texts: dict[Path, str]) -> None:
    """Write every file beside its place first, then move all of them into place."""
    waiting: dict[Path, Path] = {}
    try:
        for target, text in texts.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", text=False)
            waiting[target] = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            waiting[target].chmod(0o644 & ~_umask())
        for target, ready in waiting.items():
            ready.replace(target)
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from None
    finally:
        for ready in waiting.values():
            ready.unlink(missing_ok=True)


def _umask() -> int:
    """Return the process's umask; mkstemp makes files that only we can read, a result is an ordinary file."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
