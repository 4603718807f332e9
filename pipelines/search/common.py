"""Words that stand in many reports, and in which: what FTS5 would take longest to find.

FTS5 goes through each pair of a word in each report that has it, so a word takes the longer the
less it tells. Which words those are is learnt from a sample of the reports, at publishing: every
stretch of Chinese characters that stands in more than ``COMMON_SHARE`` of them, among them the
headings of the forms with all their parts. For each of them the finished index is asked once, so
that what is found depends neither on the sample nor on whether a word is common. A word that is not
here is looked for in the index.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Collection, Iterable

from pipelines.progress import Advance
from pipelines.search.numbers import Numbers
from pipelines.search.words import match_words

COMMON_SHARE = 0.25
"""Of the reports of the sample. With less, there are many more such words, each for fewer hits."""

SAMPLE = 1_000
"""Reports that words are learnt from."""

LONGEST = 8
"""Characters of a word, as many as 政府信息公开工作 has. Longer ones are seldom typed, and asking
the index for one takes a tenth of a second at 100,000 reports."""

FEWEST = 20_000
"""Reports from which on it is worth it: below, FTS5 finds any word in some ten milliseconds."""

TABLE = """
CREATE TABLE search_common (
    word TEXT PRIMARY KEY,
    texts BLOB NOT NULL,
    heads BLOB NOT NULL
)
""".strip()
"""For a word a bit a document, compressed (numbers.py): those that hold it, and those that
hold it in title or publisher."""

HEAD = "{title publisher} : "
"""Before an expression of FTS5: in these columns alone."""

_RUN = re.compile(r"[^\W_\x00-\u2e7f]+")
_FIND = "SELECT rowid FROM search_index WHERE search_index MATCH ?"
_READ = "SELECT texts, heads FROM search_common WHERE word = ?"
_WRITE = "INSERT INTO search_common VALUES (?, ?, ?)"


def common_words(texts: Iterable[str], share: float) -> set[str]:
    """All stretches of Chinese characters, up to ``LONGEST``, that stand in more than this share of
    the (folded) texts. With a word, each part of it is among them."""
    runs = [list(set(_RUN.findall(text))) for text in texts]
    least = share * len(runs)
    words: set[str] = set()
    starts = [[list(range(len(run))) for run in of_text] for of_text in runs]
    for length in range(1, LONGEST + 1):
        counts = Counter[str]()
        for of_text, begin in zip(runs, starts, strict=True):
            counts.update(
                {
                    run[n : n + length]
                    for run, places in zip(of_text, begin, strict=True)
                    for n in places
                }
            )
        common = {word for word, count in counts.items() if count > least}
        if not common:
            break
        words |= common
        # A longer word can only begin where two common ones stand side by side.
        for of_text, begin in zip(runs, starts, strict=True):
            for number, (run, places) in enumerate(zip(of_text, begin, strict=True)):
                kept = {n for n in places if run[n : n + length] in common}
                begin[number] = [n for n in kept if n + 1 in kept]
    return words


def note_common_words(conn: sqlite3.Connection, words: Collection[str], advance: Advance) -> None:
    """Ask the index, once it is complete, in which documents each of the words stands. ``advance``
    is told of how many words."""
    ((last,),) = conn.execute("SELECT coalesce(max(id), 0) FROM search_documents")
    for done, word in enumerate(sorted(words)):
        advance(done, len(words))
        match = match_words([word])
        found = [
            zlib.compress(find(conn, expression, last).bits)
            for expression in (match, f"{HEAD}({match})")
        ]
        conn.execute(_WRITE, [word, *found])


def find(conn: sqlite3.Connection, match: str, last: int) -> Numbers:
    """The documents that an expression of FTS5 matches; ``last`` is the number of the last one."""
    return Numbers.of((number for (number,) in conn.execute(_FIND, [match])), last)


def read_common(conn: sqlite3.Connection, word: str) -> tuple[Numbers, Numbers] | None:
    """The documents that hold a (folded) word, and those that hold it in title or publisher; None
    where it is not among the common ones."""
    noted = conn.execute(_READ, [word]).fetchone()
    if noted is None:
        return None
    texts, heads = map(zlib.decompress, noted)
    return Numbers(texts), Numbers(heads)
