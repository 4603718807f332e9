"""The records of a WARC 1.1 file (ISO 28500:2017) compressed as one gzip member each.

Every member carries its own checksum, so a record that is not whole is known to be so, and where
the next whole one begins can be found again.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BLOCK = 32_768
_MOST = 1_000_000_000
"""Bytes that one member may inflate to: no file that we write has that many in all."""
_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its named fields in order, its block, and where it lies in the file.

    ``offset`` and ``length`` are bytes of the compressed file.
    """

    fields: tuple[tuple[str, str], ...]
    block: bytes
    offset: int
    length: int

    def field(self, name: str) -> str | None:
        """The value of a named field, whatever the case of its name."""
        wanted = name.lower()
        return next((value for found, value in self.fields if found.lower() == wanted), None)


class Damage(ValueError):
    """A stretch of a WARC file that holds no whole record: ``path``, from ``offset`` to ``end``.

    ``reason`` is a clause on why; ``last`` says that nothing readable follows it, as after a crash
    while writing.
    """

    def __init__(self, path: Path, offset: int, end: int, *, last: bool, reason: str) -> None:
        super().__init__(f"{path.name}: bytes {offset} to {end} hold no whole record: {reason}")
        self.path = path
        self.offset = offset
        self.end = end
        self.last = last
        self.reason = reason


def raise_damage(damage: Damage) -> None:
    """The strict way to meet a damage: reading ends there."""
    raise damage


def read_records(
    path: Path, start: int = 0, on_damage: Callable[[Damage], None] = raise_damage
) -> Iterator[Record]:
    """Every whole record from byte ``start``, which must be where a record begins, to the end.

    ``on_damage`` is told of each stretch that holds none; if it returns, reading goes on after it.
    What another process appends in the meantime is left for the next time.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        offset = start
        ahead = b""
        while offset < size:
            try:
                record, ahead = _read_record(file, offset, ahead)
            except _NotWhole as error:
                ahead = b""
                end = _find_record(file, offset + 1, size)
                last = end == size
                on_damage(Damage(path, offset, end, last=last, reason=str(error)))
                offset = end
            else:
                yield record
                offset += record.length


def read_members(
    file: BinaryIO, path: Path, most: int, on_damage: Callable[[Damage], None] = raise_damage
) -> Iterator[bytes]:
    """What each gzip member of a file holds, whoever wrote it; ``path`` is what a damage names. A
    member that inflates to more than ``most`` bytes is one."""
    size = file.seek(0, 2)
    offset = 0
    ahead = b""
    while offset < size:
        try:
            member, length, ahead = _read_member(file, offset, ahead, most)
        except _NotWhole as error:
            ahead = b""
            end = _find(_is_member, file, offset + 1, size)
            on_damage(Damage(path, offset, end, last=end == size, reason=str(error)))
            offset = end
        else:
            yield member
            offset += length


class _NotWhole(ValueError):
    pass


def _read_record(file: BinaryIO, offset: int, ahead: bytes = b"") -> tuple[Record, bytes]:
    """The record at ``offset``, and what was read of the file beyond it: for the next one, whose
    first bytes these are, as ``ahead`` is for this one."""
    data, length, beyond = _read_member(file, offset, ahead)
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not lines[0].startswith("WARC/1."):
        raise _NotWhole("it does not begin as a WARC record")
    fields = []
    size = None
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields.append((name, value.strip()))
        if name.lower() == "content-length" and value.strip().isdecimal():
            size = int(value)
    if size is None or rest[size:] != b"\r\n\r\n":
        raise _NotWhole("its Content-Length is not the length of its block")
    return Record(tuple(fields), rest[:size], offset, length), beyond


def _read_member(
    file: BinaryIO, offset: int, ahead: bytes = b"", most: int = _MOST
) -> tuple[bytes, int, bytes]:
    """The content of the gzip member at ``offset``, its compressed length, and what was read
    beyond it."""
    file.seek(offset + len(ahead))
    inflater = zlib.decompressobj(31)
    parts: list[bytes] = []
    taken = grown = 0
    while not inflater.eof:
        if grown > most:
            raise _NotWhole(f"its gzip member inflates to more than {most:,} bytes")
        chunk = ahead or file.read(_BLOCK)
        ahead = b""
        if not chunk:
            raise _NotWhole("the file ends inside it")
        taken += len(chunk)
        try:
            parts.append(inflater.decompress(chunk))
        except zlib.error as error:
            raise _NotWhole(f"its gzip member is broken ({error})") from error
        grown += len(parts[-1])
    beyond = inflater.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts), taken - len(beyond), beyond


def _find_record(file: BinaryIO, offset: int, size: int) -> int:
    """Where the next whole record begins at or after ``offset``; ``size`` where none does."""
    return _find(_is_whole, file, offset, size)


def _find(is_whole: Callable[[BinaryIO, int], bool], file: BinaryIO, offset: int, size: int) -> int:
    overlap = len(_MEMBER) - 1
    while offset < size:
        file.seek(offset)
        chunk = file.read(1 << 20)
        if not chunk:
            break
        at = chunk.find(_MEMBER)
        while at >= 0:
            if is_whole(file, offset + at):
                return offset + at
            at = chunk.find(_MEMBER, at + 1)
        offset += max(len(chunk) - overlap, 1)
    return size


def _is_whole(file: BinaryIO, offset: int) -> bool:
    try:
        _read_record(file, offset)
    except _NotWhole:
        return False
    return True


def _is_member(file: BinaryIO, offset: int) -> bool:
    try:
        _read_member(file, offset)
    except _NotWhole:
        return False
    return True
