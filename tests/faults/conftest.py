"""The site of these tests, and the figures that they print at the end.

`FAULTS=full` (what `make faults` sets) runs every fault as often as docs/operations.md says; without it
each runs a few times, so that it fits into `make test`.
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
from tests.plugins.legs import DATABASE_OF_LEG
from tests.plugins.postgresql import server_programs

FULL = os.environ.get("FAULTS") == "full"
ON_SQLITE = DATABASE_OF_LEG[os.environ["LEG"]] == "sqlite"
FIGURES = []


def times(few, full):
    """Return how often a fault is made: `few` in the suite, `full` in `make faults`."""
    return full if FULL else few


def make_site(folder, **settings):
    cluster = None
    if not ON_SQLITE:
        place = folder if settings.pop("inside", False) else None
        cluster = FaultyCluster(server_programs(), place=place, **settings).start()
    return Site(folder, cluster)


@pytest.fixture(scope="package")
def settled(tmp_path_factory):
    """A site with its people, made once; tests use the fixture `site`."""
    site = make_site(tmp_path_factory.mktemp("site"))
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
    if FIGURES:
        terminalreporter.section("faults")
        for line in FIGURES:
            terminalreporter.write_line(line)
