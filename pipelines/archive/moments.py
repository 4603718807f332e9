"""Moments as identities: captures and runs are named by the microsecond in which they happened."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

from pipelines.archive.capture import EPOCH

_EPOCH = int(EPOCH.timestamp()) * 1_000_000

LANES = 64
"""Processes that may write to one archive at once."""


_LONGEST_WAIT = 10_000


class Moments:
    """Gives moments that no other process writing to the same archive gives.

    Two processes can well finish two exchanges in the same microsecond. So each takes every 64th
    microsecond only, those of its own lane, which a lock (flock) on ``.writer-NN`` in the archive's
    directory keeps for it until ``close``. A moment is up to 64 µs off the clock. Raises OSError
    where 64 processes write already.
    """

    def __init__(self, directory: Path) -> None:
        self.lane, self._lock = _take_lane(directory)
        self._last = 0

    def next(self) -> int:
        """Now, in microseconds since ``EPOCH``, and later than every moment given before.

        Moments asked for faster than the lane has them are waited for: a moment of the future could
        be given again by the next process in this lane. Where the clock was set back, they go on
        from the last one instead.
        """
        clock = now()
        ahead = self._last + LANES - clock
        if 0 < ahead < _LONGEST_WAIT:
            time.sleep(ahead / 1_000_000)
            clock = now()
        self._last = max(clock - clock % LANES + self.lane, self._last + LANES)
        return self._last

    def close(self) -> None:
        """Let another process have the lane."""
        os.close(self._lock)


def lane_is_taken(directory: Path, lane: int) -> bool:
    """Whether a process writes in a lane of the archive. The lock of one that was killed is gone
    with it, also where process ids mean nothing, as between containers."""
    lock = os.open(_lock_of(directory, lane), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        # Shared: two that ask at the same time do not take each other for the writer.
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def any_lane_is_taken(directory: Path) -> bool:
    """Whether a process writes to the archive."""
    lanes = (int(path.name.rpartition("-")[2]) for path in directory.glob(".writer-*"))
    return any(lane_is_taken(directory, lane) for lane in lanes)


def _lock_of(directory: Path, lane: int) -> Path:
    return directory / f".writer-{lane:02d}"


def now() -> int:
    """The clock, in microseconds since ``EPOCH``."""
    return time.time_ns() // 1000 - _EPOCH


def _take_lane(directory: Path) -> tuple[int, int]:
    for lane in range(LANES):
        lock = os.open(_lock_of(directory, lane), os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return lane, lock
    raise OSError(errno.EUSERS, f"{LANES} processes write to this archive already", str(directory))
