"""Refuses every outbound connection of a test process, except to this machine itself."""

from __future__ import annotations

import ipaddress
import sys

LOCAL_NAMES = {"localhost", "", None}


class OutboundConnection(RuntimeError):
    """A test tried to reach another machine."""


def _is_local(host: object) -> bool:
    host = host.decode() if isinstance(host, bytes) else host
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_local(address[0]):
            raise OutboundConnection(f"Tests stay on this machine: refused {address!r}.")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"} and not _is_local(arguments[0]):
        raise OutboundConnection(f"Tests stay on this machine: refused to look up {arguments[0]!r}.")


sys.addaudithook(_guard)
