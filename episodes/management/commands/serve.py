"""`manage.py serve`: bring the database up to date and serve the site until Ctrl-C."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from episodes.models import User
from episodes.operations import listen
from episodes.operations.metrics import forget
from episodes.operations.unfinished import unfinished_restore
from episodes.web.listening import reaches_others, refusal_to_others

MAX_CONNECTIONS = (
    4096  # of each process, waiting ones included: they hold no thread, but a file descriptor each
)


class Command(BaseCommand):
    help = "Migrate, collect static files and serve the site (HOST, PORT; default 127.0.0.1:8000)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument("--workers", type=int, default=1, help="processes (default 1)")
        parser.add_argument(
            "--threads", type=int, default=settings.THREADS, help="per process (THREADS; default 4)"
        )

    def handle(self, *args: Any, host: str, port: str, workers: int, threads: int, **options: Any) -> None:
        if not listen.is_given():
            refuse_busy_port(host, port)
        refuse_others(host)
        if reason := unfinished_restore():
            raise CommandError(f"Crampdiary does not start: {reason}")
        os.umask(0o077)  # a diary on disk is for its owner alone
        try:
            for folder in (settings.STATIC_ROOT, settings.METRICS_DIR):
                os.makedirs(folder, exist_ok=True)
            forget()
        except OSError as error:
            raise CommandError(
                f"{error.filename} cannot be written ({error.strerror}): check DATA_DIR, STATIC_ROOT and METRICS_DIR."
            ) from None
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        next_step = "log in" if User.objects.exists() else "sign up"
        self.stdout.write(
            f"\nCrampdiary is ready: {settings.BASE_URL}\n"
            f"Open this address in a browser, {next_step}, and write last night.\n"
            "Messages such as password resets appear below. Ctrl-C stops it.\n"
        )
        self.stdout.flush()
        permit_connections()
        os.environ["THREADS"] = str(threads)
        os.environ["PYTHONUNBUFFERED"] = "1"  # a reset link must not wait in a buffer
        os.execv(sys.executable, server_command(host, port, workers))  # noqa: S606 - a list of our own, no shell


def server_command(host: str, port: str, workers: int) -> list[str]:
    """Return the words that start the web server itself, without preparing anything."""
    module = "episodes.operations.listen"
    server = [sys.executable, "-m", module, "--interface", "asginl", "--no-ws", "--log-level", "error"]
    server += ["--host", host, "--port", port]
    # Version 1 alone: it has a time-out for headers (30 s). Nobody speaks version 2 without TLS, nor a proxy with us.
    server += ["--workers", str(workers), "--http", "1"]
    server += ["--backlog", str(MAX_CONNECTIONS), "--backpressure", str(MAX_CONNECTIONS)]
    server += ["--respawn-failed-workers"]  # else the site ends with the first worker that the system kills
    # What is under way at a stop is finished: no request takes longer (the database's time limits).
    server += ["--workers-kill-timeout", "25"]
    return [*server, settings.WSGI_APPLICATION.replace(".wsgi.application", ".worker:application")]


def refuse_others(host: str) -> None:
    """Raise CommandError where the address that is listened on is open to others and they may not come in."""
    if not reaches_others(host):
        return
    if refusal := refusal_to_others():
        raise CommandError(f"Crampdiary does not start on HOST={host}: {refusal}")
    if not settings.IS_HTTPS and settings.IS_LOOPBACK:  # else the settings have said so
        sys.stderr.write("Warning: plain http; everybody on this network can read the diary.\n")


def permit_connections() -> None:
    """Let the server, which this process becomes, open as many files as its connections need, where that is allowed."""
    if sys.platform == "win32":
        return
    import resource

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MAX_CONNECTIONS if most == resource.RLIM_INFINITY else min(2 * MAX_CONNECTIONS, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def refuse_busy_port(host: str, port: str) -> None:
    """Raise CommandError where the address cannot be listened on, before anything is changed."""
    try:
        address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    except (ValueError, OverflowError, socket.gaierror):
        raise CommandError(f"HOST={host} PORT={port} is no address: use for example PORT=8080.") from None
    with socket.socket(address[0], address[1]) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address[4])
        except OSError:
            free = int(port) + 80
            raise CommandError(f"Port {port} is in use: stop what runs there, or use PORT={free}.") from None
