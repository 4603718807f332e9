"""Files of every type as the same blocks: which reader a file gets is decided by its bytes."""

from __future__ import annotations

import re

from pipelines.reading.charset import decode
from pipelines.reading.documents import limits
from pipelines.reading.documents.html import read_html
from pipelines.reading.documents.sniff import ARCHIVES, Kind, sniff
from pipelines.reading.documents.text import read_text
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.report import Document

__all__ = ["Unreadable", "is_html", "read_document"]

_SIGNATURES = (
    (b"\x1f\x8b", "gzip data"),
    (b"RIFF", "a sound or video file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|br|span|a|script)\b", re.I
)
_HEAD = 65536  # characters in which a tag shows that a file is HTML
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_MOST_CONTROL = 0.05


def read_document(body: bytes, content_type: str | None = None, url: str | None = None) -> Document:
    """Read a file of any type. ``content_type`` is the header as sent; links are relative to
    ``url``.

    Raises Unreadable for bytes that hold nothing to read, and beyond the bounds of ``limits``.
    """
    limits.check_size(body)
    if not body.strip():
        raise Unreadable("the file is empty")
    kind = sniff(body)
    if kind != "page":
        return _read_file(body, kind)
    limits.check_markup(len(body), "the page")
    text, encoding = decode(body, content_type)
    if _is_binary(text):
        what = next((name for start, name in _SIGNATURES if body.startswith(start)), "binary data")
        raise Unreadable(f"the file is {what}, neither HTML nor text")
    if is_html(text, content_type):
        return read_html(text, encoding, url)
    return read_text(text, encoding)


def is_html(text: str, content_type: str | None = None) -> bool:
    """Whether a text is read as HTML: its header says so, or a tag near its beginning."""
    claims_html = "html" in (content_type or "").lower() and "<" in text
    return claims_html or _TAG.search(text, 0, _HEAD) is not None


def _read_file(body: bytes, kind: Kind) -> Document:
    # Each reader is loaded when the first file of its kind comes: most runs meet pages only.
    if kind == "pdf":
        from pipelines.reading.documents.pdf import read_pdf

        return read_pdf(body)
    if kind == "docx":
        from pipelines.reading.documents.word import read_docx

        return read_docx(body)
    if kind in ("doc", "rtf", "word xml"):
        from pipelines.reading.documents.office import read_by_office

        return read_by_office(body, kind)
    if kind == "xlsx":
        from pipelines.reading.documents.xlsx import read_xlsx

        return read_xlsx(body)
    if kind == "xls":
        from pipelines.reading.documents.xls import read_xls

        return read_xls(body)
    if kind == "ofd":
        from pipelines.reading.documents.ofd import read_ofd

        return read_ofd(body)
    if kind == "picture":
        from pipelines.reading.documents.scan import read_scan

        return read_scan(body)
    if kind in ARCHIVES:
        from pipelines.reading.documents.bundle import read_bundle

        return read_bundle(body, kind, read_document)
    raise Unreadable("the file is an Office file of the old kind, neither a text nor a workbook")


def _is_binary(text: str) -> bool:
    head = text[:4096]
    if _CONTROL.search(head) is None:
        return False
    return len(_CONTROL.findall(head)) > len(head) * _MOST_CONTROL
