"""The site of these tests, and the figures that they print at the end.

`FAULTS=full` (what `make faults` sets) runs every fault as often as docs/operations.md says, `FAULTS=20` at most
20 times; without it each runs a few times, so that it fits into `make test`.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.faults.cluster import FaultyCluster
from tests.faults.ledger import Ledger
from tests.faults.site import Site
from tests.plugins.legs import DATABASE_OF_LEG, NOT_RUN
from tests.plugins.postgresql import server_programs

ASKED = os.environ.get("FAULTS", "")
FULL = bool(ASKED)
MOST = int(ASKED) if ASKED.isdecimal() else 10_000
ON_SQLITE = DATABASE_OF_LEG[os.environ["LEG"]] == "sqlite"
# Of the web process, whatever the database: in the suite on SQLite alone, in `make faults` on both.
collect_ignore = [] if ON_SQLITE or FULL else ["test_clock.py", "test_stop.py"]
SMALL_DISK_MB = 400
FIGURES = []


def times(few, full):
    """Return how often a fault is made: `few` in the suite, `full` in `make faults`."""
    return min(full, MOST) if FULL else few


@contextlib.contextmanager
def small_disk():
    """Yield a folder on a file system of its own, in memory; an ordinary one where nothing may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    size = f"size={SMALL_DISK_MB}m,mode=0755"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, text=True
    )
    if done.returncode:
        folder.chmod(0o755)
        NOT_RUN.append(f"disk full: no file system can be mounted here ({done.stderr.strip()})")
    try:
        yield folder
    finally:
        if not done.returncode:
            subprocess.run(["umount", "--lazy", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def settled():
    """A site with its people, made once; tests use the fixture `site`."""
    with small_disk() as folder:
        cluster = None
        if not ON_SQLITE:
            # A short log, so that the small disk holds it also after a long run.
            sizes = {"max_wal_size": "96MB", "min_wal_size": "32MB"}
            cluster = FaultyCluster(server_programs(), place=folder, **sizes).start()
        site = Site(folder, cluster)
        try:
            site.settle(8)
            yield site
        finally:
            site.close()


@pytest.fixture
def site(settled):
    """The site, with nothing running; what a test has started is ended after it."""
    yield settled
    if settled.process is not None and settled.process.poll() is None:
        settled.kill()


@pytest.fixture
def ledger(site):
    return Ledger(site)


@pytest.fixture
def figure():
    """Return a function that keeps one line for the end of the run."""
    return lambda line: FIGURES.append(f"{os.environ['LEG']}: {line}")


def pytest_terminal_summary(terminalreporter):
    if FIGURES or NOT_RUN:
        terminalreporter.section("faults")
        for line in [*FIGURES, *(f"{os.environ['LEG']}: not run: {words}" for words in NOT_RUN)]:
            terminalreporter.write_line(line)
