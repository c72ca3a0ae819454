"""Who can reach this server: what is safe on this machine alone is refused where others can reach it.

BASE_URL is what people type, and says nothing of what is listened on. `manage.py serve` knows its address and does not
start; under any other server the requests of others are refused.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def is_loopback(address: str) -> bool:
    """Return whether an IP address is of this machine alone."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def reaches_others(host: str) -> bool:
    """Return whether a server that listens on `host` answers others too. Raises socket.gaierror for no address."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return not all(is_loopback(str(entry[4][0])) for entry in found)


def refusal_to_others() -> str:
    """Return the sentence that says why nobody else may reach this server, empty where everybody may."""
    if settings.DEBUG:
        return "DEBUG=1 shows settings and source code to others: unset DEBUG, or listen with HOST=127.0.0.1."
    if not settings.IS_HTTPS and not settings.ALLOW_PLAIN_HTTP:
        return (
            "Over plain http everybody on the network can read the diary: set ALLOW_PLAIN_HTTP=1 if they may, "
            "set BASE_URL to https with a proxy in front, or listen with HOST=127.0.0.1."
        )
    return ""


def not_for_others(application: Application) -> Application:
    """Return the WSGI application that refuses requests from other machines where they may not reach this server."""
    refusal = refusal_to_others()
    if not refusal:
        return application

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        if not peer or is_loopback(peer):  # without an address: a socket in the file system
            return application(environ, start_response)
        words = f"{refusal}\n".encode()
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", str(len(words)))])
        return [words]

    return answer
