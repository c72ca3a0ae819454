"""The files a browser gets: one set of colours, and vendored files as they were vendored."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_admin_and_the_pages_share_one_set_of_colours():
    """The admin loads tokens.css alone; the pages load one file, which begins with the same text."""
    tokens = (ROOT / "static/css/tokens.css").read_text()
    assert (ROOT / "static/css/site.css").read_text().startswith(tokens)


def test_vendored_files_are_what_the_manifest_says():
    check = subprocess.run(
        [sys.executable, "tools/vendor.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_every_vendored_package_brings_its_licence():
    folders = [folder for folder in (ROOT / "static/vendor").iterdir() if folder.is_dir()]
    assert folders
    for folder in folders:
        assert list(folder.glob("LICENSE*")) or list(folder.glob("OFL*")), folder.name
