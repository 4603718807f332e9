"""The database itself as one SQLite file."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.database.file import DATABASE, open_to_read
from pipelines.export.source import Source
from pipelines.progress import Advance

FILE = DATABASE
MEDIATYPE = "application/vnd.sqlite3"

_BLOCK = 1 << 24


def copy_database(source: Source, folder: Path, advance: Advance) -> Path:
    """The published snapshot byte for byte; of a live database, a compact copy as of one moment.
    Raises OSError."""
    target = folder / FILE
    if source.is_published:
        _copy(source.path, target, advance)
        return target
    with closing(open_to_read(source.path)) as conn:
        try:
            conn.execute("VACUUM INTO ?", [str(target)])
        except sqlite3.OperationalError as error:
            is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
            reason = os.strerror(errno.ENOSPC) if is_full else str(error)
            raise OSError(errno.ENOSPC if is_full else errno.EIO, reason, str(target)) from error
    return target


def _copy(source: Path, target: Path, advance: Advance) -> None:
    size, done = source.stat().st_size, 0
    with source.open("rb") as whole, target.open("wb") as copy:
        while block := whole.read(_BLOCK):
            copy.write(block)
            done += len(block)
            advance(done, size)
