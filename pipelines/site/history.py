"""What happened to a report since it was first seen: its versions, its events, how often it was
seen, and what changed, each with the captures that show it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from pipelines.database.file import select
from pipelines.reading.dates import CHINA
from pipelines.site.language import Language
from pipelines.site.passages import passage_name
from pipelines.site.rows import Row

MOST_CHANGES = 200
"""Changes that are shown; the table ``changes`` has them all."""

MOST_EVENTS = 60
"""Events and sightings that are shown, the latest; their views have them all."""

_VERSIONS = """
SELECT id, version, year, first_seen, last_seen, current FROM reports WHERE url = ? ORDER BY version
"""
_EVENTS = f"""
SELECT * FROM (
    SELECT e.event, e.at, e.capture, e.report, own.version, own.title, own.year, e.other,
        o.title AS other_title, o.year AS other_year, o.url AS other_url
    FROM events AS e JOIN reports AS own ON own.id = e.report
    LEFT JOIN reports AS o ON o.id = e.other
    WHERE e.url = ? ORDER BY e.at DESC, e.capture DESC LIMIT {MOST_EVENTS}
) ORDER BY at, capture
"""
_MOVED_FROM = """
SELECT id, title, url, gone_at FROM reports
WHERE moved_to IN (SELECT id FROM reports WHERE url = :url AND year IS :year) ORDER BY id
"""
_OTHER = "SELECT id, title, url, year FROM reports WHERE id = ?"
_SEEN = """
SELECT count(*) AS times, coalesce(sum(same_bytes), 0) AS same, min(at) AS first, max(at) AS last
FROM sightings WHERE url = :url AND report = :id
"""
_DIFFERENT = f"""
SELECT capture, at FROM sightings WHERE url = :url AND report = :id AND NOT same_bytes
ORDER BY at DESC LIMIT {MOST_EVENTS}
"""
_CHANGES = """
SELECT previous, part, field, before, after FROM changes WHERE report = ? ORDER BY rowid LIMIT ?
"""
_CELLS = """
SELECT part, item || '.' || measure AS field, capture, table_number, row, "column" FROM figures
WHERE report = ? AND row IS NOT NULL
"""
_TABLES = "SELECT number, coalesce(capture, report) AS at FROM tables WHERE report = ?"

Places = dict[tuple[str, str], str]
"""Part and field of a figure → the capture that printed it, with the query that marks its cell.
Of a table ("tables" and its number) the capture alone."""

DATE_CHECKS = {
    "dates.published_late": "published",
    "dates.backdated": "published",
    "dates.order": "published",
    "dates.signed_early": "signed",
}
"""Checks of dates, and which of a report's dates each speaks of."""


def read_history(conn: sqlite3.Connection, report: Row, language: Language) -> dict[str, Any]:
    """All that the page shows of a version's past and future."""
    versions = select(conn, _VERSIONS, [report["url"]])
    newer = (v["id"] for v in versions if v["version"] >= report["version"] and v["current"])
    (seen,) = select(conn, _SEEN, report)
    return {
        "versions": versions,
        "newest": next(newer, report["id"]),
        "events": select(conn, _EVENTS, [report["url"]]),
        "moved_from": select(conn, _MOVED_FROM, report),
        "moved_to": _other(conn, report["moved_to"]),
        "replaces": _other(conn, report["replaces"]),
        "seen": seen,
        "different": select(conn, _DIFFERENT, report),
        "changes": _read_changes(conn, report["id"], language),
    }


def _other(conn: sqlite3.Connection, id: int | None) -> Row | None:
    return next(iter(select(conn, _OTHER, [id])), None)


def _read_changes(conn: sqlite3.Connection, report: int, language: Language) -> list[Row]:
    """The changes of a version, each with ``name`` in a language, and where the archived pages
    show both sides: ``before_at`` and ``after_at``, what follows ``/-/archived/``."""
    changes = select(conn, _CHANGES, [report, MOST_CHANGES])
    places = {id: _places(conn, id) for id in {report, *(c["previous"] for c in changes)}}
    for change in changes:
        part, field = change["part"], change["field"]
        change["name"] = passage_name(part, field, language)
        for side, version in (("before", change["previous"]), ("after", report)):
            change[f"{side}_at"] = _place(places[version], part, field) or str(version)
    return changes


def _place(places: Places, part: str, field: str) -> str | None:
    """Where a figure, or the cell of a table that is none, stands."""
    if part != "tables":
        return places.get((part, field.removesuffix(".unit")))
    table, _, cell = field.partition(".")
    row, _, column = cell.partition(".")
    capture = places.get((part, table))
    return f"{capture}?table={table}&row={row}&column={column}#cell" if capture and column else None


def _places(conn: sqlite3.Connection, report: int) -> Places:
    """Where a version's figures and tables are printed."""
    places = {("tables", str(t["number"])): str(t["at"]) for t in select(conn, _TABLES, [report])}
    for cell in select(conn, _CELLS, [report]):
        place = f"?table={cell['table_number']}&row={cell['row']}&column={cell['column']}#cell"
        places.setdefault((cell["part"], cell["field"]), f"{cell['capture']}{place}")
    return places


def dates_of(conn: sqlite3.Connection, report: Row, findings: list[Row]) -> list[Row]:
    """All dates of a version side by side, each with ``findings``, those that are about it;
    ``is_published`` marks the one that counts as the day of publication. The last is when the
    version was last seen."""
    dates = select(conn, "SELECT * FROM dates WHERE report = ? ORDER BY position", [report["id"]])
    published = (report["published_from"], (report["published_at"] or "")[:10])
    signed = ("signature", (report["signed_on"] or "")[:10])
    wanted = {"published": published, "signed": signed}
    for date in dates:
        place = (date["kind"], (date["value"] or "")[:10])
        means = [name for name, is_at in wanted.items() if is_at == place and place[1]]
        for name in means:
            del wanted[name]  # a second one says the same
        date["is_published"] = "published" in means
        date["findings"] = [f for f in findings if DATE_CHECKS.get(f["check"]) in means]
    for kind, time in (("last seen", report["last_seen"]), ("gone", report["gone_at"])):
        if time:
            dates.append({"kind": kind, "label": "", "raw": time, "value": beijing(time),
                          "is_published": False, "findings": []})  # fmt: skip
    return dates


def beijing(time: str) -> str:
    """A time of the archive (UTC) as the pages of portals give theirs."""
    return datetime.fromisoformat(time).astimezone(CHINA).isoformat(timespec="seconds")
