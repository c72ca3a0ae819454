"""Finds the Firefox that walks are walked in, beside Chromium."""

from __future__ import annotations

import os
import shutil

NAMES = ("firefox-esr", "firefox")


def executable() -> str | None:
    """Return the path of FIREFOX or of a Firefox on the path; else None."""
    given = os.environ.get("FIREFOX")
    return (
        shutil.which(given) if given else next((path for name in NAMES if (path := shutil.which(name))), None)
    )


if __name__ == "__main__":
    raise SystemExit(0 if executable() else 1)
