"""One WARC file proved: every byte in a whole record, every digest, every record in the index."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from pipelines.archive.capture import moment_of
from pipelines.archive.manifest import Line, sha256_of
from pipelines.archive.message import split_message
from pipelines.archive.records import Damage, Record, read_records
from pipelines.archive.warc import ID_FIELD, REFERS_FIELD, RUN_FIELD, payload_digest, run_url

Kind = Literal[
    "missing",
    "damage",
    "digest",
    "altered",
    "manifest",
    "row without record",
    "record without row",
    "row differs",
    "revisit",
    "run",
    "report",
    "database",
]

Tell = Callable[[int], None]
"""Told how many more bytes of the file have been gone through."""

_TELL_EVERY = 1_000_000


class Problem(NamedTuple):
    """What is wrong, where: a file of ``HOME/warc`` (or the database) and a byte in it, None where
    it is the whole; ``message`` is one sentence that names both."""

    file: str
    offset: int | None
    kind: Kind
    message: str


@dataclass(slots=True)
class FileProof:
    """What was found in one file. ``runs``: ids of the runs that begin in it. ``unproved``: ids of
    captures whose record is not as it was written, or not there. ``in_use``: a process writes to
    it, so what comes after its last row, and the manifest, is not yet to be asked for."""

    records: int = 0
    captures: int = 0
    size: int = 0
    in_use: bool = False
    in_manifest: bool = True
    problems: list[Problem] = field(default_factory=list)
    runs: array[int] = field(default_factory=lambda: array("q"))
    unproved: array[int] = field(default_factory=lambda: array("q"))


class _Row(NamedTuple):
    id: int
    url: str
    digest: str | None
    offset: int
    length: int
    revisits: int | None


def prove_file(
    path: Path, line: Line | None, conn: sqlite3.Connection | None, tell: Tell
) -> FileProof:
    """Prove a file against its line of the manifest and its rows; ``conn`` is None where there is
    no database to ask. Raises OSError and sqlite3.Error.

    Rows and records are gone through side by side, so that memory holds one record at a time.
    """
    with path.open("rb") as file:
        proof = FileProof(size=path.stat().st_size, in_use=_is_locked(file))
    proof.in_manifest = line is not None
    if line is not None:
        _compare_with_manifest(proof, path, line)
    rows = _rows(conn, path.name) if conn else None
    _Comparison(proof, path, rows).run(tell)
    return proof


def _is_locked(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _compare_with_manifest(proof: FileProof, path: Path, line: Line) -> None:
    if proof.size != line.size:
        said = (
            f"{path.name}: it has {proof.size} bytes, and had {line.size} when it was finished, as "
            "the manifest says"
        )
        offset = min(proof.size, line.size)
        proof.problems.append(Problem(path.name, offset, "altered", said))
    elif sha256_of(path) != line.sha256:
        said = (
            f"{path.name}: it was changed after it was finished: its SHA-256 is not the manifest's"
        )
        proof.problems.append(Problem(path.name, None, "altered", said))


def _rows(conn: sqlite3.Connection, file: str) -> Iterator[_Row]:
    for row in conn.execute(
        "SELECT id, url, digest, warc_offset, warc_length, revisits FROM captures"
        " WHERE warc_file = ? ORDER BY warc_offset",
        [file],
    ):
        yield _Row(*row)


class _Comparison:
    """The records of a file against its rows, both in the order of their offsets."""

    def __init__(self, proof: FileProof, path: Path, rows: Iterator[_Row] | None) -> None:
        self.proof = proof
        self.path = path
        self.rows = rows
        self.row = next(rows, None) if rows else None
        self.damage: Damage | None = None

    def run(self, tell: Tell) -> None:
        told = 0
        for record in read_records(self.path, 0, self._damaged):
            self.proof.records += 1
            self._check_digests(record)
            self._compare(record)
            end = record.offset + record.length
            if end - told >= _TELL_EVERY:
                tell(end - told)
                told = end
        self._rows_before(self.proof.size)
        self._rows_in(None, f"and the file ends at byte {self.proof.size}")
        tell(self.proof.size - told)

    def _say(self, offset: int, kind: Kind, what: str) -> None:
        message = f"{self.path.name}, byte {offset}: {what}"
        self.proof.problems.append(Problem(self.path.name, offset, kind, message))

    # Records

    def _damaged(self, damage: Damage) -> None:
        if damage.last and self.proof.in_use:
            return  # being written
        self.damage = damage
        self._say(
            damage.offset, "damage", f"no whole record until byte {damage.end}: {damage.reason}"
        )

    def _check_digests(self, record: Record) -> None:
        said = record.field("WARC-Block-Digest")
        if said is not None and payload_digest(record.block) != said:
            self._say(record.offset, "digest", f"its block has not the digest {said} that it says")
            self._unproved(record.offset)
        kind = record.field("WARC-Type")
        if kind not in ("response", "resource"):
            return  # a revisit has the digest of the body that it refers to
        said = record.field("WARC-Payload-Digest")
        body = record.block if kind == "resource" else split_message(record.block)[1]
        if said is not None and payload_digest(body) != said:
            self._say(record.offset, "digest", f"its body has not the digest {said} that it says")
            self._unproved(record.offset)

    def _unproved(self, offset: int) -> None:
        self._rows_before(offset)
        if self.row and self.row.offset == offset:
            self.proof.unproved.append(self.row.id)

    def _compare(self, record: Record) -> None:
        if record.field("WARC-Type") not in ("response", "resource", "revisit", "metadata"):
            return
        try:
            ingested = record.field(ID_FIELD)
            id = int(ingested) if ingested else moment_of(record.field("WARC-Date") or "")
            run = int(record.field(RUN_FIELD) or "")
        except ValueError:
            self._say(record.offset, "damage", "the record has no time or no run, as ours have")
            return
        url = record.field("WARC-Target-URI")
        if url == run_url(run):
            self._note_run(record, run)
            return
        self.proof.captures += 1
        if self.rows is None:
            return
        self._rows_before(record.offset)
        row = self.row
        if row is None or row.offset != record.offset:
            if row is not None or not self.proof.in_use:
                self._say(record.offset, "record without row", f"the index has no row for {url}")
            return
        self.row = next(self.rows, None)
        digest = None
        if record.field("WARC-Type") != "metadata":
            digest = record.field("WARC-Payload-Digest")
        self._compare_row(row, _Row(id, url or "", digest, record.offset, record.length, None))
        refers_to = record.field("WARC-Refers-To-Date")
        body = record.field(REFERS_FIELD)
        if refers_to and row.revisits != (int(body) if body else moment_of(refers_to)):
            what = (
                f"it refers to a capture of {refers_to}, which the index does not have at its URL"
            )
            self._say(record.offset, "revisit", what)

    def _note_run(self, record: Record, run: int) -> None:
        try:
            details = json.loads(record.block)
        except ValueError as error:
            self._say(record.offset, "damage", f"the record of run {run} is no JSON ({error})")
            return
        if "portal" in details:
            self.proof.runs.append(run)

    def _compare_row(self, row: _Row, record: _Row) -> None:
        for name in ("id", "url", "digest", "length"):
            known, there = getattr(row, name), getattr(record, name)
            if known != there:
                what = f"the index has the {name} {known}, the record {there}"
                self._say(record.offset, "row differs", what)
                self.proof.unproved.append(row.id)

    # Rows

    def _rows_before(self, offset: int) -> None:
        """Name the rows that should have a record before ``offset`` and have none."""
        while self.row and self.row.offset < offset:
            if self.damage and self.damage.offset <= self.row.offset < self.damage.end:
                self._rows_in(self.damage.end, "and its record is damaged")
            else:
                self._rows_in(self.row.offset + 1, "and no record begins there")

    def _rows_in(self, end: int | None, why: str) -> None:
        """Name the rows from here to byte ``end`` in one sentence; None: all that there are."""
        first, count = self.row, 0
        while self.row and (end is None or self.row.offset < end):
            assert self.rows
            self.proof.unproved.append(self.row.id)
            self.row = next(self.rows, None)
            count += 1
        if first and count:
            more = f", {count - 1:,} more after it" if count > 1 else ""
            what = f"the index has capture {first.id} of {first.url} there{more}, {why}"
            self._say(first.offset, "row without record", what)
