"""Files of every type as the same blocks: which reader a file gets is decided by its bytes."""

from __future__ import annotations

import re

from pipelines.charset import decode
from pipelines.documents.html import read_html
from pipelines.documents.text import read_text
from pipelines.report import Document

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file of the old kind"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
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


class Unreadable(ValueError):
    """The bytes are neither HTML nor text: one sentence that says what they are."""


def read_document(body: bytes, content_type: str | None = None, url: str | None = None) -> Document:
    """Read a file of any type. ``content_type`` is the header as sent; links are relative to
    ``url``.

    Raises Unreadable for bytes that hold no text: none at all, or a binary file.
    """
    if not body.strip():
        raise Unreadable("the file is empty")
    text, encoding = decode(body, content_type)
    if _is_binary(text):
        kind = next((name for start, name in _SIGNATURES if body.startswith(start)), "binary data")
        raise Unreadable(f"the file is {kind}, neither HTML nor text")
    claims_html = "html" in (content_type or "").lower() and "<" in text
    if claims_html or _TAG.search(text, 0, _HEAD):
        return read_html(text, encoding, url)
    return read_text(text, encoding)


def _is_binary(text: str) -> bool:
    head = text[:4096]
    if _CONTROL.search(head) is None:
        return False
    return len(_CONTROL.findall(head)) > len(head) * _MOST_CONTROL
