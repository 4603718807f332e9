"""Which addresses are to be made again: those of one portal, or of all captures since a moment.

What a row says depends on all captures of its address, and a report on those of its parts. So
addresses are made again whole, from their first capture on: with every address goes that of the
page it was a part of, with every page go those of its parts, and with what was ingested those whose
bodies it refers to.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipelines.archive.capture import time_of
from pipelines.archive.warc import Exchange
from pipelines.database.file import existing_database


@dataclass(frozen=True, slots=True)
class Selection:
    """Captures of a portal, or since a moment (microseconds since ``EPOCH``), or both at once."""

    portal: str | None = None
    since: int | None = None

    def __str__(self) -> str:
        """What follows "no capture"."""
        portal = f"of the portal {self.portal}" if self.portal is not None else ""
        since = f"since {time_of(self.since)}" if self.since is not None else ""
        return f"{portal} {since}".strip()

    def holds(self, portal: str | None, moment: int) -> bool:
        """Whether a capture or run of this portal and moment is meant."""
        return (self.portal is None or portal == self.portal) and moment >= (self.since or 0)


class NothingSelected(ValueError):
    """A selection that is about nothing: one sentence."""


_CLOSE = """
INSERT INTO remade
WITH RECURSIVE wanted(url) AS (
    SELECT url FROM seen WHERE chosen
    UNION SELECT page.url FROM wanted JOIN seen AS part ON part.url = wanted.url
        JOIN seen AS page ON page.id = part.part_of
    UNION SELECT part.url FROM wanted JOIN seen AS page ON page.url = wanted.url
        JOIN seen AS part ON part.part_of = page.id
    UNION SELECT body.url FROM wanted JOIN seen AS again ON again.url = wanted.url
        JOIN seen AS body ON body.id = again.revisits
)
SELECT url FROM wanted
"""


def choose_addresses(
    conn: sqlite3.Connection, home: Path, selection: Selection, exchanges: Iterable[Exchange]
) -> None:
    """Make the table ``remade`` in a new database: the addresses that a selection is about, as the
    WARC files have them, and as the present database does, whose rows may have lost their record.
    Raises NothingSelected, and NoArchive where there is no database.
    """
    conn.execute("CREATE TABLE remade (url TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.execute(
        "CREATE TEMP TABLE seen (id INTEGER PRIMARY KEY, url TEXT, part_of INTEGER,"
        " revisits INTEGER, chosen INTEGER)"
    )
    add = "INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?)"
    portals: dict[int, str] = {}
    for exchange in exchanges:
        if exchange.kind != "run":
            chosen = selection.holds(portals.get(exchange.run), exchange.id)
            body = exchange.refers_to.id if exchange.refers_to else None
            conn.execute(add, [exchange.id, exchange.url, exchange.part_of, body, chosen])
        elif "portal" in exchange.details:
            portals[exchange.run] = exchange.details["portal"]["id"]
    name = f"file:{quote(str(existing_database(home).resolve()))}?mode=ro"
    with closing(sqlite3.connect(name, uri=True)) as present:
        rows = present.execute("SELECT id, url, part_of, revisits, portal FROM captures")
        conn.executemany(add, ((id, *of, selection.holds(portal, id)) for id, *of, portal in rows))
    if not conn.execute("SELECT 1 FROM seen WHERE chosen LIMIT 1").fetchone():
        raise NothingSelected(f"the archive at {home} has no capture {selection}")
    conn.execute("CREATE INDEX temp.seen_url ON seen(url)")
    conn.execute("CREATE INDEX temp.seen_part_of ON seen(part_of) WHERE part_of IS NOT NULL")
    conn.execute(_CLOSE)
    conn.execute("DROP TABLE seen")
