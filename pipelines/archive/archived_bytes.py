"""A capture's bytes as they lie in the archive, given out only where they are what was archived.

A row of ``captures`` says where its record begins and what digest its payload has. Here the record
is read at that place, and nothing is given that does not bear the row out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive.capture import Capture
from pipelines.archive.message import CodingError, header, read_head
from pipelines.archive.records import Damage, read_records
from pipelines.archive.warc import Exchange, decoded_body, payload_digest, read_exchange

FindCapture = Callable[[int], Capture | None]
"""The capture with an id."""


class NotProved(ValueError):
    """The archive does not hold what the database says of it: one sentence. ``is_missing`` where
    the file itself is not there."""

    def __init__(self, sentence: str, *, is_missing: bool = False) -> None:
        super().__init__(sentence)
        self.is_missing = is_missing


@dataclass(frozen=True, slots=True)
class Proved:
    """What the archive holds of a capture. ``record`` is its own record; ``origin`` the one that
    holds the body, which is another where the capture is a revisit. The payload's digest has been
    computed from the bytes in ``origin``."""

    capture: Capture
    record: Exchange
    origin: Exchange

    @property
    def content_type(self) -> str | None:
        """The header that the body came with, as sent; of an ingested file, what it is."""
        return self.origin.content_type or header(
            read_head(self.origin.response_head)[1], b"content-type"
        )

    @property
    def head(self) -> str:
        """The status line and the headers of the capture's own answer; "" where there was none."""
        head = self.record.response_head
        lines = [head.split(b"\n", 1)[0].strip(), *map(b": ".join, read_head(head)[1])]
        return b"\n".join(lines).decode("utf-8", "replace").strip()

    @property
    def file_name(self) -> str:
        """The id of the capture, with the ending of its address where that is a plain one."""
        path = self.capture.url.partition("?")[0].rpartition("/")[2]
        ending = path.rpartition(".")[2].lower() if "." in path else ""
        plain = ending.isalnum() and ending.isascii() and len(ending) <= 5
        return f"{self.capture.id}.{ending if plain else 'bin'}"

    @property
    def body(self) -> bytes:
        """The body with its content coding undone; as it is, where that coding is broken."""
        try:
            return decoded_body(self.origin)
        except CodingError:
            return self.origin.body


def prove(directory: Path, capture: Capture, find: FindCapture) -> Proved:
    """Read a capture's record from the WARC files in ``directory`` and hold it against its row:
    moment, URL, digest of the payload. Raises NotProved."""
    record = _read(directory, capture)
    origin = record
    if record.refers_to is not None and capture.revisits is None:
        raise NotProved(f"capture {capture.id} {capture.evidence}")
    if capture.revisits is not None:
        first = find(capture.revisits)
        if first is None:
            raise NotProved(
                f"capture {capture.id} refers to the body of capture {capture.revisits}, which is "
                "not in the database"
            )
        origin = _read(directory, first)
    if capture.digest is not None:
        found = payload_digest(origin.body)
        if found != capture.digest:
            raise NotProved(
                f"{_place(origin)}: the payload has the digest {found}, but {capture.digest} "
                "was archived"
            )
    return Proved(capture, record, origin)


def recorded_id(directory: Path, exchange: Exchange) -> str:
    """The WARC-Record-ID of an exchange that has been read from the files in ``directory``."""
    record = next(read_records(directory / exchange.warc_file, exchange.warc_offset))
    return record.field("WARC-Record-ID") or ""


def raw_record(directory: Path, capture: Capture) -> bytes:
    """The record as it lies in its file: one gzip member, a WARC file of one record by itself.
    Raises NotProved where the file is not there or ends too early."""
    try:
        with (directory / capture.warc_file).open("rb") as file:
            file.seek(capture.warc_offset)
            data = file.read(capture.warc_length)
    except OSError as error:
        raise _unreadable(capture, error) from error
    if len(data) != capture.warc_length:
        raise NotProved(f"{_place(capture)}: the file ends before the record does")
    return data


def _read(directory: Path, capture: Capture) -> Exchange:
    try:
        exchange = read_exchange(directory, capture.warc_file, capture.warc_offset)
    except OSError as error:
        raise _unreadable(capture, error) from error
    except Damage as error:
        raise NotProved(str(error)) from error
    if exchange.id != capture.id or exchange.url != capture.url:
        raise NotProved(f"{_place(capture)}: the record there is not that of capture {capture.id}")
    return exchange


def _unreadable(capture: Capture, error: OSError) -> NotProved:
    if isinstance(error, FileNotFoundError):
        return NotProved(
            f"the WARC file {capture.warc_file} is not in the archive any more", is_missing=True
        )
    return NotProved(f"the WARC file {capture.warc_file} cannot be read: {error.strerror}")


def _place(of: Capture | Exchange) -> str:
    return f"{of.warc_file}, byte {of.warc_offset}"
