"""What differs between two captures of a page that show one version of a report: what was ignored.

Pure, from the archived bytes alone, so that what was left out can be checked again at any time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from pipelines.reading.charset import decode
from pipelines.reading.substance import load_passing

OUTSIDE = "outside the report"
"""What reading takes for no part of the report: navigation, lists of other pages, scripts."""

_MASK = "\0"
_PIECE = re.compile(r"<[^<]*|[^<]+")


class Ignored(NamedTuple):
    """One place of the source that differs: what stood there and what stands there now, None where
    nothing does. ``reason`` names the entries of data/passing.yml that it is, else ``OUTSIDE``."""

    before: str | None
    after: str | None
    reason: str


class _Piece(NamedTuple):
    """``kept`` is the text without what passes, ``passing`` the names of what does."""

    text: str
    kept: str
    passing: str


def ignored_pieces(before: bytes, after: bytes, content_type: str | None) -> list[Ignored]:
    """The differing pieces of two bodies of one page, in their order; a piece is a tag with the
    text after it. Bodies that are the same, or differ only in white space, give none."""
    old, new = _pieces(before, content_type), _pieces(after, content_type)
    matcher = SequenceMatcher(None, [piece.text for piece in old], [piece.text for piece in new])
    found = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for was, has in zip_longest(old[start:end], new[new_start:new_end]):
            found.append(Ignored(was and was.text, has and has.text, _reason(was, has)))
    return found


def _reason(was: _Piece | None, has: _Piece | None) -> str:
    """What passes, where that is all that differs."""
    one = was or has
    assert one is not None
    kept = {piece.kept if piece else "" for piece in (was, has)}
    return one.passing if len(kept) == 1 and one.passing else OUTSIDE


def _pieces(body: bytes, content_type: str | None) -> list[_Piece]:
    source, _ = decode(body, content_type)
    return list(_split(source))


def _split(source: str) -> Iterator[_Piece]:
    passing = sorted(
        (match.start(), match.end(), entry.name)
        for entry in load_passing()
        for match in entry.pattern.finditer(source)
    )
    starts = [start for start, _, _ in passing]
    masked = list(source)
    for start, end, _ in passing:
        masked[start:end] = _MASK * (end - start)
    for match in _PIECE.finditer(source):
        text = " ".join(match[0].split())
        if not text:
            continue
        kept = "".join(masked[match.start() : match.end()]).replace(_MASK, "")
        # What begins before the end of the piece and ends after its beginning lies in it.
        last = bisect_right(starts, match.end() - 1)
        names = [name for _, end, name in passing[:last] if end > match.start()]
        yield _Piece(text, " ".join(kept.split()), ", ".join(dict.fromkeys(names)))
