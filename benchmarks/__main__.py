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

LATEST = Path(__file__).with_name("latest.json")


def rows_of_process(module: str) -> list[dict[str, object]]:
    """Return the rows that a measurement prints as JSON: it needs settings of its own."""
    done = subprocess.run([sys.executable, "-m", module], stdout=subprocess.PIPE, check=True, text=True)
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def main() -> int:
    """Return 0 when every measured row met its goal, else 1."""
    rows = (
        measured_rows() + rows_of_process("benchmarks.exchange") + rows_of_process("benchmarks.row_security")
    )
    LATEST.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        print(
            f"{row['name']:<{width}}  goal {row['goal']:<26} measured {row['measured']:<30} {'met' if row['met'] else 'MISSED'}"
        )
    return 0 if all(row["met"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
