"""One night at a time: a lock that the kernel lets go of with the processes that hold it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FILE = "nightly.lock"


class NightRuns(ValueError):
    """Another night holds the lock: one sentence that says who, and since when."""


@dataclass(frozen=True)
class HeldLock:
    """``handle`` is to be inherited by what the night starts, so that nobody begins another while
    a crawl of this one still runs. ``cut_off``: when the night before began, if it never ended."""

    handle: int
    cut_off: str | None


@contextmanager
def night_lock(home: Path, started: str) -> Iterator[HeldLock]:
    """Hold ``HOME/nightly.lock``, which names the holder. Raises NightRuns or OSError.

    The file of a night that ended is empty; one that was killed leaves its name there.
    """
    handle = os.open(home / FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NightRuns(_said_of(_holder(handle), home)) from None
        before = _holder(handle).get("started")
        _write(handle, {"pid": os.getpid(), "host": socket.gethostname(), "started": started})
        yield HeldLock(handle, before)
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _holder(handle: int) -> dict[str, str]:
    try:
        found = json.loads(os.pread(handle, 4096, 0))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _write(handle: int, holder: dict[str, object]) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(holder).encode(), 0)


def _said_of(holder: dict[str, str], home: Path) -> str:
    return (
        f"a night is running on {home}: process {holder.get('pid', '?')} on "
        f"{holder.get('host', '?')}, or a crawl that it started, since "
        f"{holder.get('started', '?')}; nothing was done"
    )
