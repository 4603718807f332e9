"""The parts of a report's page: the files that it links, and what it shows in frames and pictures.

A part is named by its address as it is asked for, so that what was archived can be found by it.
What tells parts from everything else on a page is data/parts.yml.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import unquote_to_bytes, urldefrag, urlsplit

from w3lib.url import safe_url_string

from pipelines.reading.documents.embedded import names_file, rules
from pipelines.reading.report import Document, Fault, Link

MOST_FILES = 20
MOST_PICTURES = 30
"""Of one page. A report in print has some ten sheets; what has more is a gallery."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part's bytes with their content coding undone, and the header as sent. ``url`` is where
    they were found in the end, behind redirects."""

    body: bytes
    content_type: str | None
    url: str


class Missing(NamedTuple):
    """Why a part is not there, as half a sentence, and who is to blame."""

    reason: str
    fault: Fault = "source"


Parts = Mapping[str, Part | Missing]
"""What was found at the addresses of a page's parts."""


class Wanted(NamedTuple):
    """A part that a page shows. ``name`` is what it is called: the text of its link, else the
    file's name. ``url`` is "" for a picture whose bytes stand in the page: ``inline``."""

    url: str
    name: str
    kind: Literal["file", "frame", "picture"]
    inline: Part | None = None


def find_file_links(document: Document) -> list[Link]:
    """The files that the page links (附件): document endings, or a download script's URL."""
    found: dict[str, Link] = {}
    for link in document.links:
        if names_file(link.url):
            found.setdefault(link.url, link)
    return list(found.values())


def find_parts(
    document: Document, links: Iterable[Link], url: str | None, has_tables: bool
) -> list[Wanted]:
    """What the page at ``url`` shows as its report besides itself, each address once: frames and
    linked files (``links``), and where the page has no table of the form itself, pictures. Beyond
    ``MOST_FILES`` and ``MOST_PICTURES`` none is named."""
    files: dict[str, Wanted] = {}
    for part in _files(document, links):
        if part.url != url:
            files.setdefault(part.url, part)
    found = list(files.values())[:MOST_FILES]
    if not has_tables and document.body is not None:
        pictures: dict[str, Wanted] = {}
        for address in document.pictures:
            if (picture := _picture(address)) is not None:
                pictures.setdefault(address, picture)
        found += list(pictures.values())[:MOST_PICTURES]
    return found


def can_be_asked(address: str, page: str | None = None) -> bool:
    """Whether an address is one of the web, or of a file that was saved with its ``page``; editors
    leave links to files of their own machines."""
    try:
        parts = urlsplit(address)
        if parts.scheme == "file" and page is not None:
            return page.startswith("file:")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def asked_as(address: str) -> str:
    """The address as a request names it: no fragment, everything else than ASCII escaped."""
    try:
        return str(safe_url_string(urldefrag(address.strip()).url))
    except ValueError:
        return address


def _files(document: Document, links: Iterable[Link]) -> Iterator[Wanted]:
    for address in document.frames:
        # Without a known article, frames may be anything: the weather, a map.
        if document.body is not None or names_file(address):
            yield Wanted(asked_as(address), _file_name(address), "frame")
    for link in links:
        if link.in_body or not _is_other(link.text):
            yield Wanted(asked_as(link.url), link.text or _file_name(link.url), "file")


def _is_other(text: str) -> bool:
    return any(word in text for word in rules()["not_reports"])


def _picture(address: str) -> Wanted | None:
    if not address.startswith("data:"):
        return Wanted(asked_as(address), _file_name(address), "picture")
    head, _, data = address.partition(",")
    try:
        body = unquote_to_bytes(data)
        body = base64.b64decode(body) if head.endswith(";base64") else body
    except (binascii.Error, ValueError):
        return None
    return Wanted("", "data:", "picture", Part(body, head[5:].partition(";")[0], ""))


def _file_name(address: str) -> str:
    path = unquote_to_bytes(address.partition("?")[0]).decode("utf-8", "replace")
    return posixpath.basename(path.rstrip("/")) or address
