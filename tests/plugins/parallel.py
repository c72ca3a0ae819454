"""Runs functions in threads that begin together, each with a database connection of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections


def together(functions, *, threads=32):
    """Return the results in order; an exception is returned in the place of its function's result.

    `threads` functions run at any moment; the first ones wait for each other before they begin.
    """
    first = min(threads, len(functions))
    gate = threading.Barrier(first)

    def run(number, function):
        if number < first:
            gate.wait(timeout=60)
        try:
            return function()
        except Exception as error:  # a result to be counted by the test, not to be lost in a thread
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=first) as pool:
        waiting = [pool.submit(run, number, function) for number, function in enumerate(functions)]
        return [future.result() for future in waiting]
