"""Whether portals are well: how their last run ended, and whether reports are missing from it.

Zero is never success, and fewer is none either: a run that leaves a portal with fewer reports than
its record expects, or than the last good run left, is an alarm. The reports themselves stay in the
archive, gone or not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from pipelines.database.runs import FINISHED, LIMITED, WALLS, ended_well
from pipelines.divisions import read_divisions

Bounds = tuple[int | None, int | None]
"""The least and the largest number of reports that a portal is expected to have."""

REMEMBERED = 30 * 86_400 * 1_000_000
"""Microseconds for which a number of reports is held against the runs after it. Without an end, a
report that a portal took down for good would be an alarm for ever."""

_LAST_RUNS = """
WITH last AS (SELECT portal, max(id) AS run FROM runs WHERE kind = 'crawl' GROUP BY portal),
standing AS (
    SELECT portal, sum(gone_at IS NULL) AS now, max(gone_at) AS last_gone
    FROM reports WHERE current = 1 GROUP BY portal
),
whole AS (
    SELECT last.portal, runs.id, runs.finished,
        runs.id = max(runs.id) OVER (PARTITION BY last.portal) AS latest,
        runs.id > last.run - :remembered AS remembered
    FROM last
    JOIN runs ON runs.portal = last.portal AND runs.id < last.run AND runs.reason = :finished
        AND runs.kind = 'crawl'
),
-- Where nothing has gone since an earlier run, no more stood then than after the latest.
counted AS (
    SELECT whole.portal, sum((r.gone_at IS NULL OR r.gone_at > whole.finished)
        AND whole.finished >=
            CASE r.version WHEN 1 THEN r.first_seen ELSE (SELECT min(v.first_seen)
                FROM reports AS v WHERE v.url = r.url
                AND v.version >= coalesce((SELECT max(n.version) FROM reports AS n
                    WHERE n.url = r.url AND n.version <= r.version
                    AND n.replaces IS NOT NULL), 0)) END) AS reports
    FROM whole
    LEFT JOIN standing ON standing.portal = whole.portal
    LEFT JOIN reports AS r ON r.portal = whole.portal AND r.current = 1
    WHERE latest OR (remembered AND whole.finished < standing.last_gone)
    GROUP BY whole.portal, whole.id
),
good AS (SELECT portal, max(coalesce(reports, 0)) AS reports FROM counted GROUP BY portal)
SELECT p.id, p.name, p.division, p.url, runs.started, runs.finished, runs.reason,
    coalesce(standing.now, 0), good.reports
FROM last
JOIN runs ON runs.id = last.run
JOIN portals AS p ON p.id = last.portal
LEFT JOIN good ON good.portal = p.id
LEFT JOIN standing ON standing.portal = p.id
WHERE coalesce(p.division, '') LIKE :division || '%'
ORDER BY p.division IS NULL, p.division, p.id
"""


def portal_health(
    conn: sqlite3.Connection, expected: Mapping[str, Bounds], division: str = ""
) -> list[dict[str, Any]]:
    """The portals in and below a division that have been crawled, those without a division last.

    ``expected``: portal → how many reports its record expects. Each portal has ``reports`` (that
    stand), ``before`` (that stood after the last good run before the latest; None without one: a
    run is good that finished, and left no fewer than the good one before it within ``REMEMBERED``),
    ``state`` (ok, alarm, limited, unfinished), ``alarms``, one clause each, and ``blocked_nights``:
    on how many nights up to the last a wall stood before the whole of it.
    """
    found = []
    about = {"finished": FINISHED, "remembered": REMEMBERED, "division": division}
    for row in conn.execute(_LAST_RUNS, about):
        id, name, place, url, started, finished, reason, reports, before = row
        whole = finished is not None and not str(reason).startswith(LIMITED)
        alarms = [] if finished is None or ended_well(reason) else [str(reason)]
        nights = _blocked_nights(conn, id) if alarms and alarms[0].startswith(WALLS) else 0
        if nights > 1:
            alarms.append(f"blocked for {nights} nights now")
        if finished is not None and before is not None and reports < before:
            alarms.append(f"{reports} reports stand, {before} stood after the last good run")
        if whole:
            alarms += _unexpected(reports, expected.get(id, (None, None)))
        state = "alarm" if alarms else "unfinished" if finished is None else "limited"
        found.append(
            {
                "portal": id,
                "name": name,
                "division": place,
                "url": url,
                "started": started,
                "reason": reason,
                "reports": reports,
                "before": before,
                "state": "ok" if whole and not alarms else state,
                "alarms": alarms,
                "blocked_nights": nights,
            }
        )
    return found


def _blocked_nights(conn: sqlite3.Connection, portal: str) -> int:
    """By days of UTC: a night in China lies within one. A run that was cut off says nothing."""
    nights = set()
    for started, reason in conn.execute(
        "SELECT started, reason FROM runs WHERE portal = ? AND kind = 'crawl' ORDER BY id DESC",
        [portal],
    ):
        if reason is not None and not reason.startswith(WALLS):
            break
        if reason is not None:
            nights.add(started[:10])
    return len(nights)


def _unexpected(reports: int, expected: Bounds) -> list[str]:
    """What a portal's record says against the number of its reports after a whole run."""
    least, most = expected
    said = []
    if least is not None and reports < least:
        said.append(f"{reports} reports stand, its record expects at least {least}")
    if most is not None and reports > most:
        said.append(f"{reports} reports stand, its record expects at most {most}")
    return said


_LEVELS = (2, 4, 6)
"""Digits of the codes of provinces, prefectures and counties."""


def summarise_places(
    coverage: list[dict[str, Any]], health: list[dict[str, Any]], division: str = ""
) -> list[dict[str, Any]]:
    """Portals and published reports by province; within one by prefecture, within that by county:
    the widest level of which more than one lies in ``division``. What is not below that level, as
    the government of the prefecture itself, has a line of its own. Empty within a county.

    ``coverage``: as ``pipelines.database.summary.coverage`` gives it.

    ``years``: year → (governments that published, in time or late; governments that had to).
    """
    portals = [portal for portal in health if portal["division"]]
    codes = {one["division"] for one in [*coverage, *portals]}
    for digits in _LEVELS:
        places = sorted({code[:digits] for code in codes})
        if len(places) > 1 and len(division) < digits:
            break
    else:
        return []
    names = {place.code: place.name for place in read_divisions() if len(place.code) <= digits}
    found: dict[str, dict[str, Any]] = {
        code: {"division": code, "name": names[code], "portals": 0, "alarms": 0, "years": {}}
        for code in places
    }
    for portal in portals:
        place = found[portal["division"][:digits]]
        place["portals"] += 1
        place["alarms"] += portal["state"] == "alarm"
    for one in coverage:
        place = found[one["division"][:digits]]
        for year, state in one["years"].items():
            published, of = place["years"].get(year, (0, 0))
            place["years"][year] = (published + (state in ("published", "late", "moved")), of + 1)
    return list(found.values())
