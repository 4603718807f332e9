"""The index of a WACZ file: CDXJ lines, packed in blocks of which a second file tells the places
(ZipNum; https://specs.webrecorder.net/cdxj/0.1.0/)."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import NamedTuple
from urllib.parse import urlsplit

from pipelines.reading.parts import asked_as

_LINES = 1024
"""Of one block: what a reader unpacks to find one address."""


class Indexed(NamedTuple):
    """What the index says of a capture; its place is in the file as it is in the WACZ."""

    url: str
    fetched_at: str
    status: int | None
    mime: str | None
    digest: str | None
    is_revisit: bool
    file: str
    offset: int
    length: int


def index_line(capture: Indexed) -> str:
    """A line of CDXJ; "" for what no browser asks for: files without an address of the web, and
    requests that got no answer."""
    is_resource = capture.status is None and capture.mime is not None
    if not capture.url.startswith("http") or not (capture.status or is_resource):
        return ""
    fields = {
        "url": capture.url,
        "mime": "warc/revisit" if capture.is_revisit else capture.mime or "unk",
        "status": str(capture.status or 200),
        "digest": capture.digest,
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.file,
    }
    time = "".join(filter(str.isdigit, capture.fetched_at[:19]))
    return f"{sort_key(capture.url)} {time} {json.dumps(fields)}"


def sort_key(url: str) -> str:
    """An address as indexes are sorted (SURT), as the readers of WACZ make it: the host from its
    end, without www and the usual port, in lower case, parameters in their order."""
    parts = urlsplit(asked_as(url).lower())
    host = parts.hostname or ""
    first, _, rest = host.partition(".")
    if rest and first.startswith("www") and first[3:].isdecimal() | (first == "www"):
        host = rest
    port = parts.port if parts.port not in (None, 80, 443) else None
    path = parts.path if parts.path == "/" else parts.path.rstrip("/")
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    name = ",".join(reversed(host.split(".")))
    return f"{name}{f':{port}' if port else ''}){path or '/'}{query}"


def in_blocks(lines: list[str]) -> tuple[list[bytes], bytes]:
    """Sorted lines as packed blocks, and the file that has the first line of each."""
    meta = {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    firsts = [f"!meta 0 {json.dumps(meta)}"]
    blocks = []
    offset = 0
    for start in range(0, len(lines), _LINES):
        text = "\n".join(lines[start : start + _LINES]) + "\n"
        block = gzip.compress(text.encode(), mtime=0)
        place = {
            "offset": offset,
            "length": len(block),
            "digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        }
        key, time, _ = lines[start].split(" ", 2)
        firsts.append(f"{key} {time} {json.dumps(place)}")
        blocks.append(block)
        offset += len(block)
    return blocks, "\n".join([*firsts, ""]).encode()
