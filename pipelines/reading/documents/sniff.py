"""Which reader a file gets, told by its bytes alone: portals give wrong names and headers."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Literal

Kind = Literal[
    "pdf",
    "docx",
    "xlsx",
    "ofd",
    "zip",
    "rar",
    "7z",
    "doc",
    "xls",
    "rtf",
    "word xml",
    "picture",
    "unsupported",
    "page",
]
"""``page`` is HTML or text, by its characters; ``unsupported`` is known not to be readable."""

ARCHIVES = ("zip", "rar", "7z")
"""Kinds of files that hold others."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RAR = b"Rar!\x1a\x07"
_7Z = b"7z\xbc\xaf\x27\x1c"
_PICTURE = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0", re.S
)
"""PNG, JPEG, TIFF, GIF, WebP, BMP."""
_HEAD = 1024


def sniff(body: bytes) -> Kind:
    """The kind of a file."""
    head = body[:_HEAD]
    # Acrobat takes a header anywhere in the first kilobyte, so makers put junk before it.
    if b"%PDF-" in head:
        return "pdf"
    if body.startswith((_ZIP, b"PK\x05\x06")):
        return _package(body)
    if body.startswith(_OLE):
        return _compound(body)
    if body.startswith(_RAR):
        return "rar"
    if body.startswith(_7Z):
        return "7z"
    if _PICTURE.match(head):
        return "picture"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(b"<?xml") and b"Word.Document" in body[:4096]:
        return "word xml"
    # Bare BIFF, as Excel wrote it before it put books into compound files.
    if head[:4] in (
        b"\x09\x08\x10\x00",
        b"\x09\x08\x08\x00",
        b"\x09\x04\x06\x00",
        b"\x09\x02\x06\x00",
    ):
        return "xls"
    return "page"


def _package(body: bytes) -> Kind:
    try:
        names = set(zipfile.ZipFile(BytesIO(body)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "zip"
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "ofd" if "OFD.xml" in names else "zip"


def _compound(body: bytes) -> Kind:
    """What is in an OLE2 compound file, by the names of its streams, which are in UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") + b"\0\0" in body

    if holds("WordDocument"):
        return "doc"
    if holds("Workbook") or holds("Book"):
        return "xls"
    return "unsupported"
