"""Full-width ASCII (０-９ Ａ-Ｚ ：（）／－) as half-width, one character for one.

So a position found in the halved text is the same position in the text as printed.
"""

from __future__ import annotations

import re

_HALVES = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def halve(text: str) -> str:
    """The text with its full-width ASCII and ideographic spaces made half-width; never longer."""
    return text.translate(_HALVES)


_GLOSS = re.compile(r"(?<=[一-鿿])\([a-zà-ǜ]{1,7}\)")


def strip_glosses(text: str) -> str:
    """The text without the pinyin that some converted copies of pages put behind a character:
    發(fā)布時間 → 發布時間."""
    return _GLOSS.sub("", text) if "(" in text else text
