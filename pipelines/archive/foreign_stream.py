"""The records of WARC files that other tools wrote, in whatever they are packed.

warcio reads the records. What it is given here are single gzip members where a file has one a
record, so that a damaged one costs itself alone, and otherwise the whole stream. Whatever is wrong
with a file is a sentence, and what can still be read is read.
"""

from __future__ import annotations

import gzip
import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipelines.archive.records import read_members
from pipelines.reading.documents import limits

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Say = Callable[[str], None]
"""Told of each thing that could not be taken in, or not whole: one sentence."""

NEXT_RECORD = b"\r\n\r\nWARC/1."
"""In a block, this is the record after it."""

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""https://iipc.github.io/warc-specifications/specifications/warc-zstd/"""
_DICTIONARY_FORMAT = b"\x37\xa4\x30\xec"
_WARC, _ARC = b"WARC/", b"filedesc:"
_HEAD = 4096
_BROKEN = (ArchiveLoadFailed, OSError, EOFError, ValueError, zlib.error, zstd.ZstdError)


class RawRecord(NamedTuple):
    """A record as warcio read its named fields (``rec_headers``), its block, and the file's name.
    Of a block of more than ``limits.MAX_BYTES`` only so much and one byte is there."""

    record: Any
    block: bytes
    file: str


def is_warc(head: bytes) -> bool:
    """Whether a file that begins with these bytes holds WARC or ARC records, packed or not."""
    if head.startswith(_GZIP):
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


def raw_records(path: Path, say: Say) -> Iterator[RawRecord]:
    """Every record of a WARC, ARC or WACZ file, in their order."""
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            yield from _read_stream(file, path, say)
            return
        with zipfile.ZipFile(file) as package:
            for name in warcs_of(package):
                place = Path(f"{path.name}:{name}")
                try:
                    with package.open(name) as member:
                        yield from _read_stream(cast("BinaryIO", member), place, say)
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                    say(f"{path.name}: {name} cannot be unpacked ({error})")


def _read_stream(file: BinaryIO, path: Path, say: Say) -> Iterator[RawRecord]:
    file.seek(0)
    head = file.read(1 << 20)
    file.seek(0)
    if head.startswith(_GZIP) and _has_one_record_a_member(head):
        for member in read_members(
            file, path, 2 * limits.MAX_BYTES, lambda damage: say(str(damage))
        ):
            yield from _read_records(io.BytesIO(member), path.name, say)
    elif head.startswith(_GZIP):
        yield from _read_records(cast("BinaryIO", gzip.GzipFile(fileobj=file)), path.name, say)
    elif head.startswith((_ZSTD, _ZSTD_DICTIONARY)):
        try:
            stream = _unpacked(file)
        except (*_BROKEN, struct.error) as error:
            say(f"{path.name}: its zstd dictionary cannot be read ({error})")
            return
        yield from _read_records(stream, path.name, say)
    else:
        yield from _read_records(file, path.name, say)


def _has_one_record_a_member(head: bytes) -> bool:
    """By the first member: some tools pack the whole file into one, which is a stream then."""
    inflater = zlib.decompressobj(31)
    try:
        first = inflater.decompress(head)
    except zlib.error:
        return True
    return inflater.eof and NEXT_RECORD not in first


def _unpacked(file: BinaryIO) -> BinaryIO:
    dictionary = None
    if file.read(4) == _ZSTD_DICTIONARY:
        (length,) = struct.unpack("<I", file.read(4))
        content = file.read(min(length, limits.MAX_BYTES))
        if content.startswith(_ZSTD):
            content = zstd.decompress(content)
        # RFC 8878, 5: without the magic number any content is a dictionary.
        is_raw = not content.startswith(_DICTIONARY_FORMAT)
        dictionary = zstd.ZstdDict(content, is_raw=is_raw)
    else:
        file.seek(0)
    return cast("BinaryIO", zstd.ZstdFile(file, zstd_dict=dictionary))


def _read_records(stream: BinaryIO, name: str, say: Say) -> Iterator[RawRecord]:
    """The records of a stream that is not packed. Where one takes in the record after it or is
    none, reading goes on where the next one begins."""
    start: int | None = 0
    while start is not None:
        last = start
        reason = ""
        try:
            stream.seek(start)
            for record, block, offset in _with_offsets(stream):
                last = offset
                yield RawRecord(record, block, name)
                if NEXT_RECORD in block:
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


def _with_offsets(stream: BinaryIO) -> Iterator[tuple[Any, bytes, int]]:
    """Each record with its block and where it begins."""
    # warcio says what it stumbles over on stderr; here ``pipelines.archive.foreign`` does.
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
        found = (overlap + chunk).find(NEXT_RECORD)
        if found >= 0:
            return start - len(overlap) + found + NEXT_RECORD.index(b"WARC")
        start += len(chunk)
        overlap = (overlap + chunk)[-len(NEXT_RECORD) :]
    return None


def _read_block(record: Any) -> bytes:
    parts = []
    room = limits.MAX_BYTES + 1
    while room and (part := record.raw_stream.read(min(room, 1 << 20))):
        parts.append(part)
        room -= len(part)
    return b"".join(parts)
