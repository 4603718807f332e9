"""Rows whose records a power failure took: what the index knows and no file holds any more.

The disk may have the last rows of a crawl and not yet their records, which are synced some seconds
later. What was captured in those seconds is still on the portal. So the rows go, and the crawl asks
again; the reports of these addresses are read anew from the captures before.
"""

from __future__ import annotations

import sqlite3

from pipelines.database.store import Store


class StillReferredTo(ValueError):
    """Captures in other files refer to one that is lost: one sentence."""


def forget_lost(store: Store, file: str, end: int) -> int:
    """Remove the rows of records that should lie in a file beyond byte ``end``; returns how many.

    Their addresses wait in the frontier, and all earlier captures of these pages are unread again.
    Raises StillReferredTo, with nothing done, where later rows depend on them.
    """
    lost = store.conn.execute(
        "SELECT id, url, part_of FROM captures"
        " WHERE warc_file = ? AND warc_offset + warc_length > ?",
        [file, end],
    ).fetchall()
    if not lost:
        return 0
    ids = [(id,) for id, *_ in lost]
    with store.transaction() as conn:
        _refuse_where_referred_to(conn, {id for (id,) in ids})
        pages = {url for id, url, part_of in lost if part_of is None}
        for page in {part_of for *_, part_of in lost} - {None}:
            pages |= {
                url for (url,) in conn.execute("SELECT url FROM captures WHERE id = ?", [page])
            }
        # Rows that refer to each other go together, in whatever order.
        conn.execute("PRAGMA defer_foreign_keys = ON")
        for url in pages:
            store.forget_readings(url)
        # What a lost capture was evidence of, also for a report at another address.
        conn.executemany("DELETE FROM findings WHERE capture = ?", ids)
        conn.executemany("DELETE FROM captures WHERE id = ?", ids)
        asked = {(url,) for _, url, _ in lost}
        conn.executemany("UPDATE frontier SET state = 'waiting' WHERE url = ?", asked)
    return len(lost)


def _refuse_where_referred_to(conn: sqlite3.Connection, lost: set[int]) -> None:
    for id in lost:
        referring = {
            other
            for (other,) in conn.execute(
                "SELECT id FROM captures WHERE revisits = :id UNION ALL"
                " SELECT id FROM captures WHERE part_of = :id",
                {"id": id},
            )
        }
        if referring - lost:
            raise StillReferredTo(
                "its last records are lost, and captures in other files refer to them; "
                "`gongkai rebuild` makes the index anew from what there is"
            )
