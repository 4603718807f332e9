"""Addresses, pictures, style sheets and plain text of an archived page, made inert."""

from __future__ import annotations

import base64
import re
from html import escape
from urllib.parse import urljoin

from pipelines.reading.parts import asked_as, can_be_asked

_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|([g-z]))", re.I)
_LOADING = re.compile(r"\b(?:-webkit-)?(?:image-set|image|src)\(", re.I)
_IMPORT = re.compile(r"@import[^;{}]*;?", re.I)
_ADDRESS = re.compile(r"url\(\s*(?!['\"]?data:)[^)]*\)?", re.I)
_PICTURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"RIFF", "image/webp"),
)


def picture_kind(body: bytes) -> str:
    """The media type of a picture that browsers show, by its bytes; "" for anything else."""
    return next((kind for start, kind in _PICTURES if body.startswith(start)), "")


def write_text(text: str) -> str:
    """A file of plain text as a page."""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
        f'<pre style="white-space:pre-wrap">{escape(text, quote=False)}</pre></body></html>'
    )


def write_picture(body: bytes) -> str:
    """A picture as a page; "" for one that browsers do not show."""
    kind = picture_kind(body)
    if not kind:
        return ""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="margin:0">'
        f'<img style="max-width:100%" alt="" src="{data_address(kind, body)}"></body></html>'
    )


def tame_styles(css: str) -> str:
    """Styles without other files, and without the one thing that ends a style sheet."""
    css = _LOADING.sub("none(", _ESCAPE.sub(_letter, css))
    return _ADDRESS.sub("none", _IMPORT.sub("", css)).replace("</", "<\\/")


def _letter(escaped: re.Match[str]) -> str:
    """The letter that an escape stands for, since u\\72l( is url( too; all others stay escaped."""
    digits, letter = escaped.groups()
    if letter:
        return letter
    code = int(digits, 16)
    return chr(code) if code < 128 and (chr(code).isalpha() or code == 64) else escaped[0]


def absolute(base: str, address: str) -> str:
    """An address of the web as the archive names it; "" for what is none."""
    if not (address := address.strip()):
        return ""
    try:
        found = asked_as(urljoin(base, address))
    except ValueError:
        return ""
    return found if can_be_asked(found) else ""


def data_picture(source: str) -> str:
    """A picture that stands in the page, written anew; "" for what is none."""
    head, _, data = source.partition(",")
    if not head.lower().endswith(";base64"):
        return ""
    try:
        body = base64.b64decode(data, validate=False)
    except ValueError:
        return ""
    kind = picture_kind(body)
    return data_address(kind, body) if kind else ""


def data_address(kind: str, body: bytes) -> str:
    """The bytes of a file of this media type as a ``data:`` address."""
    return f"data:{kind};base64,{base64.b64encode(body).decode()}"
