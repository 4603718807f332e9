"""Pages that somebody saved: where they were published, and what was saved with them."""

from __future__ import annotations

import email.policy
import mimetypes
import posixpath
import re
from collections.abc import Iterator
from datetime import UTC
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pipelines.reading.documents.sniff import Kind, sniff
from pipelines.reading.parts import asked_as

_HEAD = 16_384
_SAVED_FROM = re.compile(
    rb"<!--\s*saved from url=\(\d+\)(?P<by_browser>\S+?)\s*-->"
    rb"|<!--\s*Page saved with SingleFile\s+url:\s*(?P<by_single_file>\S+)"
    rb"|<!--\s*Mirrored from (?P<by_httrack>\S+) by HTTrack",
    re.I,
)
"""What Chrome, Edge and Internet Explorer, SingleFile and HTTrack write into what they save. A page
that names its own address (``<link rel=canonical>``) says where it wants to be found, not where
these bytes came from, so that is not taken."""

_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p)\b", re.I)
_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ofd": "application/ofd",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "rtf": "application/rtf",
    "word xml": "application/xml",
}


class SavedPart(NamedTuple):
    """Of a page that was saved as MHTML: one of the files in it."""

    url: str
    content_type: str
    body: bytes


class SavedPage(NamedTuple):
    """The page of an MHTML file. ``url`` and ``date`` (ISO 8601, UTC) are None where the file does
    not say them; ``parts`` are by address."""

    url: str | None
    date: str | None
    content_type: str
    body: bytes
    parts: dict[str, SavedPart]


def saved_from(body: bytes) -> str | None:
    """The address that the program which saved a page wrote into it."""
    found = _SAVED_FROM.search(body[:_HEAD])
    if found is None:
        return None
    url = next(filter(None, found.groups())).decode("utf-8", "replace")
    if found["by_httrack"] and "://" not in url:
        url = f"http://{url}"
    return asked_as(url) if url.startswith(("http://", "https://")) else None


def content_type_of(body: bytes, name: str) -> str:
    """The media type of a file, by its bytes where they tell it."""
    kind = sniff(body)
    if kind == "page":
        return "text/html" if _TAG.search(body[:_HEAD]) else "text/plain"
    return _TYPES.get(kind) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def is_mhtml(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a page saved as MHTML (.mht, .mhtml)."""
    start = head[:_HEAD].lower()
    return (
        b"multipart/related" in start and b"mime-version:" in start and not start.startswith(b"<")
    )


def read_mhtml(body: bytes) -> SavedPage | None:
    """The page in an MHTML file (RFC 2557) with what was saved with it; None where it has none."""
    message = BytesParser(policy=email.policy.default).parsebytes(body)
    files = [part for part in message.walk() if not part.is_multipart()]
    page = next((part for part in files if part.get_content_type() == "text/html"), None)
    if page is None:
        return None
    stated = message["Snapshot-Content-Location"] or page["Content-Location"]
    url = str(stated).strip() if stated else None
    parts = {
        part.url: part for part in map(_part, files) if part.url.startswith(("http://", "https://"))
    }
    content = _part(page)
    return SavedPage(
        asked_as(url) if url and url.startswith(("http://", "https://")) else None,
        _date(message),
        content.content_type,
        content.body,
        parts,
    )


def _part(part: EmailMessage) -> SavedPart:
    charset = part.get_param("charset", header="content-type")
    content_type = part.get_content_type() + (f"; charset={charset}" if charset else "")
    body = part.get_payload(decode=True)
    location = str(part["Content-Location"] or "").strip()
    return SavedPart(asked_as(location), content_type, body if isinstance(body, bytes) else b"")


def _date(message: EmailMessage) -> str | None:
    try:
        date = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def file_beside(page: Path, root: Path, url: str, address: str) -> Path | None:
    """The file that was saved for an address which a saved page names relative to itself; only
    within ``root``, the folder that the page was saved in. ``url`` is that of the page."""
    own, other = urlsplit(url), urlsplit(address)
    if own[:2] != other[:2] or not other.path:
        return None
    folder = posixpath.dirname(unquote(own.path)) or "/"
    try:
        file = (page.parent / posixpath.relpath(unquote(other.path), folder)).resolve()
        is_beside = file.is_relative_to(root.resolve()) and file.is_file()
    except (OSError, ValueError):
        return None
    return file if is_beside else None


FOLDERS = ("_files", ".files", "_file", "_archivos", "-Dateien")
"""What browsers put after a page's name for the folder of what they saved with it."""


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder in the order of their names, without those that browsers saved with a
    page, and without hidden ones."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            if not _belongs_to_page(path):
                yield from files_below(path)
        elif path.is_file():
            yield path


def _belongs_to_page(folder: Path) -> bool:
    for ending in FOLDERS:
        stem = folder.name.removesuffix(ending)
        if stem != folder.name and any(
            folder.with_name(stem + suffix).is_file()
            for suffix in (".html", ".htm", ".shtml", ".xhtml", "")
        ):
            return True
    return False
