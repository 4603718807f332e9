"""Exchanges as the bytes of WARC records (WARC 1.1), each a gzip member of its own.

``warcinfo`` is the WARC-Record-ID of the record at the head of the file they go to.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from pipelines.archive.capture import time_of
from pipelines.archive.message import read_head, set_transfer_encoding_aside
from pipelines.archive.warc import (
    DATED_FIELD,
    ID_FIELD,
    ORIGIN_FIELD,
    PART_FIELD,
    REFERS_FIELD,
    RUN_FIELD,
    Exchange,
    payload_digest,
    record_id,
)

_LEVEL = 4
"""Of gzip. Measured on pages of 40 kB: twice as fast as level 6 for files 3 % larger, and six times
as fast as 9, the usual one, for files 9 % larger."""

_HTTP = "application/http; msgtype="
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_FORMAT = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}


def pack_warcinfo(moment: int, run: int, file: str, about: Mapping[str, str]) -> bytes:
    """The record at the head of a file; ``about`` is what it says besides the format."""
    fields = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": record_id("warcinfo", moment),
        "WARC-Filename": file,
        "WARC-Date": time_of(moment),
        RUN_FIELD: str(run),
        "Content-Type": "application/warc-fields",
    }
    said = {**_FORMAT, **about, "run": str(run)}
    return _pack(fields, "".join(f"{key}: {value}\r\n" for key, value in said.items()).encode())


def pack_response(exchange: Exchange, warcinfo: str) -> bytes:
    """The ``response`` record of an exchange; ``revisit`` where the body lies elsewhere already.

    The head is written as it is, but for the name of Transfer-Encoding, which the body does not
    have any more.
    """
    refers_to = exchange.refers_to
    fields = _fields("revisit" if refers_to else "response", exchange, warcinfo)
    if refers_to:
        status, _ = read_head(exchange.response_head)
        fields["WARC-Profile"] = _PROFILE + (
            "server-not-modified" if status == 304 else "identical-payload-digest"
        )
        fields["WARC-Refers-To"] = record_id("response", refers_to.id)
        fields["WARC-Refers-To-Target-URI"] = refers_to.url
        fields["WARC-Refers-To-Date"] = refers_to.date or time_of(refers_to.id)
        if refers_to.date:
            fields[REFERS_FIELD] = str(refers_to.id)
    if exchange.truncated:
        fields["WARC-Truncated"] = exchange.truncated
    head = set_transfer_encoding_aside(exchange.response_head)
    fields |= {"WARC-Payload-Digest": exchange.digest or "", "Content-Type": _HTTP + "response"}
    return _pack(fields, head + exchange.body)


def pack_request(exchange: Exchange, warcinfo: str) -> bytes:
    """The ``request`` record that goes behind that of ``pack_response``."""
    fields = _fields("request", exchange, warcinfo)
    kind = "revisit" if exchange.refers_to else "response"
    fields["WARC-Concurrent-To"] = record_id(kind, exchange.id)
    fields["WARC-Payload-Digest"] = payload_digest(exchange.request_body)
    fields["Content-Type"] = _HTTP + "request"
    return _pack(fields, exchange.request_head + exchange.request_body)


def pack_resource(exchange: Exchange, warcinfo: str) -> bytes:
    """The ``resource`` record of a file that came without an exchange."""
    fields = _fields("resource", exchange, warcinfo)
    fields["Content-Type"] = exchange.content_type or ""
    fields["WARC-Payload-Digest"] = exchange.digest or ""
    return _pack(fields, exchange.body)


def pack_metadata(exchange: Exchange, details: bytes, warcinfo: str) -> bytes:
    """The ``metadata`` record of a failure or a run; ``details`` as JSON."""
    fields = _fields("metadata", exchange, warcinfo)
    fields["Content-Type"] = "application/json"
    return _pack(fields, details)


def _fields(record_type: str, exchange: Exchange, warcinfo: str) -> dict[str, str]:
    fields = {
        "WARC-Type": record_type,
        "WARC-Record-ID": record_id(record_type, exchange.id),
        "WARC-Target-URI": exchange.url,
        "WARC-Date": time_of(exchange.id),
        "WARC-Warcinfo-ID": warcinfo,
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
