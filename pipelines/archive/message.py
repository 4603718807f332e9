"""Heads of HTTP messages as they came over the wire, and bodies with their coding undone."""

from __future__ import annotations

import re
import zlib

import brotli  # type: ignore[import-untyped]

Header = tuple[bytes, bytes]

LARGEST = 20 * 1024 * 1024
"""Bytes of a page, as it comes over the wire and decoded. The longest report pages have some 2 MB;
but a kilobyte of gzip can be made to grow to a megabyte, so there must be an end."""

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+(\d{3})")
_PSEUDO_STATUS = re.compile(rb"^:status[ \t]*:[ \t]*(\d{3})", re.M)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_TRANSFER_ENCODING = re.compile(rb"^(?=(?:X-Archive-Orig-)*Transfer-Encoding[ \t]*:)", re.I | re.M)
_KEPT_ASIDE = re.compile(
    rb"^X-Archive-Orig-(?=(?:X-Archive-Orig-)*Transfer-Encoding[ \t]*:)", re.I | re.M
)


class CodingError(ValueError):
    """The body does not decode as its Content-Encoding says: one sentence."""


def split_message(message: bytes) -> tuple[bytes, bytes]:
    """The head, with the empty line that ends it, and the body of an HTTP message."""
    end = _END_OF_HEAD.search(message)
    return (message[: end.end()], message[end.end() :]) if end else (message, b"")


def read_head(head: bytes) -> tuple[int | None, list[Header]]:
    """The status and the headers of a response: names as sent, values stripped, in order.

    A folded line is one value; a line without a colon is no header, as browsers see it. What some
    tools archive of HTTP/2 has its status in the pseudo-header ``:status``.
    """
    lines = _FOLD.sub(b" ", head).replace(b"\r\n", b"\n").split(b"\n")
    status = _STATUS.match(lines[0]) or _PSEUDO_STATUS.search(head)
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.strip(), value.strip()))
    return (int(status[1]) if status else None), headers


def header(headers: list[Header], name: bytes) -> str | None:
    """The first value of a header. Bytes that are not UTF-8 are read as GB18030, which is what
    the portals' servers send in their paths, and always decode to something."""
    for found, value in headers:
        if found.lower() == name.lower():
            return _text(value)
    return None


def header_values(headers: list[Header], name: bytes) -> list[str]:
    """Every value of a header, in order."""
    return [_text(value) for found, value in headers if found.lower() == name.lower()]


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("gb18030", "replace")


def set_transfer_encoding_aside(head: bytes) -> bytes:
    """The head for a record whose body has had its transfer coding removed.

    WARC 1.1 counts the payload, and so its digest, without transfer coding; readers that find
    ``Transfer-Encoding: chunked`` over a body that is not chunked decode it a second time. So the
    name, and nothing else, becomes ``X-Archive-Orig-Transfer-Encoding``;
    ``restore_transfer_encoding`` gives back the bytes that were sent, whatever they were.
    """
    return _TRANSFER_ENCODING.sub(b"X-Archive-Orig-", head)


def restore_transfer_encoding(head: bytes) -> bytes:
    """The opposite of ``set_transfer_encoding_aside``."""
    return _KEPT_ASIDE.sub(b"", head)


def decode_body(headers: list[Header], body: bytes, largest: int = LARGEST) -> bytes:
    """The body with its Content-Encoding undone (gzip, deflate, br).

    Raises CodingError for a coding not known, for bytes that are not in the coding they claim,
    that end early or that grow to more than ``largest`` bytes.
    """
    codings = ",".join(header_values(headers, b"content-encoding")).lower().split(",")
    for coding in reversed([coding.strip() for coding in codings]):
        if coding in ("", "identity") or not body:
            continue
        body = _undo(coding, body, largest)
    return body


def _undo(coding: str, body: bytes, largest: int) -> bytes:
    try:
        if coding in ("gzip", "x-gzip"):
            return _inflate(body, 31, largest)
        if coding == "deflate":
            try:
                return _inflate(body, 15, largest)
            except zlib.error:
                # What Microsoft's servers mean by "deflate": no zlib header (RFC 9110, 8.4.1.2).
                return _inflate(body, -15, largest)
        if coding == "br":
            return _unbrotli(body, largest)
    except (zlib.error, brotli.error) as error:
        raise CodingError(f"the body is not {coding}, as its header says") from error
    raise CodingError(f"the body is in an unknown coding, {coding!r}")


def _inflate(body: bytes, window: int, largest: int) -> bytes:
    """All members of a gzip body one after the other; what follows the last one is no member."""
    parts: list[bytes] = []
    room = largest
    while body:
        inflater = zlib.decompressobj(window)
        try:
            part = inflater.decompress(body, room + 1)
        except zlib.error:
            if not parts:
                raise
            break
        _check_room(len(part), room, largest)
        if not inflater.eof:
            raise CodingError("the compressed body ends early")
        parts.append(part)
        room -= len(part)
        body = inflater.unused_data if window == 31 else b""
    return b"".join(parts)


def _unbrotli(body: bytes, largest: int) -> bytes:
    inflater = brotli.Decompressor()
    part: bytes = inflater.process(body, output_buffer_limit=largest + 1)
    _check_room(len(part), largest, largest)
    if not inflater.is_finished():
        raise CodingError("the compressed body ends early")
    return part


def _check_room(size: int, room: int, largest: int) -> None:
    if size > room:
        raise CodingError(f"the compressed body grows to more than {largest:,} bytes")
