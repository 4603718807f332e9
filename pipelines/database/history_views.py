"""The views of what happened to reports from night to night: what is known of it from captures."""

from __future__ import annotations

from pipelines.database.derived import REPORT_AT

EVENTS = f"""
WITH told AS (
    SELECT c.id, c.url, c.fetched_at, c.reading IS 'report' AS shows,
        lag(c.reading IS 'report') OVER (PARTITION BY c.url
            ORDER BY c.fetched_at, c.id) AS showed
    FROM captures AS c
    WHERE c.part_of IS NULL AND c.url IN (SELECT url FROM reports)
        AND (c.reading IN ('report', 'other') OR c.outcome IN ('gone', 'soft 404')
            OR (c.outcome = 'redirect' AND EXISTS (SELECT 1 FROM reports AS r
                WHERE r.url = c.url AND r.gone_at = c.fetched_at)))
),
turned AS (
    SELECT told.*, {REPORT_AT.format(at="told")} AS report FROM told WHERE shows <> showed
)
SELECT r.url AS url, r.id AS report,
    CASE WHEN r.version = 1 OR r.replaces IS NOT NULL THEN 'appeared' ELSE 'changed' END AS event,
    r.first_seen AS at, r.capture AS capture,
    CASE WHEN r.version > 1 THEN coalesce(r.replaces, (SELECT p.id FROM reports AS p
        WHERE p.url = r.url AND p.version = r.version - 1)) END AS other
FROM reports AS r
UNION ALL
SELECT new.url, new.replaces, 'replaced', new.first_seen, new.capture, new.id
FROM reports AS new WHERE new.replaces IS NOT NULL
UNION ALL
SELECT turned.url, r.id, CASE WHEN shows THEN 'returned'
        WHEN r.moved_to IS NOT NULL AND r.gone_at = fetched_at THEN 'moved' ELSE 'gone' END,
    fetched_at, turned.id,
    CASE WHEN NOT shows AND r.gone_at = fetched_at THEN r.moved_to END
FROM turned JOIN reports AS r ON r.id = turned.report
WHERE NOT (shows AND r.id = turned.id AND r.replaces IS NOT NULL)
UNION ALL
SELECT r.url, r.id, 'moved', r.gone_at, new.capture, r.moved_to
FROM reports AS r JOIN reports AS new ON new.replaces = r.id AND new.first_seen = r.gone_at
WHERE r.moved_to IS NOT NULL
""".strip()
"""A page that is back and another year's report at once has not returned. One that gives way to
another year's report and stands elsewhere has two events: replaced there, moved here. What is asked
of one address (``WHERE url = …``) looks at its captures alone."""

SIGHTINGS = f"""
SELECT c.url AS url,
    {REPORT_AT.format(at="c")} AS report,
    c.id AS capture, c.fetched_at AS at, c.outcome,
    CAST(c.digest IS (SELECT first.digest FROM captures AS first WHERE first.id =
        {REPORT_AT.format(at="c")}) AS INTEGER) AS same_bytes
FROM captures AS c WHERE +c.reading = 'report'
""".strip()
"""The plus keeps SQLite from an index that finds half of the table: what is asked for is mostly
one address. A column that is cast to a type equals a value from an address, which is text."""
