"""The home page: what the archive is, how much it holds, and the ways in."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from typing import Any

from pipelines.database.file import select
from pipelines.site.coverage import STEPS, known_years, province_tiles
from pipelines.site.page import Asking, NotUnderstood, Page
from pipelines.site.rows import select_one
from pipelines.site.words import say

_TOTALS = "SELECT * FROM archive_totals"
_RUNS = """
SELECT runs.id, portals.name, started, finished, requests, new, changed, unchanged, gone, blocked,
    errors
FROM runs JOIN portals ON portals.id = runs.portal ORDER BY runs.id DESC LIMIT 8
"""


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    """What the archive holds, the map of the last year or of the ``year`` asked for, the runs."""
    years = known_years(conn)
    year = _year(asking, [row["year"] for row in years])
    runs = select(conn, _RUNS)
    return {
        "totals": select_one(conn, _TOTALS),
        "years": years,
        "year": year,
        "tiles": province_tiles(conn, year) if year is not None else [],
        "steps": _steps(),
        "runs": runs,
        "as_of": next((run["finished"] for run in runs if run["finished"]), None),
    }


def _steps() -> list[dict[str, Any]]:
    """What each colour of the map means: ``step``, and the shares from one step to the next."""
    bounds = STEPS[1:]
    between = [f"{low:.0%}–{high:.0%}" for low, high in pairwise(bounds)]
    texts = ["0%", f"<{bounds[0]:.0%}", *between, f"≥{bounds[-1]:.0%}"]
    return [{"step": step, "text": text} for step, text in enumerate(texts)]


def _year(asking: Asking, known: list[int]) -> int | None:
    wanted = asking.parameters.get("year")
    if wanted is None:
        return known[-1] if known else None
    year = next((year for year in known if str(year) == wanted), None)
    if year is None:
        raise NotUnderstood(say("home.no_year", asking.language, year=wanted[:10]))
    return year


PAGE = Page(r"/$", "home.html", _read)
