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
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from pipelines.database.compare import Difference, compare_databases
from pipelines.database.file import DATABASE, existing_database
from pipelines.database.remake import Made, make_database, remove_database
from pipelines.database.replace import replace_rows
from pipelines.database.selection import Selection
from pipelines.database.store import Store
from pipelines.disk import sync
from pipelines.progress import Advance, silent

LOCK = "rebuild.lock"


class RebuildError(RuntimeError):
    """Why nothing was rebuilt, in one sentence."""


def rebuild(
    home: Path,
    jobs: int = 1,
    advance: Advance = silent,
    selection: Selection | None = None,
) -> dict[str, Any]:
    """Make ``HOME/gongkai.db`` anew, or a selection of its rows; returns ``MadeBeside.result``.
    Raises as ``made_beside``."""
    with made_beside(home, jobs, advance, selection) as made:
        made.replace_present()
    return made.result


def rebuild_locked(home: Path, jobs: int, advance: Advance) -> dict[str, Any]:
    """``rebuild`` of all rows, for who holds ``rebuild_lock``."""
    with _beside(home, jobs, advance, None) as made:
        made.replace_present()
    return made.result


@contextmanager
def made_beside(
    home: Path, jobs: int, advance: Advance, selection: Selection | None = None
) -> Iterator[MadeBeside]:
    """A new database beside the present one, removed at the end where it has not taken its place.
    Only one process at a time may have one: raises RebuildError. Of a selection it raises also
    NothingSelected, and NoArchive where there is no database.
    """
    with rebuild_lock(home), _beside(home, jobs, advance, selection) as made:
        yield made


@contextmanager
def rebuild_lock(home: Path, *, wait: bool = False) -> Iterator[None]:
    """Held by the one process that may make a database anew. Where another has it: ``wait`` for its
    end, or RebuildError."""
    lock = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RebuildError(f"another rebuild of {home} is running; wait for its end") from error
        yield
    finally:
        os.close(lock)


@contextmanager
def _beside(
    home: Path, jobs: int, advance: Advance, selection: Selection | None
) -> Iterator[MadeBeside]:
    started = time.monotonic()
    new = home / f"{DATABASE}.new"
    try:
        made = make_database(home, new, jobs, advance, selection)
        yield MadeBeside(home, new, selection, made, started)
    finally:
        remove_database(new)


class MadeBeside:
    """A new database of an archive, or of a selection of its addresses, that has not yet taken the
    place of the present rows.

    ``result`` counts what was made (files, captures, reports, seconds), and has in ``torn`` a
    sentence on each stretch of a WARC file that holds no whole record.
    """

    def __init__(
        self, home: Path, path: Path, selection: Selection | None, made: Made, started: float
    ) -> None:
        self.result: dict[str, Any] = {
            "files": made.files,
            "captures": made.captures,
            "reports": made.reports,
            "torn": made.torn,
            "seconds": time.monotonic() - started,
        }
        self._home = home
        self._path = path
        self._selection = selection
        self._started = started

    def differences(self) -> Iterator[Difference]:
        """What it says otherwise than the present one, cell by cell."""
        return compare_databases(existing_database(self._home), self._path)

    def replace_present(self) -> None:
        """Put it in the place of the present database, in one step; of a selection its rows, in one
        transaction. Who has the old database open goes on reading it."""
        present = self._home / DATABASE
        if self._selection:
            with Store.open(self._home) as store:
                replace_rows(store, self._path, self._selection)
        else:
            _take_over_frontier(self._path, present)
            sync(self._path)
            _empty_log(present)
            remove_database(present, only_logs=True)
            os.replace(self._path, present)
            sync(self._home)
        self.result["seconds"] = time.monotonic() - self._started


def _empty_log(database: Path) -> None:
    """Have a database file hold all that its log does, so that it is whole without it; of one that
    is damaged nothing is kept anyway."""
    if database.exists():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


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
