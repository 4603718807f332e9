"""Writing exchanges into the WARC files of an archive: what their records say, and in which file.

An exchange is written before anything reads it (``pipelines.archive.warc_file`` says what a crash
loses). The beginning and the end of a run are synced at once, so that no row of a run is ahead of
its record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.archive.capture import Origin
from pipelines.archive.moments import Moments
from pipelines.archive.warc import Exchange, Reference, payload_digest, record_id, run_url
from pipelines.archive.warc_file import WarcFile
from pipelines.archive.warc_packing import (
    pack_metadata,
    pack_request,
    pack_resource,
    pack_response,
    pack_warcinfo,
)
from pipelines.disk import sync

MAX_SIZE = 1_000_000_000
"""Bytes of one file. Small enough to copy and check, large enough to need few."""

SYNC_SECONDS = 5.0


class WarcWriter:
    """Writes into files of its own in ``directory``, one after the other, until ``close``.

    ``about`` is what the warcinfo record at the head of each file says besides the format
    (software, user agent, robots). A file is locked (flock) while it is open and never written to
    again; when it is finished it gets its line in the manifest (``pipelines.archive.manifest``).
    Every method may raise OSError with the name of the file; then the file ends with its last
    whole record, and the next write begins another one.
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
        self._file: WarcFile | None = None
        self._serial = 0
        self._warcinfo_id = ""
        directory.mkdir(parents=True, exist_ok=True)
        self._moments = Moments(directory)

    @property
    def lane(self) -> int:
        """The number that this writer has among those of the archive
        (``pipelines.archive.moments``)."""
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

        With ``refers_to`` the body is not written: it lies there. What was ingested (``origin``)
        keeps its own date, and has no request where none came with it.
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
        response = pack_response(exchange, self._warcinfo_id)
        if origin and not request_head:
            return self._append(exchange, response)
        return self._append(exchange, response, pack_request(exchange, self._warcinfo_id))

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
        return self._append(exchange, pack_resource(exchange, self._warcinfo_id))

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
            self._file.sync()

    def close(self) -> None:
        """Finish the open file, and let another process have this writer's place."""
        try:
            self._finish()
        finally:
            self._moments.close()

    def _write_json(self, exchange: Exchange) -> Exchange:
        exchange = replace(exchange, id=self.moment())
        details = json.dumps(exchange.details, ensure_ascii=False).encode()
        self._make_room(exchange.run, len(details))
        return self._append(exchange, pack_metadata(exchange, details, self._warcinfo_id))

    def _make_room(self, run: int, size: int) -> None:
        """Have a file open that takes ``size`` bytes more, whether or not they compress."""
        if self._file is not None and self._file.size + size + 16_384 > self._max_size:
            self._finish()
        if self._file is None:
            self._begin(run)

    def _begin(self, run: int) -> None:
        moment = self.moment()
        self._serial += 1
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        name = f"gongkai-{stamp}-{run}-{self._serial:05d}.warc.gz"
        self._file = WarcFile(self.directory / name, self._sync_seconds)
        self._warcinfo_id = record_id("warcinfo", moment)
        self._write(pack_warcinfo(moment, run, name, self._about))
        sync(self.directory)

    def _append(self, exchange: Exchange, first: bytes, second: bytes = b"") -> Exchange:
        offset = self._write(first + second, at_once=exchange.kind == "run")
        assert self._file is not None
        name = self._file.path.name
        return replace(exchange, warc_file=name, warc_offset=offset, warc_length=len(first))

    def _write(self, data: bytes, *, at_once: bool = False) -> int:
        assert self._file is not None
        try:
            return self._file.write(data, at_once=at_once)
        except OSError:
            self._file = None
            raise

    def _finish(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.finish()
