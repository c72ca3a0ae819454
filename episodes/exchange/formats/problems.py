"""What can be wrong with a file: as codes and values; the words for them are made one row higher."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

CSV_BYTES = 2 * 1024 * 1024
JSON_BYTES = 32 * 1024 * 1024
MOST_NIGHTS = 5_000
MOST_EPISODES = 20_000
MOST_COLUMNS = 300
LONGEST_COLUMN = 200
MOST_LEVELS_DEEP = 32
MOST_PROBLEMS = 200
"""So many bad lines are named; a file with more of them is another kind of file."""


class FileRefused(Exception):
    """The whole file cannot be taken; code and values say why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class CellRefused(ValueError):
    """One value cannot be stored; `code` says why, `values` what would be allowed."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Problem:
    """One line that is left out. line: of the file, or the number of the entry; part: nights, episodes, ..."""

    line: int
    code: str
    field: str = ""
    value: str = ""
    part: str = "nights"
    values: dict[str, object] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", printable(self.value))


def printable(text: str) -> str:
    """Return a text of a file as any page can show it: half a character becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
