"""WARC files that other tools wrote, as records to ingest: WARC 1.0 and 1.1, ARC, and WACZ.

warcio reads the records. What it is given here are single gzip members where a file has one a
record, so that a damaged one costs itself alone, and otherwise the whole stream. Whatever is wrong
with a file or a record is a sentence, and what can still be read is read.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from pipelines.capture import moment_of
from pipelines.documents import limits
from pipelines.message import header_values, read_head, split_message
from pipelines.records import read_members

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Say = Callable[[str], None]
"""Told of each thing that could not be taken in, or not whole: one sentence."""

GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""https://iipc.github.io/warc-specifications/specifications/warc-zstd/"""
_WARC, _ARC = b"WARC/", b"filedesc:"
_NEXT_RECORD = b"\r\n\r\nWARC/1."
_HEAD = 4096
_BROKEN = (ArchiveLoadFailed, OSError, EOFError, ValueError, zlib.error, zstd.ZstdError)

RecordKind = Literal["response", "resource", "revisit", "request"]


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record of another tool's file. ``head`` is that of the HTTP message, as bytes; ``body`` has
    no transfer coding. ``date`` is its WARC-Date. ``concurrent`` are the ids of the records of the
    same exchange. ``refers_to`` is the URL and date that a revisit names, each as far as it does,
    and ``digest`` the payload digest as stated."""

    kind: RecordKind
    id: str
    url: str
    date: str
    head: bytes
    body: bytes
    content_type: str
    ip: str | None
    truncated: str | None
    concurrent: tuple[str, ...]
    refers_to: tuple[str | None, str | None]
    digest: str | None


def is_warc(head: bytes) -> bool:
    """Whether a file that begins with these bytes holds WARC or ARC records, packed or not."""
    if head.startswith(GZIP):
        with_end = zlib.decompressobj(31)
        try:
            head = with_end.decompress(head, _HEAD)
        except zlib.error:
            return False
    elif head.startswith(_ZSTD_DICTIONARY):
        return True
    elif head.startswith(_ZSTD):
        try:
            head = zstd.ZstdDecompressor().decompress(head, _HEAD)
        except zstd.ZstdError:
            return False
    return head.startswith((_WARC, _ARC))


def warcs_of(package: zipfile.ZipFile) -> list[str]:
    """The names of the WARC files in a ZIP file that is laid out as WACZ; none in any other."""
    return [name for name in package.namelist() if name.startswith("archive/") and ".warc" in name]


def read_foreign(path: Path, say: Say) -> Iterator[ForeignRecord]:
    """The records of a WARC, ARC or WACZ file that may become captures, in their order, and the
    requests. Records of other types (warcinfo, metadata, conversion, dns …) are passed over."""
    with path.open("rb") as file:
        head = file.read(len(GZIP))
        file.seek(0)
        if not head.startswith(b"PK"):
            yield from _read_stream(file, path, say)
            return
        with zipfile.ZipFile(file) as package:
            for name in warcs_of(package):
                try:
                    with package.open(name) as member:
                        yield from _read_stream(
                            cast("BinaryIO", member), Path(f"{path.name}:{name}"), say
                        )
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                    say(f"{path.name}: {name} cannot be unpacked ({error})")


def _read_stream(file: BinaryIO, path: Path, say: Say) -> Iterator[ForeignRecord]:
    head = file.read(1 << 20)
    file.seek(0)
    if head.startswith(GZIP) and _has_one_record_a_member(head):
        for member in read_members(
            file, path, 2 * limits.MAX_BYTES, lambda damage: say(str(damage))
        ):
            yield from _read_records(io.BytesIO(member), path.name, say)
    elif head.startswith(GZIP):
        yield from _read_records(cast("BinaryIO", gzip.GzipFile(fileobj=file)), path.name, say)
    elif head.startswith((_ZSTD, _ZSTD_DICTIONARY)):
        yield from _read_records(_unpacked(file), path.name, say)
    else:
        yield from _read_records(file, path.name, say)


def _has_one_record_a_member(head: bytes) -> bool:
    """By the first member: some tools pack the whole file into one, which is a stream then."""
    inflater = zlib.decompressobj(31)
    try:
        first = inflater.decompress(head)
    except zlib.error:
        return True
    return inflater.eof and _NEXT_RECORD not in first


def _unpacked(file: BinaryIO) -> BinaryIO:
    dictionary = None
    if file.read(4) == _ZSTD_DICTIONARY:
        (length,) = struct.unpack("<I", file.read(4))
        content = file.read(min(length, limits.MAX_BYTES))
        if content.startswith(_ZSTD):
            content = zstd.decompress(content)
        dictionary = zstd.ZstdDict(content)
    else:
        file.seek(0)
    return cast("BinaryIO", zstd.ZstdFile(file, zstd_dict=dictionary))


def _read_records(stream: BinaryIO, name: str, say: Say) -> Iterator[ForeignRecord]:
    """The records of a stream that is not packed. Where one takes in the record after it or is
    none, reading goes on where the next one begins."""
    start: int | None = 0
    while start is not None:
        last = start
        reason = ""
        try:
            stream.seek(start)
            for record, block, offset in _raw_records(stream):
                last = offset
                found = _read_record(record, block, name, say)
                if found is not None:
                    yield found
                if _NEXT_RECORD in block:
                    break
            else:
                return
        except _BROKEN as error:
            reason = " ".join(str(error).split())[:200]
        try:
            start = _next_record(stream, last + 1)
        except _BROKEN:
            start = None
        if reason:
            rest = "the rest cannot be read" if start is None else f"reading goes on at {start}"
            say(f"{name}: after byte {last} comes no record, {rest} ({reason})")


def _raw_records(stream: BinaryIO) -> Iterator[tuple[Any, bytes, int]]:
    """Each record with its block and where it begins."""
    # warcio says what it stumbles over on stderr; here ``_read_record`` says it.
    with redirect_stderr(io.StringIO()):
        archive = ArchiveIterator(stream, no_record_parse=True, arc2warc=True)
    while True:
        with redirect_stderr(io.StringIO()):
            record = next(archive, None)
            if record is None:
                return
            block = _read_block(record)
            offset = archive.get_record_offset()
        yield record, block, offset


def _next_record(stream: BinaryIO, start: int) -> int | None:
    stream.seek(start)
    overlap = b""
    while chunk := stream.read(1 << 20):
        found = (overlap + chunk).find(_NEXT_RECORD)
        if found >= 0:
            return start - len(overlap) + found + _NEXT_RECORD.index(b"WARC")
        start += len(chunk)
        overlap = (overlap + chunk)[-len(_NEXT_RECORD) :]
    return None


def _read_block(record: Any) -> bytes:
    parts = []
    room = limits.MAX_BYTES + 1
    while room and (part := record.raw_stream.read(min(room, 1 << 20))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts)


def _read_record(record: Any, block: bytes, name: str, say: Say) -> ForeignRecord | None:
    field: Callable[[str], str | None] = record.rec_headers.get_header
    kind = record.rec_type
    url = (field("WARC-Target-URI") or "").strip("<>")
    if kind not in ("response", "resource", "revisit", "request"):
        return None
    if not url.startswith(("http://", "https://")):
        return None
    where = f"{name}: the {kind} record of {url}"
    if len(block) > limits.MAX_BYTES:
        say(f"{where} has more than {limits.MAX_BYTES // 1_000_000} MB and is left out")
        return None
    if not block:
        say(f"{where} is empty and is left out")
        return None
    date = _date(field("WARC-Date"))
    if date is None:
        say(f"{where} says no date of its capture and is left out")
        return None
    block, trouble = _check_block(block, field)
    if trouble:
        say(f"{where} {trouble}")
    head, body = (b"", block) if kind == "resource" else split_message(block)
    truncated = field("WARC-Truncated") or ("unspecified" if trouble else None)
    return ForeignRecord(
        kind=kind,
        id=field("WARC-Record-ID") or "",
        url=url.partition("#")[0],
        date=date,
        head=head,
        body=_without_chunks(head, body),
        content_type=field("Content-Type") or "",
        ip=field("WARC-IP-Address"),
        truncated=truncated,
        concurrent=tuple(
            value
            for key, value in record.rec_headers.headers
            if key.lower() == "warc-concurrent-to"
        ),
        refers_to=(
            (field("WARC-Refers-To-Target-URI") or "").strip("<>") or None,
            _date(field("WARC-Refers-To-Date")),
        ),
        digest=field("WARC-Payload-Digest"),
    )


def _check_block(block: bytes, field: Callable[[str], str | None]) -> tuple[bytes, str]:
    """The block as far as it is the record's own, and what is wrong with it, if anything."""
    stated = field("Content-Length") or ""
    swallowed = block.find(_NEXT_RECORD)
    if swallowed >= 0:
        return block[:swallowed], (
            f"takes in the record after it, since its Content-Length, {stated}, is wrong: it is "
            "archived up to there and not read"
        )
    if stated.isdecimal() and len(block) < int(stated):
        return block, f"ends after {len(block)} of {stated} bytes: it is archived and not read"
    digest = field("WARC-Block-Digest")
    if digest and not _fits(block, digest):
        return block, (
            "has not the digest that it states, or a wrong Content-Length: it is archived and not "
            "read"
        )
    return block, ""


def _fits(block: bytes, stated: str) -> bool:
    """Whether a block has the digest stated; True for algorithms that are not known."""
    name, _, value = stated.partition(":")
    name = name.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return True
    digest = hashlib.new(name, block, usedforsecurity=False)
    return value.lower() in (
        digest.hexdigest(),
        base64.b32encode(digest.digest()).decode().lower(),
        base64.b32encode(digest.digest()).decode().lower().rstrip("="),
    )


def _without_chunks(head: bytes, body: bytes) -> bytes:
    """The body without its transfer coding, which some tools keep and others have undone."""
    _, headers = read_head(head)
    codings = ",".join(header_values(headers, b"transfer-encoding")).lower()
    if "chunked" not in codings:
        return body
    reader = ChunkedDataReader(io.BytesIO(body))
    parts = []
    while part := reader.read():
        parts.append(part)
    return b"".join(parts)


def _date(value: str | None) -> str | None:
    """A date as WARC files have it, if it is one."""
    try:
        moment_of(value or "")
    except (ValueError, TypeError):
        return None
    return value if value and value.endswith("Z") else None
