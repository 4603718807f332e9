"""What a killed crawl archived and did not read."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from pipelines.archive.archived import archived_pages, still_to_ask
from pipelines.archive.capture import Capture
from pipelines.database.backdating import find_backdated
from pipelines.database.store import Store
from pipelines.reading.reader import Reader


class Waiting(NamedTuple):
    """A page that stays unread until its parts have been asked for, and their addresses."""

    page: Capture
    parts: tuple[str, ...]


class Backlog(NamedTuple):
    """How many pages were read, and those that wait for parts which the archive has nothing of."""

    read: int
    waiting: list[Waiting]


def read_backlog(
    store: Store, reader: Reader[Capture], *, besides: Container[str] = (), only: str | None = None
) -> Backlog:
    """Read what waits, the oldest first, and save it, but for pages whose parts are still to ask:
    these stay as they are, and with them later captures of the same page. What was ingested has the
    parts that came with it.

    ``besides``: portals that other processes crawl and read now. ``only``: of this portal alone.
    """
    read = 0
    waiting: dict[str, Waiting] = {}
    runs: set[int] = set()

    def is_ours(portal: str) -> bool:
        return portal not in besides and only in (None, portal)

    for url, portal in _overtaken(store):
        if is_ours(portal):
            store.forget_readings(url)
    unread = (capture for capture in store.unread() if is_ours(capture.portal))
    for capture, reading in reader.read_all(archived_pages(store, unread)):
        if capture.url in waiting:
            continue
        parts = reading.report.parts if reading.report else ()
        if capture.origin is None and still_to_ask(store, capture, parts):
            waiting[capture.url] = Waiting(capture, parts)
            continue
        with store.transaction():
            store.save_reading(capture, reading.report, reading.failure)
            if capture.origin is not None:
                store.uncount_runs(capture.url)
        runs.add(capture.run)
        read += 1
    runs |= {run for run, portal in _uncounted_runs(store) if is_ours(portal)}
    for run in sorted(runs):
        recount_run(store, run)
    return Backlog(read, list(waiting.values()))


def recount_run(store: Store, run: int) -> None:
    """Count and check a run again, where a page of it was read after its end."""
    finished, reason = store.conn.execute(
        "SELECT finished, reason FROM runs WHERE id = ?", [run]
    ).fetchone()
    if finished is not None:
        store.finish_run(run, finished, reason)
        find_backdated(store, run)


def _overtaken(store: Store) -> list[tuple[str, str]]:
    """URL and portal of pages of which something unread was ingested that is older than what has
    been read."""
    store.flush()
    return store.conn.execute(
        "SELECT DISTINCT old.url, old.portal FROM captures AS old"
        " WHERE old.reading IS NULL AND old.outcome IN ('page', 'unchanged')"
        " AND old.origin IS NOT NULL AND EXISTS (SELECT 1 FROM captures AS read"
        " WHERE read.url = old.url AND read.fetched_at >= old.fetched_at"
        " AND read.reading IN ('report', 'other', 'failed'))"
    ).fetchall()


def _uncounted_runs(store: Store) -> list[tuple[int, str]]:
    """Runs that have ended and are to be counted again, with their portals."""
    return store.conn.execute(
        "SELECT id, portal FROM runs WHERE requests IS NULL AND finished IS NOT NULL"
    ).fetchall()
