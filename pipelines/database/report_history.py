"""The history of one report: its events, its versions with what changed, and what was ignored of
the fetches that made no version."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.archive.archived_bytes import NotProved, prove
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import Capture
from pipelines.database.store import Store
from pipelines.reading.ignored import ignored_pieces


class NoReport(ValueError):
    """There is no such report: one sentence."""


def report_history(store: Store, report: str) -> dict[str, Any]:
    """All that is known of the address of a report, which is named by its id or its address.

    ``versions``, each with ``changes``; ``events``; ``refetches``: captures of a version with other
    bytes than its own, each with what was ``ignored`` (before, after, reason), or why that cannot
    be said (``trouble``), and with the ``parts`` that have other bytes. Raises NoReport.
    """
    row = store.conn.execute(
        "SELECT url FROM reports WHERE id = ? OR url = ? LIMIT 1",
        [int(report) if report.isdecimal() else -1, report],
    ).fetchone()
    if row is None:
        raise NoReport(f"there is no report {report}: name one by its id or its address")
    url = row[0]
    versions = _rows(
        store.conn,
        "SELECT id, version, year, title, first_seen, last_seen, gone_at, current, replaces,"
        " moved_to FROM reports WHERE url = ? ORDER BY version",
        url,
    )
    for version in versions:
        version["changes"] = _rows(
            store.conn,
            "SELECT part, field, before, after FROM changes WHERE report = ? ORDER BY id",
            version["id"],
        )
    events = _rows(
        store.conn,
        "SELECT report, event, at, capture, other FROM events WHERE url = ? ORDER BY at, event",
        url,
    )
    refetches = _rows(
        store.conn,
        "SELECT report, capture, at FROM sightings WHERE url = ? AND NOT same_bytes"
        " ORDER BY at, capture",
        url,
    )
    for refetch in refetches:
        before, after = store.capture(refetch["report"]), store.capture(refetch["capture"])
        assert before is not None  # both are rows of captures
        assert after is not None
        refetch |= _compare(store, before, after)
    return {"url": url, "versions": versions, "events": events, "refetches": refetches}


def _compare(store: Store, before: Capture, after: Capture) -> dict[str, Any]:
    old, new = store.parts(before.id), store.parts(after.id)
    parts = [
        address
        for address in {**old, **new}
        if (old[address].digest if address in old else None)
        != (new[address].digest if address in new else None)
    ]
    try:
        was, has = (
            prove(warc_directory(store.home), one, store.capture) for one in (before, after)
        )
    except NotProved as error:
        return {"ignored": [], "trouble": str(error), "parts": parts}
    ignored = [one._asdict() for one in ignored_pieces(was.body, has.body, has.content_type)]
    return {"ignored": ignored, "trouble": None, "parts": parts}


def _rows(conn: sqlite3.Connection, sql: str, value: object) -> list[dict[str, Any]]:
    cursor = conn.execute(sql, [value])
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
