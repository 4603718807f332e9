"""The database file of an archive: where it lies, and how it is opened and asked."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipelines.database.schema import migrate
from pipelines.divisions import load_divisions

DATABASE = "gongkai.db"


class NoArchive(ValueError):
    """There is no database to open: one sentence that says what to do."""


def existing_database(home: Path) -> Path:
    """The database file of an archive; raises NoArchive where there is none."""
    database = home / DATABASE
    if not database.exists():
        _refuse_to_double(home)
        raise NoArchive(
            f"there is no archive at {home}; make one with `gongkai demo` or `gongkai crawl`, "
            "or name another with --home"
        )
    return database


def has_warc_files(home: Path) -> bool:
    """Whether anything was archived at ``home``."""
    return any((home / "warc").glob("*.warc.gz"))


def make_home(home: Path) -> Path:
    """The database file of an archive that is there or is to begin at ``home``, made where needed.

    Raises NoArchive where WARC files lie there without a database: with an empty one beside them,
    everything would be archived twice.
    """
    home.mkdir(parents=True, exist_ok=True)
    if not (home / DATABASE).exists():
        _refuse_to_double(home)
    return home / DATABASE


def open_to_write(path: Path) -> sqlite3.Connection:
    """A database file, made where there is none and brought to this version's tables; each
    statement outside a transaction commits by itself. Raises sqlite3.Error."""
    conn = sqlite3.connect(path, timeout=30, isolation_level=None)
    with _one_at_a_time(path.parent):
        conn.execute("PRAGMA journal_mode = WAL")
        # A power failure may undo the last transactions but never corrupts the file; what it
        # undoes is in the WARC files, and is indexed and read again at the next start.
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA foreign_keys = ON")
        migrate(conn)
        load_divisions(conn)
    return conn


def open_to_read(path: Path) -> sqlite3.Connection:
    """A database file, which must be there; nothing can be written to it. Raises sqlite3.Error."""
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)


def select(
    conn: sqlite3.Connection, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> list[dict[str, Any]]:
    """All rows of a query, each as column → value."""
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def insert(conn: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Put in rows with all columns of a table, in their order."""
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        conn.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _refuse_to_double(home: Path) -> None:
    if has_warc_files(home):
        raise NoArchive(
            f"the archive at {home} has WARC files and no database; `gongkai rebuild` makes it anew"
        )


@contextmanager
def _one_at_a_time(directory: Path) -> Iterator[None]:
    """While one process makes or migrates a database, others that open it wait: SQLite itself lets
    no one wait for the change to WAL, and migrations are not one transaction."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
