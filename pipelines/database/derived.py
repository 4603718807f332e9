"""What the database works out from captures alone, so that it comes out the same in whatever order
their pages were read.

What happened first is told by ``fetched_at``, then ``id``: an id is the moment at which a capture
came into the archive, which is later for what was ingested.
"""

from __future__ import annotations

GONE = ("gone", "soft 404")
"""Outcomes of captures that say that the page is no longer there."""

UNANSWERED = ("error", "blocked")
"""Outcomes that say nothing about what stands at an address."""

REPORT_AT = """
(SELECT shown.id FROM reports AS shown WHERE shown.url = {at}.url
    AND (shown.first_seen, shown.id) <= ({at}.fetched_at, {at}.id)
    ORDER BY shown.version DESC LIMIT 1)
""".strip()
"""The version of a report that its address showed last when the capture ``at`` was made."""

LEFT = """
(SELECT min(c.fetched_at) FROM captures AS c
    LEFT JOIN reports AS n ON n.url = r.url AND n.version = r.version + 1
    WHERE c.url = r.url AND c.part_of IS NULL AND c.fetched_at >= r.last_seen
        AND (c.outcome IN ('gone', 'soft 404') OR c.reading = 'other' OR c.id = n.id
            OR (c.outcome = 'redirect' AND {redirected}))
        AND (n.id IS NULL OR (c.fetched_at, c.id) <= (n.first_seen, n.id))
        AND (c.fetched_at, c.id) > (SELECT s.fetched_at, s.id FROM captures AS s
            WHERE s.url = r.url AND s.fetched_at >= r.last_seen AND s.reading = 'report'
                AND (n.id IS NULL OR (s.fetched_at, s.id) < (n.first_seen, n.id))
            ORDER BY s.fetched_at DESC, s.id DESC LIMIT 1))
""".strip()
"""When a current report ``r`` was first found not to stand at its address any more since it was
last seen there; NULL while it does. ``n`` is the report of another year that replaced it, if any: a
current report has no other version after it. ``redirected``: whether a redirect counts."""

SETTLE_GONE = f"""
UPDATE reports AS r SET gone_at = {LEFT.format(redirected="r.moved_to IS NOT NULL")}
WHERE url = ? AND current = 1
"""
"""What a redirect means is known only where the report is found elsewhere: it may also lead to a
wall, or to a page of maintenance that is gone in the morning."""

UNCOUNT_RUNS = """
UPDATE runs SET requests = NULL WHERE finished IS NOT NULL AND id IN (
    SELECT run FROM captures WHERE url = :url
    UNION SELECT c.run FROM reports AS own
        JOIN reports AS kin ON kin.publisher = own.publisher AND kin.year = own.year
        JOIN captures AS c ON c.id = kin.capture WHERE own.url = :url)
"""
"""A run that has ended and has no ``requests`` is still to be counted and checked again."""

COUNT_RUN = """
UPDATE runs SET finished = :finished, reason = :reason,
    requests = (SELECT count(*) FROM captures WHERE run = :run AND outcome != 'excluded'),
    bytes = (SELECT coalesce(sum(size), 0) FROM captures WHERE run = :run AND status IS NOT 304),
    seconds = (SELECT round((coalesce(max(id), :run) - :run) / 1e6, 1) FROM captures
        WHERE run = :run),
    new = (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
        WHERE c.run = :run AND (r.version = 1 OR r.replaces IS NOT NULL)),
    changed = (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
        WHERE c.run = :run AND r.version > 1 AND r.replaces IS NULL),
    unchanged = (SELECT count(DISTINCT c.url) FROM captures AS c WHERE c.run = :run
        AND +c.reading = 'report' AND NOT EXISTS (SELECT 1 FROM reports AS r WHERE r.id = c.id)),
    gone = (SELECT count(*) FROM captures AS c WHERE c.run = :run AND c.part_of IS NULL
        AND (c.outcome IN ('gone', 'soft 404') OR c.reading = 'other')
        AND 'report' = (SELECT earlier.reading FROM captures AS earlier
            WHERE earlier.url = c.url AND earlier.part_of IS NULL
            AND (earlier.fetched_at, earlier.id) < (c.fetched_at, c.id)
            AND (earlier.outcome IN ('gone', 'soft 404') OR earlier.reading IN ('report', 'other'))
            ORDER BY earlier.fetched_at DESC, earlier.id DESC LIMIT 1))
         + (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
         WHERE c.run = :run AND r.replaces IS NOT NULL),
    blocked = (SELECT count(*) FROM captures
        WHERE run = :run AND outcome = 'blocked' AND part_of IS NULL),
    errors = (SELECT count(*) FROM captures
        WHERE run = :run AND (outcome = 'error' OR reading = 'failed'))
WHERE id = :run
"""
"""The counters of a run. requests: captures, but for what was not asked; bytes: of their bodies as
they were sent; seconds: from the start of the run to its last answer; new, changed: first and
later versions of reports; unchanged: reports seen again as they were; gone: pages that held a
report when they were seen before, and now are gone, something else, or another year's report;
blocked: pages with that outcome (a file that asks for a code is a finding of its report); errors:
requests without an answer, and pages that could not be read."""
