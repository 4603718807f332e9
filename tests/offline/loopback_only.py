"""Keeps tests off the network: only loopback may be connected to, only its names looked up.

What is refused fails as it would on a machine without a network, and is remembered in ``refused``,
so that a test whose code swallows the error fails all the same. Names under ``.invalid`` are for
tests of names that do not resolve.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

refused: list[str] = []

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_sendto = socket.socket.sendto
_getaddrinfo = socket.getaddrinfo


def enforce() -> None:
    """From now on, in this process."""
    socket.socket.connect = _guarded(_connect)  # type: ignore[method-assign]
    socket.socket.sendto = _guarded(_sendto)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = _guarded_getaddrinfo


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if reason := _refusal(self, arguments[-1]):
            raise OSError(errno.ENETUNREACH, reason)
        return method(self, *arguments)

    return guarded


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    return errno.ENETUNREACH if _refusal(self, address) else _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    if name == "localhost" or _address(name):
        return _getaddrinfo(host, *arguments, **options)
    if not name.endswith(".invalid"):
        refused.append(f"tests may look up no name but localhost, not {name}")
    raise socket.gaierror(socket.EAI_NONAME, f"no look-ups in tests: {name}")


def _refusal(sock: socket.socket, address: Any) -> str | None:
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or _is_loopback(address[0]):
        return None
    reason = f"tests may connect to loopback only, not to {address[0]}:{address[1]}"
    refused.append(reason)
    return reason


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address.is_loopback if address else host in ("localhost", "")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
