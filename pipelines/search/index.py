"""The search index of a published snapshot: a contentless FTS5 table over the current reports.

One document a report: its title, its publisher, and its sections with their headings, as the tokens
of words.py. Documents are numbered from 1, the newest year first and within it by division,
so a place in a year is a range of numbers, and the order of the index is that of a result which is
not ranked. ``detail=full`` keeps where each token stands: without it, a word of three or more
characters would be found where its pairs stand apart, and titles would weigh no more than text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pipelines.database.indicator_views import place_sql, places_sql
from pipelines.progress import Advance, part_of, silent
from pipelines.search.common import (
    COMMON_SHARE,
    FEWEST,
    SAMPLE,
    TABLE,
    common_words,
    note_common_words,
)
from pipelines.search.words import fold, index_folded

_TABLES = """
CREATE TABLE search_documents (
    id INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES reports(id),
    division TEXT REFERENCES divisions(code),
    year INTEGER
)

CREATE TABLE search_ranges (
    division TEXT NOT NULL,
    year INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (division, year)
) WITHOUT ROWID

CREATE VIRTUAL TABLE search_index USING fts5(
    title, publisher, text, content='', tokenize='ascii', detail=full
)

CREATE VIEW search_hits AS
SELECT d.report AS rowid, s.search_index AS search_hits
FROM search_index AS s JOIN search_documents AS d ON d.id = s.rowid
""".strip()
"""``search_ranges``: the first and the last document of each place in each year (0 for none), where
``division`` also names the places above. ``search_hits``: the index by the number of the report, as
Datasette's own ``_search`` asks for it. The tokenizer only has to part at spaces."""

_OPTIONS = {"hashsize": 32_000_000, "automerge": 0, "crisismerge": 1999}
"""Bytes of tokens that FTS5 holds before it writes them: at its default of a million, building
takes twice as long. What is written is merged once, at the end."""

NOTING = 70
"""Per cent of the time that has gone when the index is complete: measured on 100,000 reports."""

_DOCUMENTS_BETWEEN = 1_000
"""Documents from one telling of progress to the next."""

_DOCUMENTS = """
INSERT INTO search_documents (report, division, year)
SELECT id, division, year FROM reports WHERE current = 1 ORDER BY year DESC, division, id
"""
_COUNT = "SELECT count(*) FROM search_documents"
_RANGES = f"""
INSERT INTO search_ranges
SELECT {place_sql("division")}, coalesce(year, 0), min(id), max(id)
FROM search_documents {places_sql("division", most=9)} GROUP BY 1, 2
"""
_TEXTS = """
SELECT d.id, r.title, p.name, (
    SELECT group_concat(heading || char(10) || text, char(10)) FROM sections WHERE report = r.id
)
FROM search_documents AS d JOIN reports AS r ON r.id = d.report
LEFT JOIN publishers AS p ON p.id = r.publisher WHERE d.id % ? = 0 ORDER BY d.id
"""


def make_search_index(conn: sqlite3.Connection, advance: Advance = silent) -> None:
    """Add the index to a copy of the database that nobody reads yet, and write it as one piece.
    ``advance`` is told how many documents are in it, then how many common words are noted."""
    for statement in (*_TABLES.split("\n\n"), TABLE):
        conn.execute(statement)
    conn.execute(_DOCUMENTS)
    conn.execute(_RANGES)
    for option in _OPTIONS.items():
        conn.execute("INSERT INTO search_index (search_index, rank) VALUES (?, ?)", option)
    conn.executemany(
        "INSERT INTO search_index (rowid, title, publisher, text) VALUES (?, ?, ?, ?)",
        _documents(conn, part_of(advance, 0, NOTING, "documents")),
    )
    conn.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
    noting = part_of(advance, NOTING, 100, "common words")
    note_common_words(conn, _learn_common_words(conn), noting)


def _learn_common_words(conn: sqlite3.Connection) -> set[str]:
    ((reports,),) = conn.execute(_COUNT)
    if reports < FEWEST:
        return set()
    sample = ("\n".join(said) for _, *said in _texts(conn, -(-reports // SAMPLE)))
    return common_words(sample, COMMON_SHARE)


def _documents(conn: sqlite3.Connection, advance: Advance) -> Iterator[tuple[int, str, str, str]]:
    ((total,),) = conn.execute(_COUNT)
    advance(0, total)
    for number, title, publisher, text in _texts(conn):
        if number % _DOCUMENTS_BETWEEN == 0:
            advance(number, total)
        yield number, index_folded(title), index_folded(publisher), index_folded(text)


def _texts(conn: sqlite3.Connection, step: int = 1) -> Iterator[tuple[int, str, str, str]]:
    """Every so-manieth document with title, publisher and sections, folded."""
    for number, title, publisher, text in conn.execute(_TEXTS, [step]):
        yield number, fold(title or ""), fold(publisher or ""), fold(text or "")


def has_search_index(conn: sqlite3.Connection) -> bool:
    """Whether a database has the index: a published snapshot does, a live database does not."""
    found = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_index'").fetchone()
    return found is not None
