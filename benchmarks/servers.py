"""The servers that are measured: the shipped one and a bare one, started alike; what they cost in CPU and memory."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One granian with one worker and one thread, as `manage.py serve` starts it. `seconds`: until it answered."""

    def __init__(self, application: str, environment: dict[str, str], ready: str) -> None:
        self.port = free_port()
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asginl",
            "--no-ws",
            "--log-level",
            "error",
        ]
        command += [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--http",
            "1",
        ]
        command += ["--workers-kill-timeout", "2", application]
        start = time.perf_counter()
        self._process = subprocess.Popen(
            command, env=os.environ | environment | {"THREADS": "1"}, stderr=subprocess.DEVNULL
        )
        self._wait_for(ready, start)
        self.seconds = time.perf_counter() - start
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def _wait_for(self, path: str, start: float) -> None:
        while time.perf_counter() - start < START_SECONDS:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.005)
        self.stop()
        raise RuntimeError("the server did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)

    @property
    def worker(self) -> int:
        """Return the process that answers: the child of the one that was started."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return max(map(int, children), key=_resident)

    def request(
        self, method: str, path: str, fields: dict[str, list[str]] | None = None
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Return status, body and headers; cookies are kept, redirects are not followed, the connection stays."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields, doseq=True)
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # an idle connection was closed before anything was read
            self._connection.close()
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, content, response.headers

    def ok(
        self, method: str, path: str, fields: dict[str, list[str]] | None = None, status: int = 200
    ) -> bytes:
        answered, content, _headers = self.request(method, path, fields)
        if answered != status:
            raise RuntimeError(f"{method} {path} answered {answered}: {content[:500]!r}")
        return content

    def cpu(self) -> float:
        """Return the milliseconds of CPU that the worker has used, all its threads, to the nanosecond."""
        time.sleep(0.002)  # the answer is sent before the worker rests
        used = 0
        for task in Path(f"/proc/{self.worker_once}/task").iterdir():
            used += int((task / "schedstat").read_text().split()[0])
        return used / 1e6

    @property
    def worker_once(self) -> int:
        if not hasattr(self, "_worker"):
            self._worker = self.worker
        return self._worker

    def pss(self) -> float:
        """Return the memory of the worker in MiB, shared pages counted by share."""
        return memory_of(self.worker_once)


def _resident(process: int) -> int:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1])


def memory_of(process: int) -> float:
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    if found is None:
        raise RuntimeError("this system does not tell shared memory by share")
    return int(found[1]) / 1024


class Controls(HTMLParser):
    """The fields that a browser would send from the form that posts, as it was rendered."""

    def __init__(self, page: bytes, form_id: str = "") -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._form_id, self._inside, self._area = form_id, False, ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id", "") == self._form_id
        name = given.get("name")
        if not self._inside or not name:
            return
        if tag == "textarea":
            self.fields[name] = [""]
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.fields.setdefault(name, []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
