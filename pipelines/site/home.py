"""The home page: what the archive is, how much it holds, and the ways in."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.site.page import Asking, Page
from pipelines.site.rows import select, select_one

_COUNTS = """
SELECT (SELECT count(*) FROM reports WHERE current = 1) AS reports,
    (SELECT count(DISTINCT division) FROM reports WHERE current = 1) AS divisions,
    (SELECT count(*) FROM publishers) AS publishers,
    (SELECT count(*) FROM captures) AS captures,
    (SELECT count(*) FROM reports WHERE current = 1 AND synthetic = 1) AS synthetic
"""
_YEARS = """
SELECT year, count(*) AS reports FROM reports WHERE current = 1 AND year IS NOT NULL
GROUP BY year ORDER BY year
"""
_RUNS = """
SELECT runs.id, portals.name, started, finished, requests, new, changed, unchanged, gone, blocked,
    errors
FROM runs JOIN portals ON portals.id = runs.portal ORDER BY runs.id DESC LIMIT 5
"""


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    return {
        "counts": select_one(conn, _COUNTS),
        "years": select(conn, _YEARS),
        "runs": select(conn, _RUNS),
    }


PAGE = Page(r"/$", "home.html", _read)
