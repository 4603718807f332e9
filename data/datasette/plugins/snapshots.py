"""The site takes up a newly published snapshot without a restart, and no request sees two of them.

Datasette opens a file once a thread and keeps it open. Here each request is bound, before anything
else, to the file that is published at that moment: all its queries, those of a streamed CSV too, go
to that file, and the next request may be bound to the next one. A file stays open until the last
request that is bound to it has ended.

A published file never changes, so what it has answered is kept and not asked again, and readers who
ask the same at once wait for one answer.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping
from concurrent.futures import Executor
from contextlib import closing, suppress
from contextvars import ContextVar
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import sqlite_timelimit

from pipelines.database.file import NoArchive
from pipelines.publish import FOLDER, published_database, served_database
from pipelines.site.answers import Answers
from pipelines.site.counted import counted
from pipelines.site.language import asked
from pipelines.site.ordered import in_total_order, sorted_table
from pipelines.site.snapshot import Snapshot

App = Callable[..., Awaitable[None]]
T = TypeVar("T")
NAME = "gongkai"

KEPT_ANSWERS = 1_000
KEPT_CELLS = 5_000
"""Answers of a snapshot that are kept, and how large one may be: some 100 MB at the very most."""

PAGE_ROWS = 200
"""Rows of a query's result that a page shows, which says so; its JSON has those up to the limit of
the site, its CSV all (query_csv.py). Datasette takes a tenth of a millisecond to show each."""

_CHANGING = re.compile(r"\brandom|\bnow\b|\bcurrent_(?:date|time)", re.IGNORECASE)
"""SQL whose answer is another one each time."""


def _is_small(answer: Any) -> bool:
    return not isinstance(answer, Results) or len(answer.rows) * len(answer.columns) <= KEPT_CELLS


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
            self._newest = Snapshot(path, key, published, Answers(KEPT_ANSWERS, _is_small))
            self.path = str(link)
        return self._newest

    def file_of_request(self) -> Snapshot:
        """The file that this request is bound to."""
        return _bound.get() or self.newest()

    async def once(self, key: Hashable, fn: Callable[[sqlite3.Connection], T]) -> T:
        """What ``fn`` says of the database; a published file is asked but once. ``key`` tells the
        question from all others."""
        return await self._ask(key, lambda: self.execute_fn(fn))

    async def _ask(self, key: Hashable, work_out: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What ``work_out`` gives; of a published file it is kept and shared."""
        snapshot = self.file_of_request()
        if not snapshot.immutable:
            return await work_out()

        async def bound() -> T:
            # In a task of its own: what is kept of a file must come from it.
            _bound.set(snapshot)
            return await work_out()

        return await snapshot.answers.ask(key, bound)

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """As Datasette does, but a published file is asked nothing twice, and does not count what
        was counted when it was made."""
        path = asked.get().path
        if table := sorted_table(sql, path):
            is_view = table in await self.view_names()
            sql = in_total_order(
                sql, [] if is_view else await self.primary_keys(table) or ["rowid"]
            )
        # A table's page asks for its few rows itself.
        is_cut = truncate and page_size is None and not path.endswith(".json")
        given = tuple(params.values()) if isinstance(params, Mapping) else tuple(params or ())

        async def work_out() -> Results:
            if (
                self.file_of_request().immutable
                and (kept := counted(sql, given))
                and (found := await self._counted(*kept))
            ):
                return found
            if is_cut:
                return await self._page(sql, params, custom_time_limit)
            return await Database.execute(  # type: ignore[no-any-return]
                self, sql, params, truncate, custom_time_limit, page_size, log_sql_errors
            )

        if _CHANGING.search(sql):
            return await work_out()
        names = tuple(params) if isinstance(params, Mapping) else ()
        key = (sql, names, given, truncate, custom_time_limit, page_size, is_cut)
        return await self._ask(key, work_out)

    async def _page(self, sql: str, params: Any, time_limit: int | None) -> Results:
        """The rows that a page shows, and whether there are more. Those are not asked for, so that
        a query whose order is that of an index ends with the last row shown."""
        most = min(time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)

        def read(conn: sqlite3.Connection) -> Results:
            with sqlite_timelimit(conn, most), closing(conn.cursor()) as cursor:
                try:
                    rows = cursor.execute(sql, params or {}).fetchmany(PAGE_ROWS + 1)
                except sqlite3.OperationalError as error:
                    if error.args == ("interrupted",):
                        raise QueryInterrupted(error, sql, params) from error
                    raise
                return Results(rows[:PAGE_ROWS], len(rows) > PAGE_ROWS, cursor.description)

        return await self.execute_fn(read)

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """The rows of each table; Datasette counts them, and gives up those that take long."""
        found = await self._counted("SELECT table_name, rows FROM row_counts", [])
        if found is None:
            return await super().table_counts(limit)  # type: ignore[no-any-return]
        rows = {row["table_name"]: row["rows"] for row in found.rows}
        return {name: rows.get(name) for name in await self.table_names()}

    async def _counted(self, sql: str, params: list[object]) -> Results | None:
        """Counts of the snapshot; None where there is none or no such table, as in a live one."""
        with suppress(sqlite3.OperationalError):
            found = await super().execute(sql, params, log_sql_errors=False)
            return found if found.rows else None
        return None

    async def execute_fn(
        self, fn: Callable[[sqlite3.Connection], T], executor: Executor | None = None
    ) -> T:
        """Call ``fn`` with a connection to the request's file, in a thread of Datasette's or of
        ``executor``."""
        snapshot = self.file_of_request()

        def prepare(connection: sqlite3.Connection) -> None:
            self.ds._prepare_connection(connection, self.name)

        def in_thread() -> T:
            return fn(snapshot.connection(prepare))

        return await asyncio.get_running_loop().run_in_executor(
            executor or self.ds.executor, in_thread
        )


def _remember(name: str) -> None:
    """Let what Datasette asks of the schema for each page be asked once a snapshot."""
    ask = getattr(Database, name)

    async def asked_once(self: ArchiveDatabase, *args: str) -> Any:
        return copy(await self._ask((name, *args), lambda: ask(self, *args)))

    setattr(ArchiveDatabase, name, asked_once)


for _name in (
    "fts_table",
    "foreign_keys_for_table",
    "get_all_foreign_keys",
    "hidden_table_names",
    "primary_keys",
    "table_column_details",
    "table_columns",
    "view_names",
):
    _remember(_name)


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
