"""What an export reads: the database as readers are shown it, at one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pipelines.publish import published_at, served_database


class ExportError(ValueError):
    """Why nothing was written, in one sentence."""


@dataclass(frozen=True)
class Source:
    """An open database that does not change while it is read. ``moment`` (UTC) is when the
    published snapshot was made, or when the live database was opened."""

    conn: sqlite3.Connection
    path: Path
    moment: datetime
    is_published: bool

    @property
    def name(self) -> str:
        kind = "the published snapshot" if self.is_published else "the live database"
        return f"{kind} of {self.moment:%Y-%m-%d %H:%M} UTC"


@contextmanager
def open_source(home: Path) -> Iterator[Source]:
    """The published snapshot of an archive; where nothing has been published yet, the live database
    as it is at this moment. Raises NoArchive."""
    path = served_database(home).resolve()
    moment = published_at(home)
    mode = "ro" if moment is None else "ro&immutable=1"
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True)) as conn:
        # The first read fixes what all others see, whatever a crawl writes meanwhile.
        conn.execute("BEGIN")
        conn.execute("SELECT 1 FROM sqlite_master").fetchone()
        yield Source(conn, path, moment or datetime.now(UTC), moment is not None)
