"""A new database from the WARC files: all rows of an archive, or those of some of its addresses.

The files are gone through in the order of time, so that each capture finds the ones before it; then
every page is read with its parts. What costs processor time, judging answers and reading pages, is
done by worker processes; this one reads the files and writes the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.archive.archived import archived_pages
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import Capture
from pipelines.archive.capture_index import Answer, capture_of, has_answer, previous_of, read_answer
from pipelines.archive.records import Damage
from pipelines.archive.warc import Exchange, in_order
from pipelines.database.backdating import find_backdated
from pipelines.database.runs import CRAWL
from pipelines.database.selection import Selection, choose_addresses
from pipelines.database.store import Store
from pipelines.progress import Advance
from pipelines.reading.pages import Page, Reading
from pipelines.reading.reader import Reader
from pipelines.reading.rows import ReportRows

BATCH = 500
"""Readings saved in one transaction. One each costs twice the time."""

BUNDLE = 2_000_000
"""Bytes of answers that a worker judges at a time."""

CACHE = 128
"""MB of the database that are held in memory while it is written."""


_BEFORE = (
    "SELECT reading, substance FROM captures WHERE url = ? AND fetched_at < ? AND origin IS NULL"
    " AND outcome IN ('page', 'unchanged') ORDER BY fetched_at DESC LIMIT 1"
)


@dataclass(slots=True)
class Made:
    """What went into a new database: files gone through, captures, reports; ``torn`` is a sentence
    on each stretch of a file that holds no whole record."""

    files: int = 0
    captures: int = 0
    reports: int = 0
    torn: list[str] = field(default_factory=list)


def make_database(
    home: Path,
    path: Path,
    jobs: int,
    advance: Advance,
    selection: Selection | None = None,
) -> Made:
    """Make the database file ``path`` from the WARC files of ``home``, in ``jobs`` workers.

    With a selection it holds the addresses that this is about, named in its table ``remade``, and
    all portals and runs; what runs counted and prove, and where reports moved, is then left to
    whoever knows the other addresses. An existing file is replaced.

    ``advance`` is told bytes of WARC files. They are gone through twice, once more for a selection:
    a page is read when all its parts are indexed.
    """
    remove_database(path)
    with _quick_store(path) as store, Reader[Capture](jobs) as reader:
        scan = _Scan(home, store, advance, passes=3 if selection else 2)
        if selection:
            with store.transaction():
                choose_addresses(store.conn, home, selection, scan.exchanges(lambda _: None))
        with store.transaction():
            scan.index(reader, selected=selection is not None)
        _save_all(store, reader.read_all_rows(scan.pages(), lambda capture: capture.id))
        with store.transaction():
            for run, finished, reason in scan.finished:
                store.finish_run(run, finished, reason)
        for run, *_ in scan.finished if selection is None else ():
            find_backdated(store, run)
        scan.made.reports = store.conn.execute("SELECT count(*) FROM reports").fetchone()[0]
    return scan.made


def remove_database(path: Path, only_logs: bool = False) -> None:
    """Remove a database file with the logs beside it, or the logs alone."""
    for ending in ("-wal", "-shm") if only_logs else ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def _quick_store(path: Path) -> Iterator[Store]:
    """A new database of which nothing is worth keeping unless all of it is written."""
    with Store.open_file(path) as store:
        store.conn.execute("PRAGMA synchronous = OFF")
        store.conn.execute("PRAGMA journal_mode = MEMORY")
        store.conn.execute(f"PRAGMA cache_size = -{CACHE * 1000}")
        yield store
        store.conn.execute("PRAGMA journal_mode = WAL")


def _save_all(store: Store, readings: Iterable[tuple[Capture, Any]]) -> None:
    waiting = iter(readings)
    going_on = True
    while going_on:
        going_on = False
        with store.transaction():
            for number, (capture, read) in enumerate(waiting, 1):
                store.save_reading(capture, read.rows, read.failure)
                if number == BATCH:
                    going_on = True
                    break


def _judge_all(exchanges: list[Exchange]) -> list[Answer | None]:
    return [read_answer(each) if has_answer(each) else None for each in exchanges]


class _Scan:
    """The WARC files of an archive, gone through into one database."""

    def __init__(self, home: Path, store: Store, advance: Advance, passes: int) -> None:
        self.files = sorted(warc_directory(home).glob("*.warc.gz"))
        self.begins: dict[str, int] = {}
        self.size = 0
        for file in self.files:
            self.begins[file.name] = self.size
            self.size += file.stat().st_size
        self.store = store
        self.advance = advance
        self.passes = passes
        self.passed = 0
        self.made = Made(len(self.files))
        self.finished: list[tuple[int, str, str]] = []
        self.portals: dict[int, dict[str, Any]] = {}

    def exchanges(self, on_damage: Callable[[Damage], None]) -> Iterator[Exchange]:
        """One pass through all files."""
        for exchange in in_order(self.files, on_damage):
            self._advance(exchange.warc_file, exchange.warc_offset)
            yield exchange
        self.passed += 1

    def index(self, reader: Reader[Capture], selected: bool) -> None:
        """Index every exchange, or with ``selected`` those of the addresses chosen."""
        exchanges = self.exchanges(lambda damage: self.made.torn.append(str(damage)))
        wanted = (each for each in exchanges if not selected or self._is_wanted(each))
        for bundle, answers in reader.run_all(_judge_all, _bundles(wanted)):
            for exchange, answer in zip(bundle, answers, strict=True):
                if exchange.kind == "run":
                    self._run(exchange)
                else:
                    self._capture(exchange, answer)

    def pages(self) -> Iterator[tuple[Capture, Page | Reading]]:
        """The pages to be read with their parts, in the order they were captured."""
        unread = (each for each in self.store.unread() if not self._is_known(each))
        for capture, page in archived_pages(self.store, unread, self._division_of):
            self._advance(capture.warc_file, capture.warc_offset)
            yield capture, page

    def _advance(self, file: str, offset: int) -> None:
        done = self.passed * self.size + self.begins[file] + offset
        self.advance(done, self.passes * self.size)

    def _is_known(self, capture: Capture) -> bool:
        """Whether a page is again what was no report before; saves it as that. A crawl does not
        read it either, and most captures of an archive are lists that brought nothing new."""
        if capture.origin is not None:
            return False
        previous = self.store.conn.execute(_BEFORE, [capture.url, capture.fetched_at]).fetchone()
        if previous is None:
            return False
        reading, substance = previous
        same = capture.outcome == "unchanged" or (substance and substance == capture.substance)
        if reading != "other" or not same:
            return False
        self.store.save_reading(capture, ReportRows(is_report=False), None)
        return True

    def _is_wanted(self, exchange: Exchange) -> bool:
        if exchange.kind == "run":
            return True
        row = self.store.conn.execute("SELECT 1 FROM remade WHERE url = ?", [exchange.url])
        return row.fetchone() is not None

    def _division_of(self, capture: Capture) -> str | None:
        """As its portal's record was when the page was captured."""
        division: str | None = self.portals[capture.run]["division"]
        return division

    def _run(self, exchange: Exchange) -> None:
        details = exchange.details
        if "portal" in details:
            portal = self._with_known_division(dict(details["portal"]))
            self.portals[exchange.run] = portal
            self.store.add_portal(**portal)
            kind = details.get("kind", CRAWL)
            self.store.start_run(exchange.run, portal["id"], details["started"], kind)
        if "finished" in details:
            self.finished.append((exchange.run, details["finished"], details["reason"]))

    def _with_known_division(self, portal: dict[str, Any]) -> dict[str, Any]:
        """Divisions are abolished, and an archive outlives the list that it was made with."""
        code = portal["division"]
        known = self.store.conn.execute("SELECT 1 FROM divisions WHERE code = ?", [code]).fetchone()
        if code is not None and known is None:
            sentence = f"the portal {portal['id']} is of the division {code}, which is not listed"
            if sentence not in self.made.torn:
                self.made.torn.append(sentence)
            portal["division"] = None
        return portal

    def _capture(self, exchange: Exchange, answer: Answer | None) -> None:
        portal = self.portals.get(exchange.run)
        if portal is None:
            self.made.torn.append(
                f"{exchange.warc_file}: the record at byte {exchange.warc_offset} belongs to run "
                f"{exchange.run}, whose beginning is in no file"
            )
            return
        previous = previous_of(self.store, exchange)
        self.store.add_capture(capture_of(exchange, portal["id"], previous, answer))
        self.made.captures += 1


def _bundles(exchanges: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """Exchanges gathered up to ``BUNDLE`` bytes, without the requests, which nobody judges."""
    bundle: list[Exchange] = []
    size = 0
    for exchange in exchanges:
        bundle.append(replace(exchange, request_head=b"", request_body=b""))
        size += len(exchange.body) + 1000
        if size > BUNDLE:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle
