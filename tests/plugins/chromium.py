"""Finds the Chromium that browser tests drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """Return the path of CHROMIUM, of a Chromium on the path, or of Playwright's own; else None."""
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or _downloaded()


def _downloaded() -> str | None:
    """Return the newest Chromium that `playwright install chromium` left on this machine."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
    found += sorted(folder.glob("chromium-*/chrome-mac*/*.app/Contents/MacOS/*"))
    return str(found[-1]) if found else None


if __name__ == "__main__":
    raise SystemExit(0 if executable() else 1)
