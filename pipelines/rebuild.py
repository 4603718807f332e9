"""The database again, from the WARC files alone: all of it, or the rows of some addresses.

The archive is the truth and the database is derived from it: every row of every table comes back
with its ids. Only the frontier, what is still to fetch, is no part of what was printed; it is taken
over from the old database where that can still be read.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.disk import sync
from pipelines.remake import Advance, Made, make_database, remove_database
from pipelines.replace import replace_rows
from pipelines.selection import Selection
from pipelines.store import DATABASE, Store

_LOCK = "rebuild.lock"


class RebuildError(RuntimeError):
    """Why nothing was rebuilt, in one sentence."""


def rebuild(
    home: Path,
    jobs: int = 1,
    advance: Advance = lambda _done, _total: None,
    selection: Selection | None = None,
) -> dict[str, Any]:
    """Make ``HOME/gongkai.db`` anew and put it in the old one's place when it is whole; with a
    selection, make its rows anew beside the database and put them in the place of the old ones,
    all in one transaction.

    Returns counts (files, captures, reports, seconds) and ``torn``: a sentence on each stretch of a
    file that holds no whole record. Who has the old database open goes on reading it. Raises
    RebuildError, and NoArchive where a selection finds no database.
    """
    started = time.monotonic()
    with made_beside(home, jobs, advance, selection) as (new, made):
        with sqlite3.connect(new) as conn:
            reports = conn.execute("SELECT count(*) FROM reports").fetchone()[0]
        conn.close()
        if selection:
            with Store.open(home) as store:
                replace_rows(store, new, selection)
        else:
            _take_over_frontier(new, home / DATABASE)
            sync(new)
            remove_database(home / DATABASE, only_logs=True)
            os.replace(new, home / DATABASE)
            sync(home)
    return {
        "files": made.files,
        "captures": made.captures,
        "reports": reports,
        "torn": made.torn,
        "seconds": time.monotonic() - started,
    }


@contextmanager
def made_beside(
    home: Path, jobs: int, advance: Advance, selection: Selection | None
) -> Iterator[tuple[Path, Made]]:
    """A new database beside the present one, with what went into it; gone afterwards, if nobody
    has moved it. One at a time. Raises RebuildError."""
    new = home / f"{DATABASE}.new"
    lock = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RebuildError(f"another rebuild of {home} is running; wait for its end") from error
        try:
            yield new, make_database(home, new, jobs, advance, selection)
        finally:
            remove_database(new)
    finally:
        os.close(lock)


def _take_over_frontier(new: Path, old: Path) -> None:
    """Copy what is still to fetch, so that a crawl that was cut off goes on where it was."""
    if not old.exists():
        return
    with Store.open_file(new) as store:
        try:
            store.conn.execute("ATTACH ? AS old", [f"file:{old}?mode=ro"])
            # The old one may be of an earlier version, with fewer columns.
            found = store.conn.execute("SELECT name FROM pragma_table_info('frontier', 'old')")
            columns = ", ".join(name for (name,) in found)
            store.conn.execute(
                f"INSERT INTO frontier ({columns}) SELECT {columns} FROM old.frontier"
                " WHERE portal IN (SELECT id FROM portals)"
                " AND (run IS NULL OR run IN (SELECT id FROM runs))"
            )
        except sqlite3.DatabaseError:
            # The old database is damaged, which may be why it is made anew. The next crawl walks
            # the list pages again and finds what is missing.
            pass
        # Of this database alone: the old one may have a log that a crash left.
        store.conn.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
