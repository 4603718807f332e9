"""Search over the titles, publishers and sections of a published snapshot.

All words of a query must stand in a report, anywhere in it. The number of hits is always exact, in
all, by year and by place. Up to ``RANKED_HITS`` of them are ranked by BM25, where a word in a title
counts most; common words (common.py) say little of any one of them and do not count. Of more
hits, and of common words alone, those come first that have the words in title or publisher, then
the newest.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

from pipelines.database.indicator_views import NATION
from pipelines.search.common import HEAD, find, read_common
from pipelines.search.numbers import Numbers
from pipelines.search.snippet import Piece, mark, snippet
from pipelines.search.words import fold, match_words, query_words

PAGE_SIZE = 20
RANKED_HITS = 10_000
"""Ranking reads what each hit holds, some microsecond a hit; listing reads but those shown."""

_WEIGHTS = "10.0, 5.0, 1.0"
"""Of title, publisher and text."""

_LAST = "SELECT coalesce(max(id), 0) FROM search_documents"
_RANGES = "SELECT year, first, last FROM search_ranges WHERE division = ? ORDER BY first"
_RANGES_BELOW = """
SELECT r.division, d.name, r.year, r.first, r.last
FROM divisions AS d JOIN search_ranges AS r ON r.division = d.code
WHERE d.parent IS ? ORDER BY r.division
"""
_RANKED = f"""
SELECT s.rowid FROM search_index AS s
WHERE s.search_index MATCH :match AND s.rowid BETWEEN :low AND :high AND EXISTS (
    SELECT 1 FROM search_ranges AS r WHERE r.division = :place
        AND (:year IS NULL OR r.year = :year) AND s.rowid BETWEEN r.first AND r.last
)
ORDER BY bm25(search_index, {_WEIGHTS}), s.rowid
"""
_HIT = """
SELECT r.id, r.title, r.year, r.division, p.name, d.name
FROM search_documents AS s JOIN reports AS r ON r.id = s.report
LEFT JOIN publishers AS p ON p.id = r.publisher
LEFT JOIN divisions AS d ON d.code = r.division
WHERE s.id = ?
"""
_SECTIONS = "SELECT heading, text FROM sections WHERE report = ? ORDER BY position"


@dataclass(frozen=True, slots=True)
class Hit:
    """A report that holds the words. ``heading`` and ``snippet`` are of the first section that
    holds most of them; None and empty where they stand in title or publisher alone."""

    report: int
    title: Sequence[Piece]
    publisher: Sequence[Piece]
    year: int | None
    division: str | None
    division_name: str | None
    heading: str | None
    snippet: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of one page of a result. ``years`` are the years of the asked place, ``places`` the
    places right below it in the asked year, each with its number of hits and none without one.
    ``ranked`` says whether BM25 put them in order."""

    words: Sequence[str]
    total: int
    page: int
    ranked: bool
    hits: Sequence[Hit]
    years: Sequence[tuple[int, int]]
    places: Sequence[tuple[str, str, int]]

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE_SIZE)


def search(
    conn: sqlite3.Connection,
    query: str,
    place: str = "",
    year: int | None = None,
    page: int = 1,
) -> Found:
    """One page of the reports that hold all words of a query; ``place`` is the code of a division,
    with all below it. A query without words finds nothing. The database must have the index."""
    words = query_words(query)
    if not words:
        return Found(words, 0, page, True, (), (), ())
    ((last,),) = conn.execute(_LAST)
    hits = _find(conn, words, last)
    ranges = [(y, ends) for y, *ends in conn.execute(_RANGES, [place or NATION])]
    years = [(y, n) for y, ends in ranges if (n := hits.all.count_in(*ends))]
    places: Counter[tuple[str, str]] = Counter()
    for code, name, of, *ends in conn.execute(_RANGES_BELOW, [place or None]):
        if year is None or of == year:
            places[code, name] += hits.all.count_in(*ends)
    parts = [ends for y, ends in ranges if year is None or y == year]
    asked = hits.all.within(parts)
    total = asked.count()
    ranked = bool(hits.telling) and total <= RANKED_HITS
    first = (page - 1) * PAGE_SIZE
    if first >= total:
        shown = []
    elif ranked:
        values = {"match": hits.telling, "place": place or NATION, "year": year}
        values |= {"low": parts[0][0], "high": parts[-1][1]}
        best = (number for (number,) in conn.execute(_RANKED, values) if number in asked)
        shown = list(islice(best, first, first + PAGE_SIZE))
    else:
        heads = asked & _heads(conn, hits, last)
        shown = list(islice(chain(heads, asked - heads), first, first + PAGE_SIZE))
    return Found(
        words,
        total,
        page,
        ranked,
        [_hit(conn, number, words) for number in shown],
        [(y, n) for y, n in years if y],
        [(*key, n) for key, n in places.items() if n],
    )


@dataclass(frozen=True, slots=True)
class _Hits:
    """The documents that hold all words; ``heads`` hold all common ones in title or publisher.
    ``telling`` is what FTS5 is to match for the other words, empty without one."""

    all: Numbers
    heads: Numbers
    telling: str


def _find(conn: sqlite3.Connection, words: Sequence[str], last: int) -> _Hits:
    """``last`` is the number of the last document."""
    found = heads = Numbers.up_to(last)
    telling = []
    for word in words:
        known = read_common(conn, word)
        if known is None:
            telling.append(word)
        else:
            found &= known[0]
            heads &= known[1]
    match = match_words(telling) if telling else ""
    return _Hits(found & find(conn, match, last) if match else found, heads, match)


def _heads(conn: sqlite3.Connection, hits: _Hits, last: int) -> Numbers:
    """The documents that hold all words in title or publisher, and others that are no hits."""
    if not hits.telling:
        return hits.heads
    return hits.heads & find(conn, f"{HEAD}({hits.telling})", last)


def _hit(conn: sqlite3.Connection, number: int, words: Sequence[str]) -> Hit:
    report, title, year, division, publisher, division_name = conn.execute(
        _HIT, [number]
    ).fetchone()
    best: tuple[int, str, str] | None = None
    for heading, text in conn.execute(_SECTIONS, [report]):
        folded = fold(f"{heading}\n{text}")
        score = sum(word in folded for word in words)
        if score and (best is None or score > best[0]):
            best = (score, heading, text)
            if score == len(words):
                break
    return Hit(
        report,
        mark(title or "", words),
        mark(publisher or "", words),
        year,
        division,
        division_name,
        best[1] if best else None,
        snippet(best[2], words) if best else (),
    )
