"""Full-width ASCII (０-９ Ａ-Ｚ ：（）／－) as half-width, one character for one.

So a position found in the halved text is the same position in the text as printed.
"""

from __future__ import annotations

_HALVES = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def halve(text: str) -> str:
    """The text with its full-width ASCII and ideographic spaces made half-width; never longer."""
    return text.translate(_HALVES)
