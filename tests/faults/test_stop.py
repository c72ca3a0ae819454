"""Stopping the server: what is under way is finished and told, and then it ends."""

import contextlib
import os
import signal
import sqlite3
import threading
import time

import psycopg
import pytest

from tests.faults.conftest import FULL, ON_SQLITE

WAIT = 3  # seconds that a write is held up after the stop was asked for


@contextlib.contextmanager
def held_up(site, person):
    """Keep what every write of this person's diary must have, until the block ends."""
    if ON_SQLITE:
        with contextlib.closing(sqlite3.connect(site.file, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")
        return
    key = int.from_bytes(bytes.fromhex(person.id)[8:], "big", signed=True)
    with psycopg.connect(site.owner_url) as owner:
        owner.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        yield


@pytest.mark.parametrize("how", ["term", "ctrl-c"])
def test_a_write_under_way_is_finished_and_told_before_the_server_ends(site, ledger, figure, how):
    """SIGTERM to the server as a supervisor does; Ctrl-C to all of it, as a terminal does."""
    site.serve_again()
    person = site.patients[0]
    with held_up(site, person):
        writer = threading.Thread(target=ledger.write_night, args=(person,))
        writer.start()
        time.sleep(1)
        began = time.monotonic()
        if how == "term":
            site.process.terminate()
        else:
            os.killpg(site.process.pid, signal.SIGINT)
        time.sleep(WAIT)
    writer.join()
    status = site.process.wait(timeout=30)
    ended = time.monotonic() - began

    assert [sent.acknowledged for sent in ledger.sent] == [True]
    assert status == 0
    assert ended < WAIT + 5
    with pytest.raises(OSError):
        site.ask("GET", "/healthz", timeout=2)
    assert ledger.differences() == []
    figure(
        f"{how} with a write of {WAIT + 1} s under way: told and stored, ended {ended - WAIT:.1f} s after it"
    )


def test_a_killed_server_leaves_no_worker_behind(site):
    """A worker that stays would keep the port, and the next start would be refused."""
    site.serve_again()
    workers = site.worker_pids
    site.process.kill()
    site.process.wait()

    deadline = time.monotonic() + 20
    while any(os.path.exists(f"/proc/{pid}") for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(workers) == 1


if FULL:

    def test_a_stop_under_load_loses_nothing(site, ledger, figure):
        site.serve_again()
        with ledger.writers(site.patients[:4]):
            ledger.wait_for_success(time.monotonic())
            time.sleep(0.5)
            began = time.monotonic()
            site.process.terminate()
            status = site.process.wait(timeout=30)
            ended = time.monotonic() - began
            site.serve_again()
            ledger.wait_for_success(time.monotonic())

        assert status == 0
        assert ledger.differences() == []
        figure(
            f"SIGTERM under load: {len(ledger.acknowledged)} acknowledged writes there, ended after {ended:.1f} s"
        )


ORPHAN = """
import multiprocessing, os, sys, time

def work():
    while os.getppid() == server:
        time.sleep(0.01)
    import crampdiary.worker
    print("goes on", flush=True)

server = os.getpid()
multiprocessing.get_context("fork").Process(target=work).start()
os._exit(0)
"""


def test_a_worker_whose_server_is_gone_before_it_has_begun_ends_too(site):
    done = site.run("-c", ORPHAN)
    assert "goes on" not in done.stdout
    assert "The server of this worker has ended." in done.stderr
