"""Words of a text and of a query for the search index: how Chinese, which puts no spaces between
words, is found by words of any length.

The run of characters 行政复议 becomes the tokens 行政 政复 复议 议: at each place one that begins
with the character there. A query of two or more characters is then a phrase of such
pairs, and one of a single character a prefix, and both find exactly the places where the text holds
them. Latin words and numbers are tokens of their own, with the Chinese character that follows right
after, and are found from their beginning. Full and half width and letters of either case are the
same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from operator import add

LONGEST_QUERY = 200
"""Characters of a query that are looked for; nobody types more, and each costs time."""

MOST_WORDS = 10
"""Words of a query that are looked for."""


class _Fold(dict[int, str]):
    """Code point → what it is compared as; filled as texts need it."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = folded
        return folded


_FOLD = _Fold()

FIRST_CJK = "\u2e80"
"""From here on letters are written without spaces; those below make words."""

_PIECE = re.compile(r"[^\W_\u2e80-\U0010ffff]+|[^\W_\x00-\u2e7f]+")
_RUN = re.compile(r"[^\W_]+")
_IS_CHINESE = re.compile(r"[^\x00-\u2e7f]+").fullmatch


def fold(text: str) -> str:
    """The text as it is compared: width and case do not count. Each character is folded by itself,
    so the places of a match can be found again in the text (``fold_places``)."""
    return text.translate(_FOLD)


def fold_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in ``text`` that it comes from."""
    parts = [_FOLD[ord(character)] for character in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


def index_text(text: str) -> str:
    """The tokens of a text, a space between two: what the index is given."""
    return index_folded(fold(text))


def index_folded(folded: str) -> str:
    """``index_text`` of a text that is folded already."""
    tokens: list[str] = []
    for run in _RUN.findall(folded):
        if _IS_CHINESE(run):
            # By far the most: pairs without a generator take half the time.
            tokens += map(add, run, run[1:])
            tokens.append(run[-1])
        else:
            tokens += _tokens(run)
    return " ".join(tokens)


def _tokens(folded: str) -> Iterator[str]:
    for run in _RUN.findall(folded):
        pieces = _PIECE.findall(run)
        for piece, following in zip_longest(pieces, pieces[1:]):
            if piece[0] >= FIRST_CJK:
                yield from map(add, piece, piece[1:])
                yield piece[-1]
            else:
                # A word with the character after it: 2021年 is then no search for all of 年….
                yield f"{piece}{following[0]}" if following else piece


def query_words(query: str, most: int | None = MOST_WORDS) -> list[str]:
    """The words of a query, folded, each once: what stands between spaces and punctuation. All of
    them must be found. Empty where the query holds no letter and no figure."""
    return list(dict.fromkeys(_RUN.findall(fold(query[:LONGEST_QUERY]))))[:most]


def match_expression(query: str) -> str:
    """A query as FTS5 wants it: a phrase a word, all of which must be found. It holds nothing but
    tokens in quotes, so no operator of FTS5 can be typed. Matches nothing for a query without
    words."""
    return match_words(query_words(query))


def match_words(words: Sequence[str]) -> str:
    """``match_expression`` of some words of a query."""
    return " AND ".join(map(_phrase, words)) or '""'


def _phrase(word: str) -> str:
    *tokens, last = _tokens(word)
    if word[-1] < FIRST_CJK or not tokens:
        # A last Latin word, or a lone character, is what a token begins with.
        return f'"{" ".join([*tokens, last])}"*'
    # The last character stands in the token before it too; what follows it in the text is open.
    return f'"{" ".join(tokens)}"'
