"""Fill static/vendor/ from the locked npm packages, or check it against its manifest.

    make vendor                      npm ci, then copy the files named below and write MANIFEST.json
    python tools/vendor.py --check   compare every file with MANIFEST.json (needs nothing)

The result is committed, so that running and testing need no npm.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"

FONT = "@fontsource-variable/atkinson-hyperlegible-next"
# package, file inside it, file below static/vendor
FILES = (
    (
        FONT,
        "files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
        "atkinson-hyperlegible-next/latin-variable.woff2",
    ),
    (FONT, "LICENSE", "atkinson-hyperlegible-next/LICENSE"),
)
TEXT_SUFFIXES = {".css", ".js", ".mjs"}
SOURCE_MAP = re.compile(rb"[ \t]*/[/*]# sourceMappingURL=[^\n]*\n?")


def sha256(path: Path) -> str:
    """Return the SHA-256 of the file as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def locked_versions() -> dict[str, str]:
    """Return the version of every package in package-lock.json."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    prefix = "node_modules/"
    return {name.removeprefix(prefix): entry["version"] for name, entry in packages.items() if name}


def fill() -> None:
    """Copy the files that we serve from node_modules/, as `npm ci` left it, and write the manifest."""
    versions = locked_versions()
    entries = {}
    for package, source, target in FILES:
        content = (ROOT / "node_modules" / package / source).read_bytes()
        path = VENDOR / target
        if path.suffix in TEXT_SUFFIXES:
            # A map that we do not ship would break the hashed static storage.
            content = SOURCE_MAP.sub(b"", content)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        entries[target] = {"package": package, "version": versions[package], "sha256": sha256(path)}
    MANIFEST.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n")


def problems() -> list[str]:
    """Return one sentence for each file that is missing, changed or not in the manifest."""
    entries = json.loads(MANIFEST.read_text())
    present = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and path != MANIFEST
    }
    found = [f"{name} is missing." for name in sorted(entries.keys() - present)]
    found += [f"{name} is not in MANIFEST.json." for name in sorted(present - entries.keys())]
    found += [
        f"{name} differs from MANIFEST.json."
        for name in sorted(entries.keys() & present)
        if sha256(VENDOR / name) != entries[name]["sha256"]
    ]
    return found


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 when static/vendor/ stands as the manifest says."""
    if arguments != ["--check"]:
        fill()
    for problem in (found := problems()):
        sys.stderr.write(problem + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
