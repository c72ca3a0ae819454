"""The site or its database goes away and comes back, or somebody keeps what others wait for, under steady requests."""

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.faults.conftest import FULL, ON_SQLITE, times
from tests.faults.test_stop import held_up

pytestmark = pytest.mark.timeout(1800 if times(0, 1) else 120)
RATE = 50  # requests a second


@contextlib.contextmanager
def steady(ledger, people, rate=RATE):
    """Send `rate` requests a second, answered or not: pages, nights, and the clinician's look at a diary."""
    over, pool = threading.Event(), ThreadPoolExecutor(max_workers=rate * 14)

    def one(number):
        person = people[number % len(people)]
        kind = number % 10
        if kind < 2:
            ledger.write_night(person)
        elif kind == 2:
            ledger.look(person)
        else:
            ledger.read(person, ("/", "/calendar/", "/remedies/", "/learn/")[number % 4])

    def send():
        start, number = time.monotonic(), 0
        while not over.is_set():
            pool.submit(one, number)
            number += 1
            time.sleep(max(0.0, start + number / rate - time.monotonic()))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()
        pool.shutdown()


if ON_SQLITE or FULL:

    def test_a_restart_refuses_nobody_where_the_socket_is_held(site, ledger, figure):
        """Held as ops/crampdiary.socket does; requests of every kind are sent all the while, without a proxy."""
        site.hold_socket()
        try:
            site.serve_again(workers=2)
            with steady(ledger, site.patients, rate=20):
                for _restart in range(2):
                    time.sleep(1)
                    site.stop()
                    time.sleep(1)
                    site.serve_again(workers=2)
                time.sleep(1)
            site.stop()
        finally:
            site.release_socket()

        assert set(ledger.statuses) <= {200, 302}, ledger.statuses
        assert ledger.differences() == []
        figure(f"2 restarts at 20 requests/s on a held socket: {dict(ledger.statuses)}, nobody refused")


if not ON_SQLITE:

    def test_a_restart_of_postgresql_is_503_for_a_while_and_loses_nothing(site, ledger, figure):
        """Stopped as hard as `pg_ctl -m immediate`, away for a moment, started again."""
        restarts, away, recovered = times(1, 5), times(1, 4), []
        site.serve_again(workers=2)
        with steady(ledger, site.patients):
            for _number in range(restarts):
                time.sleep(times(2, 10))
                site.cluster.stop_hard()
                time.sleep(away)
                site.cluster.launch()
                back = time.monotonic()
                recovered.append(ledger.wait_for_success(back))
            time.sleep(times(2, 10))

        assert ledger.differences() == []
        assert set(ledger.statuses) <= {200, 302, 503}
        assert max(recovered) <= 5
        figure(
            f"{restarts} x restart at {RATE} requests/s: {dict(ledger.statuses)}, longest answer "
            f"{max(ledger.seconds):.1f} s, recovered {max(recovered):.1f} s after it was back, "
            f"{len(ledger.acknowledged)} acknowledged writes there"
        )

    if FULL:  # each waits for as long as the product does

        def test_who_waits_for_a_lock_or_a_connection_is_told_in_bounded_time(site, ledger, figure):
            """One connection for all; somebody's diary is locked from outside, and others wait behind that."""
            ada, cleo = site.patients[:2]
            site.serve_again(threads=4, DATABASE_POOL_SIZE="1")
            with held_up(site, ada):
                waiting = [threading.Thread(target=ledger.write_night, args=(ada,)) for _n in range(2)]
                for thread in waiting:
                    thread.start()
                time.sleep(1)
                waiting.append(threading.Thread(target=ledger.write_night, args=(cleo,)))
                waiting[-1].start()
                assert site.ask("GET", "/healthz").status == 200
                for thread in waiting:
                    thread.join()
                assert ledger.statuses == {503: 3}
                assert max(ledger.seconds) < 20
                longest = max(ledger.seconds)
            ledger.write_night(ada)
            ledger.write_night(cleo)

            assert ledger.statuses == {503: 3, 200: 2}
            assert ledger.differences() == []
            figure(
                f"pool of 1 behind a locked diary: 503 for all three after at most {longest:.1f} s, then 200 at once"
            )

        def test_a_slow_database_is_503_and_not_a_hang(site, ledger, figure):
            """A table that every page needs is locked, as by a careless change of its shape."""
            site.serve_again()
            with psycopg.connect(site.owner_url) as owner:
                owner.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
                ledger.read(site.patients[0], "/")
            ledger.read(site.patients[0], "/")

            assert ledger.problems == []
            assert ledger.statuses == {503: 1, 200: 1}
            assert ledger.seconds[0] < 10
            figure(f"session table locked: 503 after {ledger.seconds[0]:.1f} s, then 200")

elif FULL:

    def test_who_waits_for_another_writer_is_told_in_bounded_time(site, ledger, figure):
        """SQLite: somebody keeps the write lock; reading goes on meanwhile."""
        site.serve_again()
        for person in site.patients[:2]:
            ledger.read(
                person, "/calendar/"
            )  # the first page of a day gives the session a new end, and writes too
        with held_up(site, site.patients[0]):
            writer = threading.Thread(target=ledger.write_night, args=(site.patients[0],))
            writer.start()
            time.sleep(0.5)
            assert ledger.read(site.patients[1], "/calendar/").status == 200
            writer.join()
        ledger.write_night(site.patients[0])

        assert ledger.statuses == {503: 1, 200: 4}
        assert max(ledger.seconds) < 25
        assert ledger.differences() == []
        figure(f"write lock kept: reads go on, the write is 503 after {max(ledger.seconds):.1f} s, then 200")
