"""What an archive holds and what a crawl did, counted in SQL for the command line."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

BELOW = "({column} = :division OR {column} LIKE :division || '%')"


def summarise_runs(conn: sqlite3.Connection, runs: Sequence[int]) -> dict[str, Any]:
    """The counts of these runs together, in the shape of ``crawl --json`` without its seconds."""
    marks = ",".join("?" * len(runs))
    row = conn.execute(
        "SELECT coalesce(sum(requests), 0), coalesce(sum(new), 0), coalesce(sum(changed), 0),"
        " coalesce(sum(unchanged), 0), coalesce(sum(gone), 0), coalesce(sum(blocked), 0),"
        f" coalesce(sum(errors), 0) FROM runs WHERE id IN ({marks})",
        list(runs),
    ).fetchone()
    requests, new, changed, unchanged, gone, blocked, errors = row
    return {
        "requests": requests,
        "reports": {"new": new, "changed": changed, "unchanged": unchanged, "gone": gone},
        "blocked": blocked,
        "errors": errors,
    }


def summarise_archive(conn: sqlite3.Connection) -> dict[str, Any]:
    """Counts of the whole archive: portals, current reports by form and year, cells, findings.

    A cell is one figure of the three tables of a current report as printed, absent ones included.
    """

    def pairs(sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in conn.execute(sql)]

    def one(sql: str) -> int:
        return int(conn.execute(sql).fetchone()[0])

    current = "report IN (SELECT id FROM reports WHERE current)"
    return {
        "portals": one("SELECT count(DISTINCT portal) FROM runs"),
        "publishers": one("SELECT count(DISTINCT publisher) FROM reports WHERE current"),
        "reports": one("SELECT count(*) FROM reports WHERE current"),
        "reports_by_form": dict(
            pairs("SELECT form, count(*) FROM reports WHERE current GROUP BY form ORDER BY form")
        ),
        "reports_by_year": dict(
            pairs("SELECT year, count(*) FROM reports WHERE current GROUP BY year ORDER BY year")
        ),
        "cells": one(f"SELECT count(*) FROM disclosure WHERE {current}")
        + one(f"SELECT count(*) FROM statistics WHERE {current}")
        + 7 * one(f"SELECT count(*) FROM applications WHERE {current}")
        + 5 * one(f"SELECT count(*) FROM proceedings WHERE {current}"),
        "findings": count_findings(conn),
        "captures": dict(
            pairs("SELECT outcome, count(*) FROM captures GROUP BY outcome ORDER BY outcome")
        ),
    }


def count_findings(conn: sqlite3.Connection) -> dict[str, int]:
    """Findings of current reports by check, the most frequent first."""
    return dict(
        conn.execute(
            'SELECT "check", count(*) FROM findings'
            " WHERE report IN (SELECT id FROM reports WHERE current)"
            ' GROUP BY "check" ORDER BY count(*) DESC, "check"'
        ).fetchall()
    )


def coverage(conn: sqlite3.Connection, division: str = "") -> list[dict[str, Any]]:
    """Who has published which year, in and below a division: one dictionary a division."""
    rows = conn.execute(
        "SELECT division, name, year, status FROM coverage"
        f" WHERE {BELOW.format(column='division')} ORDER BY division, year",
        {"division": division},
    )
    found: dict[str, dict[str, Any]] = {}
    for code, name, year, state in rows:
        place = found.setdefault(code, {"division": code, "name": name, "years": {}})
        place["years"][str(year)] = state
    return list(found.values())


def last_runs(
    conn: sqlite3.Connection, division: str = "", limit: int = 20
) -> list[dict[str, Any]]:
    """The latest runs of portals in and below a division, the newest first."""
    cursor = conn.execute(
        "SELECT runs.id, runs.portal, portals.name, started, finished, requests, bytes, seconds,"
        " new, changed, unchanged, gone, blocked, errors, reason"
        " FROM runs JOIN portals ON portals.id = runs.portal"
        f" WHERE {BELOW.format(column='coalesce(portals.division, :division)')}"
        " ORDER BY runs.id DESC LIMIT :limit",
        {"division": division, "limit": limit},
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
