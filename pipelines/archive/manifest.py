"""The manifest: the SHA-256 of every WARC file that is finished, in a chain.

``warc/manifest.jsonl`` has one line a file, a JSON object: ``file``, ``size`` in bytes, ``sha256``,
``finished`` (UTC), and ``previous``, the SHA-256 of the line before it with its line end. Lines are
added and never altered. So one hash, that of the last line (the *head*), stands for every byte of
every file before it: who has noted it elsewhere can tell whether any of them was changed since.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.disk import sync

NAME = "manifest.jsonl"

NONE_BEFORE = "0" * 64
"""``previous`` of the first line."""

_LONGEST_LINE = 4096


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the file that it is about, and where it begins in the manifest (bytes)."""

    file: str
    size: int
    sha256: str
    offset: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the manifest says: its lines by file, how many there are, and the ``head``, None where
    there is no line. ``broken``: byte and reason of each line that does not follow from the one
    before it, or is none."""

    lines: dict[str, Line]
    count: int
    head: str | None
    broken: list[tuple[int, str]]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal, as ``sha256sum`` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def enter(directory: Path, file: str, size: int, sha256: str) -> None:
    """Add a finished file, which the disk must hold already, and have the disk hold the line.

    Processes wait for each other. Raises OSError; then the manifest is as it was.
    """
    with _locked(directory) as handle:
        _set_torn_aside(handle, directory)
        end, last = _last_line(handle)
        line = {
            "file": file,
            "size": size,
            "sha256": sha256,
            "finished": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "previous": hashlib.sha256(last).hexdigest() if last else NONE_BEFORE,
        }
        data = json.dumps(line).encode() + b"\n"
        try:
            written = os.write(handle, data)
            if written < len(data):
                os.write(handle, data[written:])  # says why there is no room
            os.fsync(handle)
        except OSError as error:
            os.ftruncate(handle, end)
            raise OSError(error.errno, error.strerror, str(directory / NAME)) from error
    if not last:
        sync(directory)


def mend(directory: Path) -> list[str]:
    """Set aside a last line that a power failure left unfinished; returns a sentence on it."""
    path = directory / NAME
    if not path.exists():
        return []
    with _locked(directory) as handle:
        return _set_torn_aside(handle, directory)


def read_manifest(directory: Path) -> Manifest:
    """Read the manifest and follow its chain; one that does not exist has no lines."""
    lines: dict[str, Line] = {}
    broken: list[tuple[int, str]] = []
    expected = NONE_BEFORE
    offset = count = 0
    try:
        file = (directory / NAME).open("rb")
    except FileNotFoundError:
        return Manifest({}, 0, None, [])
    with file:
        for data in file:
            try:
                values = json.loads(data)
                line = Line(values["file"], values["size"], values["sha256"], offset)
                previous = values["previous"]
            except (ValueError, TypeError, KeyError):
                broken.append((offset, "this is no line of a manifest"))
            else:
                if previous != expected:
                    reason = "the line before it was changed, removed or put in another place"
                    broken.append((offset, reason))
                if line.file in lines:
                    broken.append((offset, f"{line.file} has a line before this one"))
                lines.setdefault(line.file, line)
            expected = hashlib.sha256(data).hexdigest()
            offset += len(data)
            count += 1
    return Manifest(lines, count, expected if count else None, broken)


@contextmanager
def _locked(directory: Path) -> Iterator[int]:
    handle = os.open(directory / NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _last_line(handle: int) -> tuple[int, bytes]:
    """How long the manifest is, and its last line with its line end."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _LONGEST_LINE, max(size - _LONGEST_LINE, 0))
    return size, tail[tail.rfind(b"\n", 0, -1) + 1 :]


def _set_torn_aside(handle: int, directory: Path) -> list[str]:
    size, last = _last_line(handle)
    if not last or last.endswith(b"\n"):
        return []
    whole = size - len(last)
    aside = directory / f"{NAME}.torn-{whole}"
    aside.write_bytes(last)
    sync(aside)
    sync(directory)
    os.ftruncate(handle, whole)
    os.fsync(handle)
    return [
        f"{NAME}: its last line was not whole, as a power failure leaves it; the {len(last)} bytes "
        f"from byte {whole} on are kept in {aside.name}"
    ]
