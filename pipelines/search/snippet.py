"""What a hit shows of a report: texts with the words marked, and what stands around the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.search.words import fold, fold_places

SNIPPET_BEFORE = 24
SNIPPET_LENGTH = 110
"""Characters of a snippet: before its first match, and in all."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``hit`` where it is one of the words that were looked for."""

    text: str
    hit: bool


def mark(text: str, words: Sequence[str]) -> list[Piece]:
    """The text in pieces, with each place marked where one of the words stands."""
    folded, places = fold_places(text)
    found: list[tuple[int, int]] = []
    for word in words:
        start = folded.find(word)
        while start >= 0:
            found.append((places[start], places[start + len(word) - 1] + 1))
            start = folded.find(word, start + 1)
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1][1]:
            start, last = spans.pop()
            end = max(last, end)
        spans.append((start, end))
    pieces: list[Piece] = []
    done = 0
    for start, end in [*spans, (len(text), len(text))]:
        between = Piece(text[done:start], False), Piece(text[start:end], True)
        pieces += [piece for piece in between if piece.text]
        done = end
    return pieces


def snippet(text: str, words: Sequence[str]) -> list[Piece]:
    """A stretch of the text around the first place where one of the words stands, marked; its
    beginning where none does. Ends that were cut bear an ellipsis."""
    firsts = [place for word in words if (place := _first(word, text)) is not None]
    start = max(0, min(firsts, default=0) - SNIPPET_BEFORE)
    end = start + SNIPPET_LENGTH
    pieces = mark(" ".join(text[start:end].split()), words)
    before = [Piece("…", False)] if start else []
    after = [Piece("…", False)] if end < len(text) else []
    return [*before, *pieces, *after]


def _first(word: str, text: str) -> int | None:
    """Where a word first stands in a text, in characters of the text; None where it does not."""
    folded = fold(text)
    found = folded.find(word)
    if found < 0 or len(folded) == len(text):
        return found if found >= 0 else None
    return fold_places(text)[1][found]
