"""Full-width ASCII (０-９ Ａ-Ｚ ：（）／－) as half-width, and the radicals and compatibility forms
that PDF printers leave for characters (⾏政 for 行政) as these, one character for one.

So a position found in the halved text is the same position in the text as printed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LOOKALIKES = (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
"""Blocks of CJK radicals, Kangxi radicals and CJK compatibility ideographs."""

_HALVES = {chr(full): chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
_HALVES |= {
    wide: plain
    for wide in map(chr, _LOOKALIKES)
    if len(plain := unicodedata.normalize("NFKC", wide)) == 1
}
_WIDE = re.compile(f"[{''.join(_HALVES)}]")


def halve(text: str) -> str:
    """The text with full-width ASCII and ideographic spaces made half-width, and radicals made
    characters; as long as before."""
    return _halve_short(text) if len(text) < 64 else _halve(text)


def _halve(text: str) -> str:
    if text.isascii():
        return text
    # A text has few different ones: to replace each takes half the time of str.translate.
    for wide in set(_WIDE.findall(text)):
        text = text.replace(wide, _HALVES[wide])
    return text


# Title, head and headings are asked for several times a page, and much of them is the portal's own.
_halve_short = lru_cache(maxsize=2048)(_halve)


_GLOSS = re.compile(r"(?<=[一-鿿])\([a-zà-ǜ]{1,7}\)")


def strip_glosses(text: str) -> str:
    """The text without the pinyin that some converted copies of pages put behind a character:
    發(fā)布時間 → 發布時間."""
    return _GLOSS.sub("", text) if "(" in text else text
