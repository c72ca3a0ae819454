"""`make bench`: prints every measured ratio beside its goal and writes benchmarks/latest.json.

A claim is a ratio measured in one interleaved run, in CPU time; an absolute time is only a reading.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread, before numpy is loaded

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.factor_analysis import measured_rows

MET: dict[object, str] = {True: "met", False: "MISSED", None: "-"}  # None: not measured, `how` says why
LATEST = Path(__file__).with_name("latest.json")


def rows_of_process(module: str) -> list[dict[str, object]]:
    """Return the rows that a measurement prints as JSON: it needs settings of its own."""
    done = subprocess.run([sys.executable, "-m", module], stdout=subprocess.PIPE, check=True, text=True)
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def main() -> int:
    """Return 0 when no measured row missed its goal, else 1. --table: print it as Markdown too."""
    rows = measured_rows()
    for module in ("benchmarks.pages", "benchmarks.exchange", "benchmarks.row_security"):
        rows += rows_of_process(module)
    LATEST.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        print(
            f"{row['name']:<{width}}  goal {row['goal']:<42} measured {row['measured']:<42} {MET[row['met']]}"
        )
    if "--table" in sys.argv:
        print(*as_table(rows), sep="\n")
    return 1 if any(row["met"] is False for row in rows) else 0


def as_table(rows: list[dict[str, object]]) -> list[str]:
    """Return the rows as docs/performance.md prints them."""
    lines = ["| Operation | Goal | Measured | | How |", "|---|---|---|---|---|"]
    return lines + [
        f"| {row['name']} | {row['goal']} | {row['measured']} | {MET[row['met']]} | {row['how']} |"
        for row in rows
    ]


if __name__ == "__main__":
    sys.exit(main())
