"""WARC files as other tools write them, for tests. All content is synthetic."""

from __future__ import annotations

import io
import re

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HOST = "http://www.example.invalid"
DATE = "2019-05-06T07:08:09Z"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def record(
    url: str,
    block: bytes,
    kind: str = "response",
    date: str = DATE,
    id: str = "",
    fields: dict[str, str] | None = None,
) -> bytes:
    """One record of WARC 1.0 as it stands in a file that is not packed, with digests."""
    buffer = io.BytesIO()
    out = WARCWriter(buffer, gzip=False)
    headers = {"WARC-Date": date, **(fields or {})}
    if id:
        headers["WARC-Record-ID"] = id
    http = None
    if kind in ("response", "revisit", "request"):
        head, _, body = block.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        protocol, _, line = status.partition(" ")
        pairs = [tuple(one.split(": ", 1)) for one in lines]
        http, block = StatusAndHeaders(line, pairs, protocol=protocol), body
    out.write_record(
        out.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(block),
            length=len(block),
            http_headers=http,
            warc_headers_dict=headers,
        )
    )
    return buffer.getvalue()


def without_digests(warc: bytes) -> bytes:
    return re.sub(rb"WARC-(Block|Payload)-Digest: [^\r]*\r\n", b"", warc)


def with_length(warc: bytes, number: int, by: int) -> bytes:
    """The file with the Content-Length of one record wrong by so many bytes."""
    place = [*re.finditer(rb"\r\nContent-Length: (\d+)\r\n\r\nHTTP", warc)][number]
    start, end = place.span(1)
    return warc[:start] + str(int(place[1]) + by).encode() + warc[end:]


def arc(url: str, answer: bytes) -> bytes:
    """A file of the format before WARC."""
    about = b"1 0 Tool\nURL IP-address Archive-date Content-type Archive-length\n\n"
    return (
        b"filedesc://old.arc 0.0.0.0 20100101000000 text/plain %d\n" % len(about)
        + about
        + b"\n%s 192.0.2.1 20100102030405 text/html %d\n" % (url.encode(), len(answer))
        + answer
        + b"\n"
    )
