"""What a crawl archives: each answer into the WARC files first, then into the index.

The order is what makes the database derived: a row never says more than a record does. What a
crash leaves between the two is indexed by ``pipelines.archive.recovery`` at the next start.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pipelines.archive.capture import Capture, Origin, Outcome, time_of
from pipelines.archive.capture_index import capture_of, previous_of, reference_to
from pipelines.archive.message import read_head
from pipelines.archive.warc import Exchange, Reference, read_exchange
from pipelines.archive.warc_writer import WarcWriter
from pipelines.database.file import existing_database
from pipelines.database.leases import Leases
from pipelines.database.runs import CRAWL
from pipelines.database.store import Store


class PortalRecord(Protocol):
    """What the archive notes of a portal: a record of the registry or one made for a URL."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str | None: ...
    @property
    def division(self) -> str | None: ...
    @property
    def url(self) -> str: ...
    @property
    def synthetic(self) -> bool: ...


def warc_directory(home: Path) -> Path:
    """Where the WARC files of the archive at ``home`` are."""
    return home / "warc"


class Archive:
    """The archive of one crawling process. Every method may raise OSError (the disk) or
    sqlite3.Error (the database); what was archived before stays as it is."""

    def __init__(self, store: Store, about: Mapping[str, str]) -> None:
        self.store = store
        self.directory = warc_directory(store.home)
        self._writer = WarcWriter(self.directory, about)
        self._runs: dict[int, str] = {}

    def begin_run(self, portal: PortalRecord, kind: str = CRAWL) -> int:
        """Note that a portal is crawled from now on, or that something of it is ingested; returns
        the id of the run."""
        run = self._writer.moment()
        record = {
            "id": portal.id,
            "name": portal.name,
            "family": portal.family,
            "division": portal.division,
            "url": portal.url,
            "synthetic": portal.synthetic,
        }
        started = time_of(run)
        details = {"run": run, "portal": record, "started": started}
        self._writer.write_run(run, details if kind == CRAWL else details | {"kind": kind})
        self.store.add_portal(
            portal.id, portal.name, portal.family, portal.division, portal.url, portal.synthetic
        )
        self.store.start_run(run, portal.id, started, kind)
        self._runs[run] = portal.id
        return run

    def finish_run(self, run: int, reason: str) -> None:
        """Note that a run has ended, and why. Its counters are counted when all it captured has
        been read, so nothing of the run may come after this."""
        finished = time_of(self._writer.moment())
        self._writer.write_run(run, {"run": run, "finished": finished, "reason": reason})
        self.store.finish_run(run, finished, reason)
        del self._runs[run]

    def open_leases(self) -> Leases:
        """The leases of the process that writes here; to be closed before the archive is."""
        return Leases(
            existing_database(self.store.home),
            self.directory,
            lane=self._writer.lane,
            moment=self._writer.moment(),
        )

    def portal_of(self, run: int) -> str:
        """The portal of a run that has not ended."""
        return self._runs[run]

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Runs that have begun and not ended."""
        return tuple(self._runs)

    def add_answer(
        self,
        run: int,
        url: str,
        *,
        request_head: bytes,
        response_head: bytes,
        body: bytes,
        request_body: bytes = b"",
        ip: str | None = None,
        truncated: str | None = None,
        whole: bool = False,
        part_of: int | None = None,
    ) -> Capture:
        """Archive one answer and index it. A body that is archived already is referred to, unless
        ``whole`` asks for it (because that record cannot be read any more). ``part_of`` is the
        capture of the page whose part was asked for."""
        portal = self._runs[run]
        previous = self.store.latest_capture(url)
        status, _ = read_head(response_head)
        exchange = self._writer.write_exchange(
            run=run,
            url=url,
            request_head=request_head,
            request_body=request_body,
            response_head=response_head,
            body=body,
            ip=ip,
            truncated=truncated,
            refers_to=None if whole else reference_to(previous, status, body, truncated),
            part_of=part_of,
        )
        return self._index(exchange, portal, previous)

    def add_ingested(
        self,
        run: int,
        url: str,
        *,
        body: bytes,
        origin: Origin,
        content_type: str = "",
        request_head: bytes = b"",
        response_head: bytes = b"",
        ip: str | None = None,
        truncated: str | None = None,
        refers_to: Reference | None = None,
        part_of: int | None = None,
    ) -> Capture:
        """Archive and index what somebody else fetched or saved, with its own date: a file, of
        which ``content_type`` is given, or an exchange, of which ``response_head`` is."""
        if response_head:
            exchange = self._writer.write_exchange(
                run=run,
                url=url,
                request_head=request_head,
                response_head=response_head,
                body=body,
                ip=ip,
                truncated=truncated,
                refers_to=refers_to,
                part_of=part_of,
                origin=origin,
            )
        else:
            exchange = self._writer.write_resource(
                run=run,
                url=url,
                content_type=content_type,
                body=body,
                origin=origin,
                part_of=part_of,
            )
        return self._index(exchange, self._runs[run], previous_of(self.store, exchange))

    def add_failure(
        self,
        run: int,
        url: str,
        evidence: str,
        *,
        outcome: Outcome = "error",
        part_of: int | None = None,
    ) -> Capture:
        """Archive and index that a request got no answer; ``evidence`` says why. A part that was
        not even asked for has the ``outcome`` "excluded"."""
        details = {
            "run": run,
            "portal": self._runs[run],
            "outcome": outcome,
            "evidence": evidence,
        }
        exchange = self._writer.write_failure(run=run, url=url, details=details, part_of=part_of)
        return self._index(exchange, self._runs[run], None)

    def _index(self, exchange: Exchange, portal: str, previous: Capture | None) -> Capture:
        capture = capture_of(exchange, portal, previous)
        self.store.note_capture(capture)
        return capture

    def origin_of(self, capture: Capture) -> Exchange:
        """The exchange that holds the body of a capture. Raises Damage or FileNotFoundError where
        its record cannot be read."""
        origin = self.store.capture(capture.revisits) if capture.revisits else capture
        assert origin is not None  # a foreign key
        return read_exchange(self.directory, origin.warc_file, origin.warc_offset)

    def close(self) -> None:
        """Finish the open file, and index what is not yet."""
        try:
            self.store.flush()
        finally:
            self._writer.close()
