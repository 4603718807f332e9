"""The proof that an archive is whole: every byte of its WARC files, every row of their index.

What is proved of each file is in ``pipelines.archive.proof``; here are the files together, the
manifest, and what the database says beyond single records: runs, revisits, reports.
"""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from array import array
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing, suppress
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from pipelines.archive.archiving import warc_directory
from pipelines.archive.manifest import NAME, Line, Manifest, read_manifest
from pipelines.archive.moments import now
from pipelines.archive.proof import FileProof, Problem, Tell, prove_file
from pipelines.archive.proof_index import prove_index
from pipelines.database.file import DATABASE
from pipelines.processes import end_with_parent
from pipelines.progress import Advance, silent

MOST_PROBLEMS = 10_000
"""Problems that are kept, so that an archive with nothing right in it does not fill the memory; all
are counted."""

WORTH_PROCESSES = 100_000_000
"""Bytes that take longer to go through than processes take to start."""

_LOOK = 0.2
"""Seconds between two looks at how far the processes are."""


def verify(home: Path, jobs: int = 1, advance: Advance = silent) -> dict[str, Any]:
    """Prove the archive at ``home``, changing nothing; it may be on a read-only disk, and crawls
    may go on meanwhile: what they write is proved as far as its rows go.

    ``jobs``: processes, each with a file at a time. Returns counts (files, records, captures,
    reports, bytes, seconds), ``manifest`` (lines, head), ``problem_count``, and ``problems``, the
    first of them as dictionaries. Raises OSError and sqlite3.Error.
    """
    started = time.monotonic()
    until = now()
    found = _Found()
    directory = warc_directory(home)
    with closing(_Database(home)) as database:
        # Files are made before their rows, so none that a row names can be missing for being new.
        indexed = database.files()
        files = sorted(directory.glob("*.warc.gz"))
        manifest = read_manifest(directory)
        found.add(_manifest_problems(manifest))
        found.add(database.problems)
        found.add(_missing(database.conn, indexed, manifest, {path.name for path in files}))
        proofs = _prove_files(files, manifest, database.uri, jobs, advance)
        for path, proof in zip(files, proofs, strict=True):
            found.take(path, proof)
        entered = read_manifest(directory)  # what was finished meanwhile has its line now
        for name in found.not_in_manifest:
            if name not in entered.lines:
                found.add([_not_in_manifest(name)])
        reports = 0
        if database.conn:
            [reports] = database.conn.execute("SELECT count(*) FROM reports").fetchone()
            found.add(prove_index(database.conn, found.runs, found.unproved, until))
    return {
        "files": len(files),
        "records": found.records,
        "captures": found.captures,
        "reports": reports,
        "bytes": found.bytes,
        "seconds": round(time.monotonic() - started, 1),
        "manifest": {"lines": entered.count, "head": entered.head},
        "problem_count": found.count,
        "problems": [problem._asdict() for problem in found.problems],
    }


class _Found:
    """What all files together came to."""

    def __init__(self) -> None:
        self.records = self.captures = self.bytes = self.count = 0
        self.problems: list[Problem] = []
        self.runs: array[int] = array("q")
        self.unproved: array[int] = array("q")
        self.not_in_manifest: list[str] = []

    def add(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.count += 1
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(problem)

    def take(self, path: Path, proof: FileProof) -> None:
        self.records += proof.records
        self.captures += proof.captures
        self.bytes += proof.size
        self.runs += proof.runs
        self.unproved += proof.unproved
        self.add(proof.problems)
        if not (proof.in_manifest or proof.in_use):
            self.not_in_manifest.append(path.name)


class _Database:
    """The database, to be read only; ``conn`` and ``uri`` are None where there is none that can be
    used, and ``problems`` says so."""

    def __init__(self, home: Path) -> None:
        self.conn: sqlite3.Connection | None = None
        self.uri: str | None = None
        self.problems: list[Problem] = []
        path = home / DATABASE
        if not path.exists():
            self._unusable("there is no database")
            return
        try:
            self.uri, self.conn = _open_to_read(path)
            [said] = self.conn.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            self._unusable(f"the database cannot be read ({error})")
        else:
            if said != "ok":
                self._unusable(f"the database is damaged ({said})")

    def _unusable(self, why: str) -> None:
        self.close()
        self.conn = self.uri = None
        message = (
            f"{DATABASE}: {why}, so nothing was held against its index; `gongkai rebuild` makes it "
            "anew from the WARC files"
        )
        self.problems.append(Problem(DATABASE, None, "database", message))

    def files(self) -> set[str]:
        """The WARC files that rows name, found by steps through the index of them."""
        if self.conn is None:
            return set()
        rows = self.conn.execute(
            "WITH RECURSIVE files (name) AS (SELECT min(warc_file) FROM captures UNION ALL"
            " SELECT (SELECT min(warc_file) FROM captures WHERE warc_file > name) FROM files"
            " WHERE name IS NOT NULL) SELECT name FROM files WHERE name IS NOT NULL"
        )
        return {name for (name,) in rows}

    def close(self) -> None:
        if self.conn is not None:
            self.conn.close()


def _open_to_read(path: Path) -> tuple[str, sqlite3.Connection]:
    """A connection that writes nothing, and how to open another one. On a read-only disk SQLite
    cannot make the file that its readers share, and has to be told that nobody writes."""
    for option in ("mode=ro", "immutable=1"):
        uri = f"{path.resolve().as_uri()}?{option}"
        conn = sqlite3.connect(uri, uri=True, isolation_level=None)
        with suppress(sqlite3.OperationalError):
            conn.execute("SELECT 1 FROM captures LIMIT 1")
            return uri, conn
        conn.close()
    raise sqlite3.DatabaseError("it has no captures")


def _manifest_problems(manifest: Manifest) -> Iterator[Problem]:
    for offset, reason in manifest.broken:
        message = f"{NAME}, byte {offset}: {reason}"
        yield Problem(NAME, offset, "manifest", message)


def _not_in_manifest(name: str) -> Problem:
    message = f"{name}: it has no line in the manifest; the next crawl adds one"
    return Problem(name, None, "manifest", message)


def _missing(
    conn: sqlite3.Connection | None, indexed: set[str], manifest: Manifest, there: set[str]
) -> Iterator[Problem]:
    for name in sorted({*indexed, *manifest.lines} - there):
        rows = 0
        if conn and name in indexed:
            sql = "SELECT count(*) FROM captures WHERE warc_file = ?"
            [rows] = conn.execute(sql, [name]).fetchone()
        message = f"{name}: the file is missing, and with it {rows:,} captures that the index has"
        yield Problem(name, None, "missing", message)


# Files


def _prove_files(
    files: list[Path], manifest: Manifest, uri: str | None, jobs: int, advance: Advance
) -> Iterator[FileProof]:
    total = sum(path.stat().st_size for path in files)
    tasks = [(path, manifest.lines.get(path.name), uri) for path in files]
    if min(jobs, len(files)) <= 1 or total < WORTH_PROCESSES:
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            advance(done, total)

        for task in tasks:
            yield _prove(*task, tell)
        return
    context = multiprocessing.get_context("forkserver")
    gone_through = context.Value("q", 0)
    with ProcessPoolExecutor(
        min(jobs, len(files)), mp_context=context, initializer=_begin, initargs=(gone_through,)
    ) as pool:
        futures: list[Future[FileProof]] = [pool.submit(_prove_in_process, *one) for one in tasks]
        for future in futures:
            while not wait_for([future], _LOOK).done:
                advance(gone_through.value, total)
            yield future.result()
    advance(total, total)


def _prove(path: Path, line: Line | None, uri: str | None, tell: Tell) -> FileProof:
    if uri is None:
        return prove_file(path, line, None, tell)
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as conn:
        return prove_file(path, line, conn, tell)


_gone_through: Synchronized[int]
"""In a process of the pool: the bytes that all of them have gone through."""


def _begin(gone_through: Synchronized[int]) -> None:
    global _gone_through
    end_with_parent()
    _gone_through = gone_through


def _prove_in_process(path: Path, line: Line | None, uri: str | None) -> FileProof:
    def tell(count: int) -> None:
        with _gone_through.get_lock():
            _gone_through.value += count

    return _prove(path, line, uri, tell)
