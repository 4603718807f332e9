"""What WARC files of other tools hold, as records to ingest.

A record whose length or digest is wrong is cut to what is its own and marked as truncated, with a
sentence that says so.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from warcio.bufferedreaders import ChunkedDataReader

from pipelines.archive.capture import moment_of
from pipelines.archive.foreign_stream import NEXT_RECORD, Say, raw_records
from pipelines.archive.message import header_values, read_head, split_message
from pipelines.reading.documents import limits

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


def read_foreign(path: Path, say: Say, passed_over: Counter[str]) -> Iterator[ForeignRecord]:
    """The records of a WARC, ARC or WACZ file that may become captures, in their order, and the
    requests. Records of other types (warcinfo, metadata, conversion, of dns: addresses …) are
    counted in ``passed_over``; a file that has no other is said to be so."""
    count = 0
    for raw in raw_records(path, say):
        if other := _other_type(raw.record):
            passed_over[other] += 1
            continue
        found = _read_record(raw.record, raw.block, raw.file, say)
        if found is not None:
            count += 1
            yield found
    if not count:
        say(f"{path.name}: no record of an answer is in this file")


def _other_type(record: Any) -> str | None:
    """What a record is called that cannot become a capture."""
    kind = record.rec_type
    if kind not in get_args(RecordKind):
        return f"records of the type {kind}"
    scheme, colon, _ = _url(record).partition(":")
    if scheme in ("http", "https"):
        return None
    return f"{kind} records of {scheme}: addresses" if colon else f"{kind} records of no address"


def _url(record: Any) -> str:
    return (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def _read_record(record: Any, block: bytes, name: str, say: Say) -> ForeignRecord | None:
    field: Callable[[str], str | None] = record.rec_headers.get_header
    kind = record.rec_type
    url = _url(record)
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
    swallowed = block.find(NEXT_RECORD)
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
