"""Words that stand in many reports, and in which: what FTS5 would take longest to find.

FTS5 goes through each pair of a word in each report that has it, so a word takes the longer the
less it tells. Which words those are is learnt from a sample of the reports, at publishing: every
stretch of Chinese characters that stands in more than ``COMMON_SHARE`` of them, among them the
headings of the forms with all their parts. In which reports each of them stands is then noted of
every report, so that what is found does not depend on the sample. A word that is not here is looked
for in the index.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import add

from pipelines.search_numbers import Numbers

COMMON_SHARE = 0.1
"""Of the reports of the sample. With less, there are many more such words, each for fewer hits."""

SAMPLE = 1_000
"""Reports that words are learnt from."""

LONGEST = 30
"""Characters of a word. A run without punctuation has half as many parts as its length squared."""

FEWEST = 20_000
"""Reports from which on it is worth it: below, FTS5 finds any word in some ten milliseconds."""

BLOCK = 1 << 15
"""Documents of a row. The memory for their bits, some 20 kB a word, does not grow with the
number of reports."""

TABLE = """
CREATE TABLE search_common (
    word TEXT NOT NULL,
    block INTEGER NOT NULL,
    texts BLOB NOT NULL,
    heads BLOB NOT NULL
)
""".strip()
"""For a word and the documents from ``block`` × ``BLOCK`` on, a bit a document, compressed: those
that hold it, and those of them that hold it in title or publisher."""

INDEX = "CREATE UNIQUE INDEX search_common_words ON search_common (word, block)"

_RUN = re.compile(r"[^\W_\x00-\u2e7f]+")
_READ = "SELECT block, texts, heads FROM search_common WHERE word = ? ORDER BY block"
_WRITE = "INSERT INTO search_common VALUES (?, ?, ?, ?)"


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


class CommonWords:
    """Notes for each document which of the words it holds; documents must come in order. To be
    closed after the last one."""

    def __init__(self, conn: sqlite3.Connection, words: set[str]) -> None:
        self._conn = conn
        self._words = words
        self._by_length = sorted(words, key=lambda word: (-len(word), word))
        self._single = frozenset(word for word in words if len(word) == 1)
        self._pairs = frozenset(word for word in words if len(word) == 2)
        self._begin = frozenset(word[:2] for word in words if len(word) == 3)
        self._block = 0
        self._texts: dict[str, bytearray] = {}
        self._heads: dict[str, bytearray] = {}

    def add(self, number: int, head: str, text: str) -> None:
        """A document: the folded texts of title and publisher, and of its sections."""
        if not self._words:
            return
        block, place = divmod(number, BLOCK)
        if block != self._block:
            self._write()
            self._block = block
        _note(self._heads, self._held(head), place)
        _note(self._texts, self._held(text), place)

    def close(self) -> None:
        """Write what is left, and the index of the words."""
        self._write()
        self._conn.execute(INDEX)

    def _held(self, text: str) -> set[str]:
        """The longest words of a text, and some of their parts."""
        words, begin = self._words, self._begin
        runs = set(_RUN.findall(text))
        held = words & runs
        rest = "\n".join(runs - held) + "\n"
        pairs = list(map(add, rest, rest[1:]))
        held |= self._single.intersection(rest)
        held |= self._pairs.intersection(pairs)
        end = 0
        for place in [place for place, pair in enumerate(pairs) if pair in begin]:
            # What begins within a word goes on at least as far as it does.
            known = rest[place:end]
            word, end = (known, end) if known else (pairs[place], place + 2)
            while (longer := word + rest[end]) in words:
                word, end = longer, end + 1
            if word != known:
                held.add(word)
        return held

    def _write(self) -> None:
        heads = self._spread(self._heads)
        texts = self._spread(self._texts)
        self._conn.executemany(
            _WRITE,
            (
                (word, self._block, _pack(texts[word] | heads[word]), _pack(heads[word]))
                for word in sorted(self._words)
            ),
        )
        self._texts.clear()
        self._heads.clear()

    def _spread(self, noted: dict[str, bytearray]) -> dict[str, int]:
        """For each word the bits of all words that it is a part of."""
        bits = {word: int.from_bytes(noted.get(word, b""), "little") for word in self._by_length}
        for word in self._by_length:
            for part in {word[1:], word[:-1]} - {""}:
                bits[part] |= bits[word]
        return bits


def _pack(bits: int) -> bytes:
    return zlib.compress(bits.to_bytes(BLOCK >> 3, "little"))


def _note(bits: dict[str, bytearray], words: set[str], place: int) -> None:
    byte, bit = place >> 3, 1 << (place & 7)
    for word in words:
        held = bits.get(word)
        if held is None:
            held = bits[word] = bytearray(BLOCK >> 3)
        held[byte] |= bit


def read_common(conn: sqlite3.Connection, word: str, last: int) -> tuple[Numbers, Numbers] | None:
    """The documents up to ``last`` that hold a (folded) word, and those that hold it in title or
    publisher; None where it is not among the common ones."""
    rows: Sequence[tuple[int, bytes, bytes]] = conn.execute(_READ, [word]).fetchall()
    if not rows:
        return None
    size = (last >> 3) + 1
    texts = b"".join(zlib.decompress(row[1]) for row in rows)[:size]
    heads = b"".join(zlib.decompress(row[2]) for row in rows)[:size]
    return Numbers(texts), Numbers(heads)
