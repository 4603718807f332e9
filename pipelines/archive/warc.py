"""Exchanges with portals in WARC files: written once, never changed, read by offset.

An exchange is a ``response`` record (a ``revisit`` where the body was archived before) and its
``request`` record. What got no answer, and the beginning and the end of each run, are ``metadata``
records of JSON. Every record names its run in ``WARC-Gongkai-Run``; where a file was asked for as a
part of a page, ``WARC-Gongkai-Part-Of`` names that page's capture.

What was ingested has the date, URL and bytes that it came with, as ``response`` or ``revisit`` from
a WARC file, as ``resource`` from any other. Its capture's id is in ``WARC-Gongkai-Capture``, since
a foreign date is neither exact nor ours; ``WARC-Gongkai-Origin`` and ``-Dated-By`` say where it is
from, and ``WARC-Gongkai-Refers-To`` which capture a revisit refers to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heappop, heappush, heapreplace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pipelines.archive.capture import DatedBy, Origin, moment_of, time_of
from pipelines.archive.message import (
    LARGEST,
    decode_body,
    read_head,
    restore_transfer_encoding,
    split_message,
)
from pipelines.archive.records import Damage, Record, raise_damage, read_records

Kind = Literal["response", "resource", "failure", "run"]

RUN_FIELD = "WARC-Gongkai-Run"
PART_FIELD = "WARC-Gongkai-Part-Of"
ID_FIELD = "WARC-Gongkai-Capture"
ORIGIN_FIELD = "WARC-Gongkai-Origin"
DATED_FIELD = "WARC-Gongkai-Dated-By"
REFERS_FIELD = "WARC-Gongkai-Refers-To"

_LATE = 2_000_000
"""Microseconds that a file may be opened after its first record was given its moment."""

_RECORD_IDS = uuid.UUID("6d1b2b5e-2f0c-5e0b-9a53-0c6f1e8f7a21")


@dataclass(frozen=True, slots=True)
class Reference:
    """The earlier capture that holds the body of a revisit: its id, its URL and that body's
    digest; ``date`` is its WARC-Date where that is not the time of its id."""

    id: int
    url: str
    digest: str
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One thing that was archived.

    ``id`` is the moment of archiving in microseconds since ``EPOCH``, the id of its capture, and
    its WARC-Date unless it has an ``origin``; of a run's records, the moment of writing. Heads are
    the bytes on the wire, with the empty line; ``body`` is the payload after transfer coding and
    before content decoding, empty in a revisit. ``truncated`` is the WARC reason why less came than
    was announced ("disconnect"). ``details`` is the JSON of a failure or a run; ``content_type``
    that of a resource, which has no head. ``part_of`` is the id of the page's capture that this was
    asked for as a part of. The three ``warc_`` values say where the first record lies.
    """

    kind: Kind
    id: int
    run: int
    url: str
    request_head: bytes = b""
    request_body: bytes = b""
    response_head: bytes = b""
    body: bytes = b""
    digest: str | None = None
    ip: str | None = None
    truncated: str | None = None
    refers_to: Reference | None = None
    part_of: int | None = None
    origin: Origin | None = None
    content_type: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    warc_file: str = ""
    warc_offset: int = 0
    warc_length: int = 0

    @property
    def fetched_at(self) -> str:
        """When the page was fetched or saved; see ``Capture.fetched_at``."""
        return time_of(moment_of(self.origin.date)) if self.origin else time_of(self.id)


def payload_digest(data: bytes) -> str:
    """The digest as WARC files name it: "sha1:" and base 32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def record_id(record_type: str, moment: int) -> str:
    """The WARC-Record-ID of our record of this type and moment, so that a revisit can name what
    it refers to without asking the file."""
    return f"<urn:uuid:{uuid.uuid5(_RECORD_IDS, f'{record_type} {moment}')}>"


def run_url(run: int) -> str:
    """The WARC-Target-URI of a run's own records."""
    return f"urn:gongkai:run:{run}"


def read_exchanges(
    path: Path, start: int = 0, on_damage: Callable[[Damage], None] = raise_damage
) -> Iterator[Exchange]:
    """Every exchange, failure and run record of a file, from the record at byte ``start``.

    ``on_damage`` is told of stretches without a whole record and of records that are none of
    ours; the default raises, after what was whole before it has been given. A response whose
    request record was lost in a crash has an empty ``request_head``.
    """
    waiting: Exchange | None = None
    try:
        for record in read_records(path, start, on_damage):
            kind = record.field("WARC-Type")
            if waiting:
                answered, waiting = waiting, None
                yield _with_request(answered, record)
            if kind in ("response", "revisit", "resource", "metadata"):
                exchange = _read_exchange(path, record, on_damage)
                if exchange and exchange.kind == "response":
                    waiting = exchange
                elif exchange:
                    yield exchange
            elif kind not in ("warcinfo", "request"):
                on_damage(_strange(path, record, f"a record of type {kind} is none of ours"))
    except Damage:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def in_order(
    files: Iterable[Path], on_damage: Callable[[Damage], None] = raise_damage
) -> Iterator[Exchange]:
    """What all files hold, in the order of time: processes that crawl at the same time have each
    its own files. ``on_damage`` as for ``read_exchanges``."""
    waiting = deque(sorted(files))
    heads: list[tuple[int, int, Exchange, Iterator[Exchange]]] = []
    opened = 0
    while waiting or heads:
        while waiting and (not heads or _begun(waiting[0]) <= heads[0][0]):
            exchanges = read_exchanges(waiting.popleft(), on_damage=on_damage)
            opened += 1
            if first := next(exchanges, None):
                heappush(heads, (first.id, opened, first, exchanges))
        if heads:
            _, number, exchange, exchanges = heads[0]
            yield exchange
            if following := next(exchanges, None):
                heapreplace(heads, (following.id, number, following, exchanges))
            else:
                heappop(heads)


def _begun(file: Path) -> int:
    """A moment before all that a file holds, by its name; its first record may be a little older
    than the name."""
    stamp = re.match(r"gongkai-(\d{8}T\d{6})-", file.name)
    if stamp is None:
        return 0
    return moment_of(f"{datetime.strptime(stamp[1], '%Y%m%dT%H%M%S').isoformat()}Z") - _LATE


def read_exchange(directory: Path, file: str, offset: int) -> Exchange:
    """The exchange whose first record begins at ``offset``; raises Damage or FileNotFoundError."""
    path = directory / file
    exchange = next(read_exchanges(path, offset), None)
    if exchange is None or exchange.warc_offset != offset:
        raise Damage(path, offset, offset, last=False, reason="no exchange begins there")
    return exchange


def decoded_body(exchange: Exchange, largest: int = LARGEST) -> bytes:
    """The body as a reader sees it; raises CodingError where its coding is broken or it grows to
    more than ``largest`` bytes. A revisit has no body: read the exchange that it refers to."""
    _, headers = read_head(exchange.response_head)
    return decode_body(headers, exchange.body, largest)


def _read_exchange(
    path: Path, record: Record, on_damage: Callable[[Damage], None]
) -> Exchange | None:
    try:
        exchange = Exchange(
            kind="response",
            id=int(record.field(ID_FIELD) or 0) or moment_of(record.field("WARC-Date") or ""),
            run=int(record.field(RUN_FIELD) or ""),
            url=record.field("WARC-Target-URI") or "",
            digest=record.field("WARC-Payload-Digest"),
            ip=record.field("WARC-IP-Address"),
            truncated=record.field("WARC-Truncated"),
            refers_to=_reference(record),
            part_of=int(page) if (page := record.field(PART_FIELD)) else None,
            origin=_origin(record),
            warc_file=path.name,
            warc_offset=record.offset,
            warc_length=record.length,
        )
        if record.field("WARC-Type") == "resource":
            content_type = record.field("Content-Type")
            return replace(exchange, kind="resource", content_type=content_type, body=record.block)
        if record.field("WARC-Type") != "metadata":
            head, body = split_message(record.block)
            return replace(exchange, response_head=restore_transfer_encoding(head), body=body)
        details = json.loads(record.block)
        kind: Kind = "run" if exchange.url == run_url(exchange.run) else "failure"
        return replace(exchange, kind=kind, details=details, digest=None)
    except ValueError as error:
        on_damage(_strange(path, record, f"it is none of our records ({error})"))
        return None


def _with_request(exchange: Exchange, record: Record) -> Exchange:
    """The exchange with the request in the record after it, where that is its own."""
    kind = "revisit" if exchange.refers_to else "response"
    if record.field("WARC-Concurrent-To") != record_id(kind, exchange.id):
        return exchange
    head, body = split_message(record.block)
    return replace(exchange, request_head=head, request_body=body)


def _reference(record: Record) -> Reference | None:
    date = record.field("WARC-Refers-To-Date")
    url = record.field("WARC-Refers-To-Target-URI")
    digest = record.field("WARC-Payload-Digest")
    if not (date and url and digest):
        return None
    ingested = record.field(REFERS_FIELD)
    if ingested:
        return Reference(int(ingested), url, digest, date)
    return Reference(moment_of(date), url, digest)


def _origin(record: Record) -> Origin | None:
    source, dated_by = record.field(ORIGIN_FIELD), record.field(DATED_FIELD)
    if source is None or dated_by not in get_args(DatedBy):
        return None
    return Origin(source, record.field("WARC-Date") or "", cast("DatedBy", dated_by))


def _strange(path: Path, record: Record, reason: str) -> Damage:
    end = record.offset + record.length
    return Damage(path, record.offset, end, last=False, reason=reason)
