"""Writing exchanges into the WARC files of an archive, so that a crash loses none that was whole.

An exchange goes to the kernel in one write before anything reads it, so the death of the process
loses at most the record being written. Power loss is another matter: the files are synced to disk
every few seconds and when they are finished, not after each exchange, because a sync takes longer
than fetching a page and what the last seconds lose is still on the portal. The beginning and the
end of a run are synced at once, so that no row of a run is ahead of its record.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.capture import Origin, time_of
from pipelines.disk import sync
from pipelines.manifest import enter
from pipelines.message import read_head, set_transfer_encoding_aside
from pipelines.moments import Moments
from pipelines.warc import (
    DATED_FIELD,
    ID_FIELD,
    ORIGIN_FIELD,
    PART_FIELD,
    REFERS_FIELD,
    RUN_FIELD,
    Exchange,
    Reference,
    payload_digest,
    record_id,
    run_url,
)

MAX_SIZE = 1_000_000_000
"""Bytes of one file. Small enough to copy and check, large enough to need few."""

SYNC_SECONDS = 5.0

_LEVEL = 4
"""Of gzip. Measured on pages of 40 kB: twice as fast as level 6 for files 3 % larger, and six times
as fast as 9, the usual one, for files 9 % larger."""

_HTTP = "application/http; msgtype="
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}


class WarcWriter:
    """Writes into files of its own in ``directory``, one after the other, until ``close``.

    ``about`` is what the warcinfo record at the head of each file says besides the format
    (software, user agent, robots). A file is locked (flock) while it is open and never written to
    again; when it is finished it gets its line in the manifest (``pipelines.manifest``). Every
    method may raise OSError with the name of the file; then the file ends with its last whole
    record, and the next write begins another one.
    """

    def __init__(
        self,
        directory: Path,
        about: Mapping[str, str],
        *,
        max_size: int = MAX_SIZE,
        sync_seconds: float = SYNC_SECONDS,
    ) -> None:
        self.directory = directory
        self._about = about
        self._max_size = max_size
        self._sync_seconds = sync_seconds
        self._file: int | None = None
        self._path = directory
        self._size = 0
        self._sha256 = hashlib.sha256()
        self._serial = 0
        self._synced = 0.0
        self._warcinfo_id = ""
        directory.mkdir(parents=True, exist_ok=True)
        self._moments = Moments(directory)

    @property
    def lane(self) -> int:
        """The number that this writer has among those of the archive (``pipelines.moments``)."""
        return self._moments.lane

    def moment(self) -> int:
        """A moment of this archive, for the id of a run (microseconds since ``EPOCH``)."""
        return self._moments.next()

    def write_exchange(
        self,
        *,
        run: int,
        url: str,
        request_head: bytes,
        response_head: bytes,
        body: bytes,
        request_body: bytes = b"",
        ip: str | None = None,
        truncated: str | None = None,
        refers_to: Reference | None = None,
        part_of: int | None = None,
        origin: Origin | None = None,
    ) -> Exchange:
        """Write one exchange; returns it with its id and where it lies.

        The heads are written as they are, but for the name of Transfer-Encoding, which the body
        does not have any more. With ``refers_to`` the body is not written: it lies there. What was
        ingested (``origin``) keeps its own date, and has no request where none came with it.
        """
        exchange = Exchange(
            kind="response",
            id=self.moment(),
            run=run,
            url=url,
            request_head=request_head,
            request_body=request_body,
            response_head=response_head,
            body=b"" if refers_to else body,
            digest=refers_to.digest if refers_to else payload_digest(body),
            ip=ip,
            truncated=truncated,
            refers_to=refers_to,
            part_of=part_of,
            origin=origin,
        )
        self._make_room(run, len(response_head) + len(exchange.body) + len(request_body))
        kind = "revisit" if refers_to else "response"
        fields = self._fields(kind, exchange)
        if refers_to:
            status, _ = read_head(response_head)
            fields["WARC-Profile"] = _PROFILE + (
                "server-not-modified" if status == 304 else "identical-payload-digest"
            )
            fields["WARC-Refers-To"] = record_id("response", refers_to.id)
            fields["WARC-Refers-To-Target-URI"] = refers_to.url
            fields["WARC-Refers-To-Date"] = refers_to.date or time_of(refers_to.id)
            if refers_to.date:
                fields[REFERS_FIELD] = str(refers_to.id)
        if truncated:
            fields["WARC-Truncated"] = truncated
        head = set_transfer_encoding_aside(response_head)
        fields |= {"WARC-Payload-Digest": exchange.digest or "", "Content-Type": _HTTP + "response"}
        response = _pack(fields, head + exchange.body)
        if origin and not request_head:
            return self._append(exchange, response)
        fields = self._fields("request", exchange)
        fields["WARC-Concurrent-To"] = record_id(kind, exchange.id)
        fields["WARC-Payload-Digest"] = payload_digest(request_body)
        fields["Content-Type"] = _HTTP + "request"
        request = _pack(fields, request_head + request_body)
        return self._append(exchange, response, request)

    def write_resource(
        self,
        *,
        run: int,
        url: str,
        content_type: str,
        body: bytes,
        origin: Origin,
        part_of: int | None = None,
    ) -> Exchange:
        """Write a file that came without the exchange that fetched it."""
        exchange = Exchange(
            kind="resource",
            id=self.moment(),
            run=run,
            url=url,
            body=body,
            digest=payload_digest(body),
            part_of=part_of,
            origin=origin,
            content_type=content_type,
        )
        self._make_room(run, len(body))
        fields = self._fields("resource", exchange)
        fields["Content-Type"] = content_type
        fields["WARC-Payload-Digest"] = exchange.digest or ""
        return self._append(exchange, _pack(fields, body))

    def write_failure(
        self, *, run: int, url: str, details: Mapping[str, Any], part_of: int | None = None
    ) -> Exchange:
        """Write that a request got no answer; ``details`` holds "outcome" and "evidence"."""
        return self._write_json(
            Exchange(kind="failure", id=0, run=run, url=url, details=details, part_of=part_of)
        )

    def write_run(self, run: int, details: Mapping[str, Any]) -> Exchange:
        """Write the beginning or the end of a run."""
        return self._write_json(
            Exchange(kind="run", id=0, run=run, url=run_url(run), details=details)
        )

    def sync(self) -> None:
        """Have the disk hold what has been written."""
        if self._file is not None:
            os.fdatasync(self._file)
            self._synced = time.monotonic()

    def close(self) -> None:
        """Finish the open file, and let another process have this writer's place."""
        try:
            self._finish()
        finally:
            self._moments.close()

    def _write_json(self, exchange: Exchange) -> Exchange:
        exchange = replace(exchange, id=self.moment())
        block = json.dumps(exchange.details, ensure_ascii=False).encode()
        self._make_room(exchange.run, len(block))
        fields = self._fields("metadata", exchange)
        fields["Content-Type"] = "application/json"
        return self._append(exchange, _pack(fields, block))

    def _fields(self, record_type: str, exchange: Exchange) -> dict[str, str]:
        fields = {
            "WARC-Type": record_type,
            "WARC-Record-ID": record_id(record_type, exchange.id),
            "WARC-Target-URI": exchange.url,
            "WARC-Date": time_of(exchange.id),
            "WARC-Warcinfo-ID": self._warcinfo_id,
            RUN_FIELD: str(exchange.run),
        }
        if exchange.ip:
            fields["WARC-IP-Address"] = exchange.ip
        if exchange.part_of:
            fields[PART_FIELD] = str(exchange.part_of)
        if exchange.origin:
            fields["WARC-Date"] = exchange.origin.date
            fields[ID_FIELD] = str(exchange.id)
            fields[ORIGIN_FIELD] = exchange.origin.source
            fields[DATED_FIELD] = exchange.origin.dated_by
        return fields

    def _make_room(self, run: int, size: int) -> None:
        """Have a file open that takes ``size`` bytes more, whether or not they compress."""
        if self._file is not None and self._size + size + 16_384 > self._max_size:
            self._finish()
        if self._file is None:
            self._begin(run)

    def _begin(self, run: int) -> None:
        moment = self.moment()
        self._serial += 1
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        name = f"gongkai-{stamp}-{run}-{self._serial:05d}.warc.gz"
        self._path = self.directory / name
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._size = 0
        self._sha256 = hashlib.sha256()
        self._synced = float("-inf")
        self._warcinfo_id = record_id("warcinfo", moment)
        about = {**_FORMAT, **self._about, "run": str(run)}
        fields = {
            "WARC-Type": "warcinfo",
            "WARC-Record-ID": self._warcinfo_id,
            "WARC-Filename": name,
            "WARC-Date": time_of(moment),
            RUN_FIELD: str(run),
            "Content-Type": "application/warc-fields",
        }
        block = "".join(f"{key}: {value}\r\n" for key, value in about.items()).encode()
        self._write(_pack(fields, block))
        sync(self.directory)

    def _append(self, exchange: Exchange, first: bytes, second: bytes = b"") -> Exchange:
        offset = self._size
        self._write(first + second, at_once=exchange.kind == "run")
        return replace(
            exchange, warc_file=self._path.name, warc_offset=offset, warc_length=len(first)
        )

    def _write(self, data: bytes, *, at_once: bool = False) -> None:
        assert self._file is not None
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            self._size += len(data)
            self._sha256.update(data)
            if at_once or time.monotonic() - self._synced > self._sync_seconds:
                self.sync()
        except OSError as error:
            self._give_up()
            raise OSError(error.errno, error.strerror, str(self._path)) from error

    def _give_up(self) -> None:
        """Leave the file with its last whole record; where even that fails, with a torn one, which
        the next start sets aside."""
        assert self._file is not None
        with suppress(OSError):
            os.ftruncate(self._file, self._size)
            if self._size == 0:
                self._path.unlink()
        os.close(self._file)
        self._file = None

    def _finish(self) -> None:
        if self._file is None:
            return
        try:
            self.sync()
            enter(self.directory, self._path.name, self._size, self._sha256.hexdigest())
        finally:
            os.close(self._file)
            self._file = None


def _pack(fields: Mapping[str, str], block: bytes) -> bytes:
    """A record as one gzip member. Its named fields begin with the type and end with the digest and
    length of the block; ValueError for one that is not one line."""
    lines = [
        "WARC/1.1",
        *(f"{name}: {value}" for name, value in fields.items()),
        f"WARC-Block-Digest: {payload_digest(block)}",
        f"Content-Length: {len(block)}",
    ]
    head = "\r\n".join(lines)
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        raise ValueError(f"a named field of a WARC record is one line: {dict(fields)}")
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    record = b"".join((head.encode(), b"\r\n\r\n", block, b"\r\n\r\n"))
    return packer.compress(record) + packer.flush()
