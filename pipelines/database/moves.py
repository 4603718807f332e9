"""Whether a report still stands where it stood, and where it went if not.

Worked out anew for all reports of a publisher and year whenever one of them was seen or found gone,
so that it comes out the same in whatever order pages were read.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from pipelines.database.derived import LEFT, SETTLE_GONE
from pipelines.reading.sentences import split_sentences

NEARLY_ALL = 0.9
"""Share of the sentences and rows of two texts that are the same where both are one report. A new
portal cuts a caption off or adds a line; another year's report has other figures."""

_WITH_KIN = """
SELECT DISTINCT r.publisher, r.year FROM reports AS r WHERE r.url = ? AND EXISTS (
    SELECT 1 FROM reports AS kin WHERE kin.publisher = r.publisher AND kin.year = r.year
        AND kin.current = 1 AND (kin.url <> r.url OR kin.moved_to IS NOT NULL))
"""
"""Most reports stand at one address: there is nothing to work out then."""

_STANDING = """
SELECT r.id, r.url, r.moved_to, {left},
    (SELECT min(v.first_seen) FROM reports AS v
        WHERE v.url = r.url AND v.publisher = r.publisher AND v.year = r.year) AS appeared
FROM reports AS r WHERE r.publisher = ? AND r.year = ? AND r.current = 1
ORDER BY appeared, r.id
""".format(left=LEFT.format(redirected="1"))


def settle(conn: sqlite3.Connection, url: str) -> None:
    """Note of the reports at an address whether they are gone, and of those and all others of the
    same publisher and year where they moved."""
    conn.execute(SETTLE_GONE, [url])
    for publisher, year in conn.execute(_WITH_KIN, [url]).fetchall():
        _settle_moves(conn, publisher, year)


def has_same_text(conn: sqlite3.Connection, one: int, other: int) -> bool:
    """Whether two stored reports are one text but for little: a report without text is no proof."""
    here, there = read_text(conn, one), read_text(conn, other)
    total = here.total() + there.total()
    return total > 0 and 2 * (here & there).total() >= NEARLY_ALL * total


def read_text(conn: sqlite3.Connection, report: int) -> Counter[str]:
    """The sentences and the rows of the tables of a stored report, without white space."""
    lines = [
        sentence
        for (text,) in conn.execute("SELECT text FROM sections WHERE report = ?", [report])
        for sentence in split_sentences(text)
    ]
    for (cells,) in conn.execute("SELECT cells FROM tables WHERE report = ?", [report]):
        lines += ["|".join(cell or "" for cell in row) for row in json.loads(cells)]
    return Counter("".join(line.split()) for line in lines)


def _settle_moves(conn: sqlite3.Connection, publisher: str, year: int) -> None:
    reports = conn.execute(_STANDING, [publisher, year]).fetchall()
    for id, url, known, left, appeared in reports:
        found = None
        for other, elsewhere, _, _, later in reports if left else ():
            if elsewhere == url or later <= appeared:
                continue
            if other == known or has_same_text(conn, id, other):
                found = other
                break
        if found != known:
            conn.execute("UPDATE reports SET moved_to = ? WHERE id = ?", [found, id])
            conn.execute(SETTLE_GONE, [url])
