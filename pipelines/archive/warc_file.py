"""A WARC file while it is being written, so that a crash loses no record that was whole.

A record goes to the kernel in one write, so the death of the process loses at most the one being
written. Power loss is another matter: the file is synced to disk every few seconds and when it is
finished, not after each record, because a sync takes longer than fetching a page and what the last
seconds lose is still on the portal.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

from pipelines.archive.manifest import enter


class WarcFile:
    """A new file at ``path``, locked (flock) until ``finish``; ``size`` in bytes.

    Making and each method may raise OSError. After a failed ``write`` the file is closed and ends
    with its last whole record.
    """

    def __init__(self, path: Path, sync_seconds: float) -> None:
        self.path = path
        self.size = 0
        self._sync_seconds = sync_seconds
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._sha256 = hashlib.sha256()
        self._synced = float("-inf")

    def write(self, data: bytes, *, at_once: bool = False) -> int:
        """Append whole records; returns the byte at which they begin. ``at_once``: the disk holds
        them then. The OSError names the file."""
        offset = self.size
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            self.size += len(data)
            self._sha256.update(data)
            if at_once or time.monotonic() - self._synced > self._sync_seconds:
                self.sync()
        except OSError as error:
            self._give_up()
            raise OSError(error.errno, error.strerror, str(self.path)) from error
        return offset

    def sync(self) -> None:
        """Have the disk hold what has been written."""
        os.fdatasync(self._file)
        self._synced = time.monotonic()

    def finish(self) -> None:
        """Close the file, and enter it in the manifest beside it."""
        try:
            self.sync()
            enter(self.path.parent, self.path.name, self.size, self._sha256.hexdigest())
        finally:
            os.close(self._file)

    def _give_up(self) -> None:
        """Leave the file with its last whole record; where even that fails, with a torn one, which
        the next start sets aside."""
        with suppress(OSError):
            os.ftruncate(self._file, self.size)
            if self.size == 0:
                self.path.unlink()
        os.close(self._file)
