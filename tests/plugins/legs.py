"""Runs the suite on SQLite, on PostgreSQL and in Chromium at once: `python -m pytest --legs all`.

One pytest session, one summary line: each leg is a worker process of pytest-xdist (`--dist each`)
with its own LEG, so a test that runs on both databases counts twice. The browser leg is
`tests/browser/`, the other two are everything else. A leg that cannot run is named as "not run",
and fails the session where CI is set. Without `--legs`, pytest runs what it is given on LEG.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.plugins import chromium, postgresql

BROWSER_TESTS = Path(__file__).resolve().parent.parent / "browser"
DATABASE_OF_LEG = {"sqlite": "sqlite", "postgresql": "postgresql", "browser": "sqlite"}
ALL_LEGS = ",".join(DATABASE_OF_LEG)
NOT_RUN: list[str] = []  # what tests of this process could not do on this machine, in words
reports_key = pytest.StashKey["LegReports"]()


def pytest_addoption(parser):
    parser.addoption(
        "--legs",
        default="",
        help=f"run these legs side by side: all, or some of {ALL_LEGS}",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Start one worker for each leg that can run on this machine."""
    if not config.option.legs or config.option.collectonly or hasattr(config, "workerinput"):
        return  # a worker has its leg and must never start workers of its own
    legs = (ALL_LEGS if config.option.legs == "all" else config.option.legs).split(",")
    if unknown := set(legs) - set(DATABASE_OF_LEG):
        raise pytest.UsageError(f"no such leg: {', '.join(sorted(unknown))} (there are {ALL_LEGS})")
    reports = LegReports(legs, {leg: reason for leg in legs if (reason := _why_not(leg))})
    config.pluginmanager.register(reports)
    config.stash[reports_key] = reports
    config.option.dist = "each"
    config.option.tx = [f"popen//env:LEG={leg}" for leg in legs if leg not in reports.not_run]
    if not config.option.tx:
        raise pytest.UsageError("no leg can run on this machine")


def _why_not(leg: str) -> str:
    """Return why a leg cannot run here, or an empty text if it can."""
    if leg == "postgresql" and "TEST_POSTGRESQL_URL" not in os.environ and not postgresql.server_programs():
        return "no PostgreSQL server programs found (set PG_BINDIR)"
    if leg == "browser" and not chromium.executable():
        return "no Chromium found (set CHROMIUM)"
    return ""


def pytest_collection_modifyitems(config, items):
    """Keep the tests of this worker's leg."""
    if not config.option.legs:
        return
    in_browser = os.environ["LEG"] == "browser"
    kept = [item for item in items if item.path.is_relative_to(BROWSER_TESTS) == in_browser]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def pytest_sessionfinish(session):
    """Tell the main process on which database this worker really was."""
    if hasattr(session.config, "workeroutput"):
        from django.db import connection

        session.config.workeroutput["database"] = connection.vendor
        session.config.workeroutput["not_run"] = NOT_RUN


class LegReports:
    """Counts results by leg in the main process and prints them above pytest's own summary line."""

    def __init__(self, legs: list[str], not_run: dict[str, str]) -> None:
        self.legs = legs
        self.not_run = not_run
        self.outcomes = {leg: Counter() for leg in legs}
        self.databases: dict[str, str] = {}
        self.parts_not_run: list[str] = []

    @staticmethod
    def _leg_of(node) -> str:
        return node.gateway.spec.env["LEG"]

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            self.outcomes[self._leg_of(report.node)][report.outcome] += 1

    def pytest_testnodedown(self, node, error):
        output, leg = getattr(node, "workeroutput", {}), self._leg_of(node)
        self.databases[leg] = output.get("database", "nothing")
        self.parts_not_run += [f"{leg}: not run: {words}" for words in output.get("not_run", [])]

    def problems(self) -> list[str]:
        """Return one sentence for each leg that did not do what its name says."""
        problems = [f"{leg}: not run: {reason}" for leg, reason in self.not_run.items()]
        for leg in self.legs:
            expected, actual = DATABASE_OF_LEG[leg], self.databases.get(leg)
            if leg not in self.not_run and actual != expected:
                problems.append(f"{leg}: ran on {actual or 'nothing'} instead of {expected}")
        return problems

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        fatal = [p for p in self.problems() if "not run" not in p or os.environ.get("CI")]
        if fatal and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.section("legs")
        for leg in self.legs:
            if leg not in self.not_run:
                counts = self.outcomes[leg]
                words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in sorted(counts, reverse=True))
                terminalreporter.write_line(f"{leg}: {words or 'no tests'} on {self.databases.get(leg)}")
        for problem in [*self.problems(), *self.parts_not_run]:
            terminalreporter.write_line(problem, red=True)
