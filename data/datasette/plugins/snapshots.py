"""The site takes up a newly published snapshot without a restart, and no request sees two of them.

Datasette opens a file once a thread and keeps it open. Here each request is bound, before anything
else, to the file that is published at that moment: all its queries, those of a streamed CSV too, go
to that file, and the next request may be bound to the next one. A file stays open until the last
request that is bound to it has ended.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database

from pipelines.publish import FOLDER, published_database, served_database
from pipelines.store import NoArchive

App = Callable[..., Awaitable[None]]
T = TypeVar("T")
NAME = "gongkai"


class Snapshot:
    """One file with its open connections, one a thread; they are closed when nobody is bound to it
    any more. ``key`` tells it from the files published before and after it."""

    def __init__(self, path: Path, key: tuple[int, int], immutable: bool) -> None:
        self.path = path
        self.key = key
        self._mode = "immutable=1" if immutable else "mode=ro"
        self._own = threading.local()
        self._open: list[sqlite3.Connection] = []
        weakref.finalize(self, _close_all, self._open)

    def connection(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        """This thread's connection; a new one is prepared as Datasette wants it."""
        if not hasattr(self._own, "connection"):
            # Closed by whichever thread lets go of the snapshot last.
            connection = sqlite3.connect(
                f"file:{quote(str(self.path))}?{self._mode}", uri=True, check_same_thread=False
            )
            self._open.append(connection)
            prepare(connection)
            self._own.connection = connection
        found: sqlite3.Connection = self._own.connection
        return found


def _close_all(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


_bound: ContextVar[Snapshot | None] = ContextVar("snapshot", default=None)


class ArchiveDatabase(Database):
    """The database of the archive at ``home``, whichever file holds it at the moment."""

    def __init__(self, datasette: Datasette, home: Path) -> None:
        self.home = home
        self._newest: Snapshot | None = None
        super().__init__(datasette, path=str(served_database(home)), is_mutable=True)

    def newest(self) -> Snapshot:
        """The file that is to be shown now; the last one known where there is none any more."""
        try:
            link = served_database(self.home)
            path = link.resolve(strict=True)
            found = path.stat()
        except (NoArchive, FileNotFoundError):
            if self._newest is None:
                raise
            return self._newest
        key = (found.st_dev, found.st_ino)
        if self._newest is None or self._newest.key != key:
            published = link == published_database(self.home)
            self._newest = Snapshot(path, key, immutable=published)
            self.path = str(link)
        return self._newest

    async def execute_fn(
        self, fn: Callable[[sqlite3.Connection], T], executor: Executor | None = None
    ) -> T:
        """Call ``fn`` with a connection to the request's file, in a thread of Datasette's or of
        ``executor``."""
        snapshot = _bound.get() or self.newest()

        def prepare(connection: sqlite3.Connection) -> None:
            self.ds._prepare_connection(connection, self.name)

        def in_thread() -> T:
            return fn(snapshot.connection(prepare))

        return await asyncio.get_running_loop().run_in_executor(
            executor or self.ds.executor, in_thread
        )


@hookimpl(tryfirst=True)
def startup(datasette: Datasette) -> None:
    """Put our database in the place of the one that Datasette made of the file it was given."""
    if NAME in datasette.databases:
        folder = Path(datasette.databases[NAME].path).absolute().parent
        home = folder.parent if folder.name == FOLDER else folder
        datasette.remove_database(NAME)
        datasette.add_database(ArchiveDatabase(datasette, home), name=NAME)


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def bound(scope: Any, receive: Any, send: Any) -> None:
            database = datasette.databases.get(NAME)
            # What a page asks of the site itself belongs to that page's request.
            inner = scope["type"] != "http" or _bound.get() is not None
            if inner or not isinstance(database, ArchiveDatabase):
                await app(scope, receive, send)
                return
            token = _bound.set(database.newest())
            try:
                await app(scope, receive, send)
            finally:
                _bound.reset(token)

        return bound

    return wrap
