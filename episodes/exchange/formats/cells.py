"""Cells of our CSV files: safe in a spreadsheet, and exactly what they were after reading them back."""

from __future__ import annotations

import re

# A spreadsheet runs a cell that begins with one of these as a formula, also in their wide and small forms.
_RUNS = "[=+\\-@−＋－＝＠﹢﹣﹦﹫\t\r\n]"
# Where a cell may begin: a program that takes another separator than ours begins one inside our cell too.
_BEGINS = "(?:^|(?<=[;\t\r\n]))"
# What stands before it: quotes, and blanks and signs without a width, which a program may cut off. None of them
# begins or runs a cell, so that a long cell is read through once.
_BEFORE = "['\0-\x08\x0b\x0c\x0e- \x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*"
_RISKY = re.compile(f"{_BEGINS}(?={_BEFORE}{_RUNS})")
_DEFUSED = re.compile(f"{_BEGINS}'(?={_BEFORE}{_RUNS})")


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a quote goes before it, also before quotes of its own."""
    return _RISKY.sub("'", cell)


def restored(cell: str) -> str:
    """Return the cell that `defused` was given."""
    return _DEFUSED.sub("", cell)
