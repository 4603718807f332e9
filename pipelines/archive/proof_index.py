"""What the database says beyond single records: runs, revisits, and the captures of reports."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator

from pipelines.archive.proof import Kind, Problem
from pipelines.database.file import DATABASE


def prove_index(
    conn: sqlite3.Connection, begun: array[int], unproved: array[int], until: int
) -> Iterator[Problem]:
    """The problems of the database as a whole.

    ``begun``: ids of the runs whose beginning is in a file. ``unproved``: captures whose record is
    damaged, missing or another one. Runs that began after the moment ``until`` are passed over: a
    crawl goes on.
    """
    yield from _runs(conn, begun, until)
    yield from _revisits(conn)
    yield from _reports(conn, unproved)


def _runs(conn: sqlite3.Connection, begun: array[int], until: int) -> Iterator[Problem]:
    """Runs and the records of their beginnings, both in the order of time."""
    records = iter(sorted(run for run in begun if run <= until))
    record = next(records, None)
    for (run,) in conn.execute("SELECT id FROM runs WHERE id <= ? ORDER BY id", [until]):
        while record is not None and record < run:
            yield _problem("run", f"the index has no row of run {record}, which is in the files")
            record = next(records, None)
        if record == run:
            record = next(records, None)
        else:
            yield _problem("run", f"the index has run {run}, whose beginning is in no file")
    while record is not None:
        yield _problem("run", f"the index has no row of run {record}, which is in the files")
        record = next(records, None)


def _revisits(conn: sqlite3.Connection) -> Iterator[Problem]:
    for file, offset, id, origin in conn.execute(
        "SELECT c.warc_file, c.warc_offset, c.id, c.revisits FROM captures AS c"
        " LEFT JOIN captures AS o ON o.id = c.revisits WHERE c.revisits IS NOT NULL"
        " AND (o.id IS NULL OR o.revisits IS NOT NULL OR o.digest IS NOT c.digest)"
    ):
        message = (
            f"{file}, byte {offset}: capture {id} refers to capture {origin}, which is not there "
            "or holds no body with its digest"
        )
        yield Problem(file, offset, "revisit", message)


def _reports(conn: sqlite3.Connection, unproved: array[int]) -> Iterator[Problem]:
    for report, url in conn.execute(
        "SELECT r.id, r.url FROM reports AS r LEFT JOIN captures AS c ON c.id = r.capture"
        " WHERE c.id IS NULL"
    ):
        yield _problem("report", f"the capture of report {report} of {url} is not there")
    for capture in sorted(set(unproved)):
        for report, url, file, offset in conn.execute(
            "SELECT r.id, r.url, c.warc_file, c.warc_offset FROM captures AS c JOIN reports AS r"
            " ON r.capture = c.id OR r.capture IN (SELECT id FROM captures WHERE revisits = c.id)"
            " OR r.id IN (SELECT report FROM tables WHERE capture = c.id)"
            " WHERE c.id = ?",
            [capture],
        ):
            message = f"{file}, byte {offset}: report {report} of {url} rests on what is not proved"
            yield Problem(file, offset, "report", message)


def _problem(kind: Kind, message: str) -> Problem:
    return Problem(DATABASE, None, kind, f"{DATABASE}: {message}")
