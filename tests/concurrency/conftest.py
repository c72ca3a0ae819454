"""Devices that talk HTTP to the product's own server: granian, two processes, on the test database."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.conftest import log_in
from tests.plugins.postgresql import as_role

CSRF = "c" * 32


class Device:
    """One logged-in browser without a screen: `send(path, fields)` returns (status, text)."""

    def __init__(self, address, user):
        client = log_in(Client(), user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._address = address
        self._cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"

    def send(self, path, fields, *, accept="application/json"):
        connection = http.client.HTTPConnection(self._address, timeout=100)
        headers = {
            "Accept": accept,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self._cookies,
            "X-CSRFToken": CSRF,
        }
        try:
            connection.request("POST", path, urllib.parse.urlencode(fields), headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def read(self, path):
        """Return (status, text) of a page."""
        connection = http.client.HTTPConnection(self._address, timeout=100)
        try:
            connection.request("GET", path, headers={"Cookie": self._cookies})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def write(self, date, outcome="no_cramps", *, version=0, accept="application/json", **fields):
        """Send the whole form of one night; an answer in JSON comes back parsed."""
        form = {
            "outcome": outcome,
            "version": version,
            "episodes-TOTAL_FORMS": 0,
            "episodes-INITIAL_FORMS": 0,
        }
        status, text = self.send(f"/nights/{date}/", form | fields, accept=accept)
        return status, json.loads(text) if accept == "application/json" and text.startswith("{") else text


@pytest.fixture(scope="package")
def server(django_db_setup):
    """Return host:port of a running server; it ends before the test database does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--no-ws", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--http", "1"]
    process = subprocess.Popen(
        [*command, "crampdiary.worker:application"],
        env={**os.environ, "DATABASE_URL": url_of_test_database(), "THREADS": "8"},
    )
    try:
        wait_until_served("127.0.0.1", port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def url_of_test_database():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return as_role("cramp_app", database=name)


def wait_until_served(host, port, seconds=30):
    deadline = time.monotonic() + seconds
    while True:
        attempt = http.client.HTTPConnection(host, port, timeout=5)
        try:
            attempt.request("GET", "/healthz")
            attempt.getresponse().read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            attempt.close()


@pytest.fixture
def device(server, transactional_db):
    """Return a function that makes a device of a user: every call is another device."""
    return lambda user: Device(server, user)
