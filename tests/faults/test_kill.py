"""kill -9 in the middle of writes: of the web server, and of PostgreSQL."""

import os
import random
import signal
import time

import pytest

from tests.faults.conftest import ON_SQLITE, times

pytestmark = pytest.mark.timeout(7200 if times(0, 1) else 120)
SEED = 20261123


def a_moment(chance):
    """Wait until writes are under way, never the same time twice."""
    time.sleep(chance.uniform(0.15, 0.6))


def test_nothing_acknowledged_is_lost_when_the_web_server_is_killed(site, ledger, figure):
    """Once the worker alone, which the server replaces; then everything, started again as a supervisor does."""
    kills, chance, recovered = times(2, 200), random.Random(SEED), []
    site.serve_again()
    with ledger.writers(site.patients[:6]):
        ledger.wait_for_success(time.monotonic())
        for number in range(kills):
            a_moment(chance)
            killed = time.monotonic()  # an answer that is under way then may still arrive
            if number == 0:
                (worker,) = site.worker_pids
                os.kill(worker, signal.SIGKILL)
            else:
                site.kill()
                site.serve_again()
            recovered.append(ledger.wait_for_success(killed + 0.1))

    assert ledger.differences() == []
    assert site.stop() == 0
    figure(
        f"{kills} x kill -9 of the web server: {len(ledger.acknowledged)} acknowledged writes and "
        f"{len(ledger.looks)} audited readings there, once; {ledger.statuses['lost']} answers lost; "
        f"longest pause {max(recovered):.1f} s"
    )


if not ON_SQLITE:

    def test_nothing_acknowledged_is_lost_when_postgresql_is_killed(site, ledger, figure):
        """Turn by turn the connection that serves somebody, and the whole server, started again."""
        kills, chance, recovered = times(2, 200), random.Random(SEED), []
        site.serve_again()
        with ledger.writers(site.patients[:6]):
            ledger.wait_for_success(time.monotonic())
            for number in range(kills):
                a_moment(chance)
                killed = time.monotonic()
                if number % 2:
                    site.cluster.kill_one_connection()
                else:
                    site.cluster.kill()
                    site.cluster.launch()
                recovered.append(ledger.wait_for_success(killed + 0.05))

        assert ledger.differences() == []
        figure(
            f"{kills} x kill -9 of PostgreSQL: {len(ledger.acknowledged)} acknowledged writes and "
            f"{len(ledger.looks)} audited readings there, once; answers {dict(ledger.statuses)}; "
            f"longest pause {max(recovered):.1f} s"
        )
