"""A file of the database as the site reads it."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from pipelines.site.answers import Answers


class Snapshot:
    """One file with its open connections, one a thread; they are closed when nobody is bound to it
    any more. ``key`` tells it from the files published before and after it. ``answers`` keeps the
    last that it gave, where it is immutable."""

    def __init__(self, path: Path, key: tuple[int, int], immutable: bool, answers: Answers) -> None:
        self.path = path
        self.key = key
        self.immutable = immutable
        self.answers = answers
        self._mode = "immutable=1" if immutable else "mode=ro"
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        weakref.finalize(self, _close_all, self._open)

    def open(self) -> sqlite3.Connection:
        """A new connection, which any thread may use and close."""
        return sqlite3.connect(
            f"file:{quote(str(self.path))}?{self._mode}", uri=True, check_same_thread=False
        )

    def connection(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        """This thread's connection; a new one is prepared as Datasette wants it."""
        if not hasattr(self._own, "connection"):
            connection = self.open()
            self._open.append(connection)
            prepare(connection)
            self._own.connection = connection
        found: sqlite3.Connection = self._own.connection
        return found


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()
