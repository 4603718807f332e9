"""A database that is missing or damaged is made anew before anything is added to the archive.

An empty one beside WARC files would have everything fetched and stored a second time.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pipelines.archive.archiving import warc_directory
from pipelines.archive.moments import any_lane_is_taken
from pipelines.database.file import DATABASE, has_warc_files, open_to_read
from pipelines.database.rebuild import rebuild_lock, rebuild_locked
from pipelines.progress import Advance, silent

_DISK = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
)
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class ArchiveInUse(ValueError):
    """The database cannot be made anew while a process writes to the archive: one sentence."""


class Mended(NamedTuple):
    """Why the database was made anew, whether that was damage, and what came of it."""

    why: str
    damaged: bool
    result: str


def mend_database(
    home: Path,
    *,
    thorough: bool = False,
    advance: Advance = silent,
) -> Mended | None:
    """Make the database anew where there are WARC files and none that can be used; None where
    nothing had to be done.

    ``thorough`` reads all of the database to see whether it is damaged. Of processes that come here
    at the same time one does the work, and the others wait. Raises ArchiveInUse, OSError and
    sqlite3.Error.
    """
    if not has_warc_files(home) or not _trouble(home / DATABASE, thorough):
        return None
    with rebuild_lock(home, wait=True):
        why = _trouble(home / DATABASE, thorough)
        if why is None:
            return None
        if any_lane_is_taken(warc_directory(home)):
            raise ArchiveInUse(
                f"{why} and a process is writing to the archive at {home}: when it has ended, "
                "`gongkai rebuild` makes the database anew"
            )
        damaged = (home / DATABASE).exists()
        made = rebuild_locked(home, os.cpu_count() or 1, advance)
    torn = "".join(f"; {sentence}" for sentence in made["torn"])
    return Mended(
        why,
        damaged,
        f"it was made anew from {made['files']:,} WARC files: {made['captures']:,} captures, "
        f"{made['reports']:,} reports, {made['seconds']:.0f} s{torn}",
    )


def next_step(error: sqlite3.Error) -> str:
    """What a person is to do where the database could not be used: a clause."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it says more than is needed
    if code in _DISK:
        return "see that the disk is there, writable and not full"
    if code in _IN_USE:
        return "another process is at work on it: try again when that has ended"
    return "`gongkai rebuild` makes it anew from the archive"


def _trouble(database: Path, thorough: bool) -> str | None:
    """Why a database cannot be used, if it cannot; None also where only the disk is to blame."""
    if not database.exists() or not database.stat().st_size:
        return "the database is missing"
    try:
        with closing(open_to_read(database)) as conn:
            conn.execute("SELECT 1 FROM captures LIMIT 1").fetchone()
            said = "ok"
            if thorough:
                [said] = conn.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        said = "ok" if code in (*_DISK, *_IN_USE) else str(error)
    return None if said == "ok" else f"the database is damaged ({said})"
