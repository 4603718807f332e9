"""Which portals are due (`gongkai crawl --due`): those that tonight's crawl has still to walk.

A portal is due that was never crawled, or whose last run was cut off or limited, or whose last run
began a night ago; after runs in which it gave no page, some nights ago (data/revisit.yml). A due
portal is walked as always: its lists, and the articles that are due.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from crawler.portal import Portal
from crawler.revisit import load_policy
from pipelines.database.runs import cut_off

_LAST_RUNS = """
SELECT id, reason, EXISTS (SELECT 1 FROM captures AS c WHERE c.run = runs.id
    AND c.outcome IN ('page', 'unchanged') AND c.url NOT LIKE '%/robots.txt')
FROM runs WHERE portal = ? AND kind = 'crawl' ORDER BY id DESC LIMIT 10
"""


def due_portals(conn: sqlite3.Connection, portals: Iterable[Portal], now: int) -> list[Portal]:
    """Those of the portals that are due, in their order; ``now`` as
    ``pipelines.archive.moments.now``."""
    return [portal for portal in portals if _is_due(conn, portal.id, now)]


def _is_due(conn: sqlite3.Connection, portal: str, now: int) -> bool:
    runs = conn.execute(_LAST_RUNS, [portal]).fetchall()
    if not runs:
        return True
    asked, reason, _ = runs[0]
    if cut_off(reason):
        return True
    silent = 0
    for _, reason, gave_a_page in runs:
        if gave_a_page:
            break
        silent += not cut_off(reason)
    return load_policy().is_portal_due(now, asked, silent)
