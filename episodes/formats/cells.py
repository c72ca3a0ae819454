"""Cells of our CSV files: safe in a spreadsheet, and exactly what they were after reading them back."""

from __future__ import annotations

import re

# A spreadsheet runs a cell that begins like this as a formula.
_RISKY = re.compile(r"'*[=+\-@\t\r\n]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n]")


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a quote goes before it, also before quotes of its own."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def restored(cell: str) -> str:
    """Return the cell that `defused` was given."""
    return cell[1:] if _DEFUSED.match(cell) else cell
