"""White space of running text (空白), folded the same way for every file type."""

from __future__ import annotations

import re
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u2014\u2018-\u201d\u2026"
_BREAK = re.compile(rf"(?<=[{_WIDE}])[^\S\n]*\n\s*(?=[{_WIDE}])")


def fold(text: str) -> str:
    """The text with its white space folded: a run of it (also \\u3000 and no-break spaces) becomes
    one space, none stays at the ends, zero-width characters go.

    A line break of the source between two wide characters goes without a trace, as CSS Text 3
    (4.1.2) has it: Word breaks the lines of its HTML anywhere within Chinese text.
    """
    return _fold_short(text) if len(text) < 48 else _fold(text)


def _fold(text: str) -> str:
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    words = text.split()
    if len(words) < 2:
        return words[0] if words else ""
    if "\n" in text:
        words = _BREAK.sub("", text).split()
    return " ".join(words)


# Pages repeat their short texts: numbers, labels, the white space between elements.
_fold_short = lru_cache(maxsize=8192)(_fold)
