"""One page read within a time, as the worker processes do it (reader.py): its report, its rows.

A page that cannot be read gives a sentence instead of a report; a page that takes longer than
``TIME_LIMIT`` or kills its worker is one of those, and the pages after it are read all the same.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipelines.garbage import search_seldom
from pipelines.reading.documents import Unreadable, limits
from pipelines.reading.documents.timing import PageTime, telling
from pipelines.reading.extract import extract
from pipelines.reading.parts import Parts
from pipelines.reading.places import Places
from pipelines.reading.report import Report
from pipelines.reading.rows import NOT_STORED, ReportRows, report_rows

TIME_LIMIT = 150.0
"""Seconds one file may take, more than its reader gives itself (``documents.limits``), or one page
of a scan: those take some 10 s each, all others some 0.01 s. This limit is for what hangs."""


@dataclass(frozen=True, slots=True)
class Page:
    """What reading needs of one page: its decoded body, or the file that holds it and that only the
    reading process opens, and what is known from outside of it. ``parts`` as ``extract`` takes
    them; ``part_ids`` are their captures, by address, for ``read_rows``."""

    body: bytes | Path
    url: str | None = None
    content_type: str | None = None
    division: str | None = None
    parts: Parts | None = None
    part_ids: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The report of a page, or the sentence that says why there is none; and how long OCR took for
    each page of a scan."""

    report: Report | None
    failure: str | None = None
    ocr: tuple[PageTime, ...] = ()


class RowsRead(NamedTuple):
    """What the database is to hold of a page, or the sentence that says why it holds nothing."""

    rows: ReportRows | None
    failure: str | None = None


class _OutOfTime(Exception):
    pass


def _raise_out_of_time(_signal: int, _frame: object) -> None:
    raise _OutOfTime


def read_page(page: Page) -> Reading:
    """Read one page, within ``TIME_LIMIT`` for each of its files; never raises for anything that a
    page contains."""
    limit = TIME_LIMIT * (1 + len(page.parts or ()))
    pages: list[PageTime] = []

    def next_page(read: PageTime) -> None:
        pages.append(read)
        signal.setitimer(signal.ITIMER_REAL, limit)

    previous = signal.signal(signal.SIGALRM, _raise_out_of_time)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        with telling(next_page):
            report, failure = _read(page, limit)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    return Reading(report, failure, tuple(pages))


class ForRows(NamedTuple):
    """A page to read for a report that is to have this id in the database."""

    page: Page
    report_id: int


def read_rows(pages: Sequence[ForRows]) -> list[RowsRead]:
    """Read pages as ``read_page`` does, one after the other."""
    return [rows_of(read_page(one.page), one) for one in pages]


def rows_of(reading: Reading, asked: ForRows) -> RowsRead:
    """The rows of what was read of a page."""
    if reading.report is None:
        return RowsRead(None, reading.failure)
    try:
        return RowsRead(report_rows(asked.report_id, reading.report, asked.page.part_ids))
    except ValueError as error:
        return RowsRead(None, NOT_STORED.format(error=error))


def _read(page: Page, limit: float) -> tuple[Report | None, str | None]:
    try:
        body = read_file(page.body) if isinstance(page.body, Path) else page.body
        report = extract(
            body,
            url=page.url,
            content_type=page.content_type,
            division=page.division,
            parts=page.parts,
        )
    except Unreadable as error:
        return None, str(error)
    except _OutOfTime:
        return None, f"reading took longer than {limit:g} s and was given up"
    except Exception as error:
        # A fault of ours must not stop a night's crawl. The bytes are in the archive, the sentence
        # is in the database, and a mended reader reads the page again.
        return None, f"the reader failed: {type(error).__name__}: {error}"
    return report, None


def prepare_process() -> None:
    """Load the code lists before the first page, and let no search for garbage go through them."""
    Places.load()
    search_seldom()


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Unreadable where it cannot be opened or has more than
    ``MAX_BYTES``; one without an end, such as a pipe, is not read any further than that, and a
    pipe into which nothing writes is empty."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            os.set_blocking(file.fileno(), True)
            fits = os.fstat(file.fileno()).st_size <= limits.MAX_BYTES
            body = file.read(limits.MAX_BYTES + 1) if fits else b""
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if not fits or len(body) > limits.MAX_BYTES:
        raise Unreadable(
            f"the file has more than {limits.MAX_BYTES // 1_000_000} MB and is not read"
        )
    return body


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # else the opening of a pipe waits for its writer
