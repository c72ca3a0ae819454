"""The site as the web server calls it: a thread is taken for making an answer, never for waiting for a network.

A request is read in full before it takes a thread, and its answer is sent after the thread is free again. So a
stranger who sends half of a request, or reads an answer byte by byte, holds a connection and nothing else. What is
large lies in a temporary file meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import unquote_to_bytes

MAX_IN_MEMORY_BYTES = 256 * 1024
MAX_BODY_BYTES = (
    34 * 1024 * 1024
)  # more than any page takes: whose body is larger is answered without reading it
MAX_BODY_SECONDS = 180.0  # 32 MiB at 1.5 Mbit/s
MAX_ANSWER_SECONDS = 600.0
PART_BYTES = 64 * 1024

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
File = SpooledTemporaryFile[bytes]


class Buffered:
    """An ASGI application around a WSGI one, which runs in `threads` threads."""

    def __init__(
        self, application: Application, *, threads: int, max_body_seconds: float = MAX_BODY_SECONDS
    ) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads)
        self._max_body_seconds = max_body_seconds

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        environ = environ_of(scope)
        length = environ.get("CONTENT_LENGTH", "")
        with File(MAX_IN_MEMORY_BYTES) as body, File(MAX_IN_MEMORY_BYTES) as answer:
            environ["wsgi.input"] = body
            if length.isdecimal() and int(length) <= MAX_BODY_BYTES:
                try:
                    async with asyncio.timeout(self._max_body_seconds):
                        if not await _arrived(body, receive):
                            return  # who asked has gone
                except TimeoutError:
                    return await _send_too_slow(send)
            loop = asyncio.get_running_loop()
            start = await loop.run_in_executor(self._threads, self._answer, environ, answer)
            async with asyncio.timeout(MAX_ANSWER_SECONDS):
                await send(start)
                while part := answer.read(PART_BYTES):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b""})

    def _answer(self, environ: Environ, answer: File) -> dict[str, Any]:
        """Return how the answer starts; what follows is in `answer` then."""
        start: dict[str, Any] = {"type": "http.response.start"}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            start["status"] = int(status.split(" ", 1)[0])
            start["headers"] = [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ]

        try:
            parts = self._application(environ, start_response)
            try:
                for part in parts:
                    answer.write(part)
            finally:
                if hasattr(parts, "close"):
                    parts.close()
        except Exception:  # the web server would print it with its words
            logger.exception("An answer could not be made.")
            answer.seek(0)
            answer.truncate()
            start.update(status=500, headers=[])
        answer.seek(0)
        return start


async def _arrived(body: File, receive: Receive) -> bool:
    """Return whether the whole body came and is in `body` now."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        body.write(message.get("body", b""))
        if not message.get("more_body", False):
            body.seek(0)
            return True


async def _send_too_slow(send: Send) -> None:
    words = b"The request did not arrive in time: send it again.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    await send(
        {"type": "http.response.start", "status": 408, "headers": [*headers, (b"connection", b"close")]}
    )
    await send({"type": "http.response.body", "body": words})


def environ_of(scope: dict[str, Any]) -> Environ:
    """Return the WSGI environment of an ASGI request, still without its body."""
    path = scope.get("raw_path") or scope["path"].encode()
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:  # would read as another header, one that a proxy has set
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ
