"""An archived exchange as a row of the index. The crawl and a rebuild call the same function, so
that they say the same of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.archive.capture import Capture, Outcome, Reading, time_of
from pipelines.archive.message import CodingError, Header, header, read_head
from pipelines.archive.outcome import judge
from pipelines.archive.warc import Exchange, Reference, decoded_body, payload_digest
from pipelines.reading.substance import substance_of

if TYPE_CHECKING:
    from pipelines.database.store import Store

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def reference_to(
    previous: Capture | None, status: int | None, body: bytes, truncated: str | None
) -> Reference | None:
    """Where the body of a new answer lies already, if it does.

    ``previous`` is the newest page at the same URL. It has the same body where the portal says so
    (304) or where the digest says so.
    """
    if previous is None or previous.digest is None or truncated:
        return None
    if status == 304 or (status == 200 and payload_digest(body) == previous.digest):
        return Reference(previous.revisits or previous.id, previous.url, previous.digest)
    return None


def previous_of(store: Store, exchange: Exchange) -> Capture | None:
    """What the row of an exchange is judged by: the newest page that was fetched at the same URL
    before it. What was ingested stands for itself, but for a revisit, which has the body of the
    capture that it refers to."""
    if exchange.origin is None:
        return store.latest_capture(exchange.url)
    return store.capture(exchange.refers_to.id) if exchange.refers_to else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a response says by itself, whatever was captured before: the columns of its row, and
    ``substance`` where nothing else tells whether the page is new. The costly part of a row, and a
    pure function of the exchange, so that other processes may do it."""

    outcome: Outcome
    evidence: str | None
    status: int | None
    size: int
    mime: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    substance: str | None


def read_answer(exchange: Exchange) -> Answer:
    """Judge a response that has a body of its own."""
    status, headers = read_head(exchange.response_head)
    outcome, evidence, body = _judge(exchange, status, headers)
    mime, charset = _media_type(header(headers, b"content-type"))
    etag, last_modified = header(headers, b"etag"), header(headers, b"last-modified")
    substance = None
    if outcome == "page" and exchange.part_of is None and not (etag or last_modified):
        substance = substance_of(body, header(headers, b"content-type"))
    size = len(exchange.body)
    return Answer(outcome, evidence, status, size, mime, charset, etag, last_modified, substance)


def has_answer(exchange: Exchange) -> bool:
    """Whether ``read_answer`` is for it: neither a file, a failure nor a revisit."""
    return exchange.kind == "response" and exchange.refers_to is None


def capture_of(
    exchange: Exchange, portal: str, previous: Capture | None, answer: Answer | None = None
) -> Capture:
    """The row of an exchange or failure; ``previous`` is as ``previous_of`` finds it,
    ``answer`` what it says by itself where that is known. Raises ValueError for the records of a
    run, which are no captures."""
    if exchange.kind == "run":
        raise ValueError("the record of a run is no capture")
    if exchange.kind == "failure":
        outcome: Outcome = exchange.details["outcome"]
        return _row(exchange, portal, outcome=outcome, evidence=exchange.details["evidence"])
    if exchange.kind == "resource":
        mime, charset = _media_type(exchange.content_type)
        return _row(
            exchange,
            portal,
            outcome="page",
            evidence=None,
            mime=mime,
            charset=charset,
            size=len(exchange.body),
        )
    if exchange.refers_to:
        status, headers = read_head(exchange.response_head)
        return _revisit(exchange, portal, previous, status, headers)
    answer = answer or read_answer(exchange)
    evidence = answer.evidence
    same = (
        previous
        if previous and answer.substance and answer.substance == previous.substance
        else None
    )
    if same:
        evidence = f"the same as {time_of(same.id)} but for clocks and counters"
    return _row(
        exchange,
        portal,
        outcome=answer.outcome,
        evidence=evidence,
        status=answer.status,
        mime=answer.mime,
        charset=answer.charset,
        size=answer.size,
        etag=answer.etag,
        last_modified=answer.last_modified,
        substance=answer.substance,
        is_other=same is not None and same.reading == "other",
    )


def _revisit(
    exchange: Exchange,
    portal: str,
    previous: Capture | None,
    status: int | None,
    headers: list[Header],
) -> Capture:
    assert exchange.refers_to
    origin = exchange.refers_to.id
    if previous is None or origin not in (previous.id, previous.revisits):
        evidence = f"refers to a capture of {time_of(origin)} that is not in the archive"
        return _row(exchange, portal, outcome="error", evidence=evidence, status=status)
    said = "answered 304, not modified" if status == 304 else "the same bytes"
    return _row(
        exchange,
        portal,
        outcome="unchanged",
        evidence=f"{said} since {time_of(origin)}",
        status=status,
        mime=previous.mime,
        charset=previous.charset,
        size=previous.size,
        # A 304 need not repeat the validators (RFC 9110, 15.4.5).
        etag=header(headers, b"etag") or previous.etag,
        last_modified=header(headers, b"last-modified") or previous.last_modified,
        revisits=origin,
        substance=previous.substance,
        is_other=previous.reading == "other",
    )


def _judge(
    exchange: Exchange, status: int | None, headers: list[Header]
) -> tuple[Outcome, str | None, bytes]:
    """The outcome, its evidence, and the body as it was judged."""
    if status is None:
        return "error", "the answer is not HTTP", b""
    try:
        body = decoded_body(exchange)
    except CodingError as error:
        body, trouble = exchange.body, str(error)
    else:
        trouble = ""
    if exchange.truncated:
        announced = header(headers, b"content-length")
        of = f" of {announced}" if announced else ""
        how = "the connection was lost" if exchange.truncated == "disconnect" else "it ends"
        trouble = f"truncated: {how} after {len(exchange.body)}{of} bytes"
    outcome, evidence = judge(status, headers, body)
    if trouble and 200 <= status < 300:
        return "error", trouble, body
    return outcome, evidence, body


def _media_type(value: str | None) -> tuple[str | None, str | None]:
    """The media type and the charset that a Content-Type claims, in lower case."""
    if not value:
        return None, None
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower() or None, charset and charset[1].lower()


def _row(
    exchange: Exchange,
    portal: str,
    *,
    outcome: Outcome,
    evidence: str | None,
    status: int | None = None,
    mime: str | None = None,
    charset: str | None = None,
    size: int | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    revisits: int | None = None,
    substance: str | None = None,
    is_other: bool = False,
) -> Capture:
    # ``is_other``: what was no report is none again, and nobody has to read the same page a second
    # time. A page that was one is read, which notes that it was seen.
    reading: Reading | None = "none"
    if outcome in ("page", "unchanged") and urlsplit(exchange.url).path != "/robots.txt":
        # A part is read with its page, not by itself.
        reading = "part" if exchange.part_of else "other" if is_other else None
    return Capture(
        id=exchange.id,
        portal=portal,
        run=exchange.run,
        url=exchange.url,
        status=status,
        outcome=outcome,
        evidence=evidence,
        mime=mime,
        charset=charset,
        size=size,
        digest=exchange.digest,
        etag=etag,
        last_modified=last_modified,
        warc_file=exchange.warc_file,
        warc_offset=exchange.warc_offset,
        warc_length=exchange.warc_length,
        revisits=revisits,
        part_of=exchange.part_of,
        reading=reading,
        substance=substance,
        origin=exchange.origin,
    )
