"""What the database works out from captures alone, so that it comes out the same in whatever order
their pages were read."""

from __future__ import annotations

GONE = ("gone", "soft 404")
"""Outcomes of captures that say that the page is no longer there."""

UNANSWERED = ("error", "blocked")
"""Outcomes that say nothing about what stands at an address."""

_NEXT = "(SELECT min(n.id) FROM reports AS n WHERE n.url = r.url AND n.id > r.id)"
"""Of a current report: the report of another year that replaced it, if any."""

LEFT = f"""
(SELECT min(c.fetched_at) FROM captures AS c WHERE c.url = r.url AND c.part_of IS NULL
    AND (c.outcome IN ('gone', 'soft 404') OR c.reading = 'other' OR c.id = {_NEXT}
        OR (c.outcome = 'redirect' AND {{redirected}}))
    AND c.id <= coalesce({_NEXT}, c.id)
    AND c.id > (SELECT max(shown.id) FROM captures AS shown
        WHERE shown.url = r.url AND shown.reading = 'report'
            AND shown.id < coalesce({_NEXT}, shown.id + 1)))
""".strip()
"""When a current report ``r`` was first found not to stand at its address any more since it was
last seen there; NULL while it does. ``redirected``: whether a redirect counts."""

SETTLE_GONE = f"""
UPDATE reports AS r SET gone_at = {LEFT.format(redirected="r.moved_to IS NOT NULL")}
WHERE url = ? AND current = 1
"""
"""What a redirect means is known only where the report is found elsewhere: it may also lead to a
wall, or to a page of maintenance that is gone in the morning."""

COUNT_RUN = """
UPDATE runs SET finished = :finished, reason = :reason,
    requests = (SELECT count(*) FROM captures WHERE run = :run AND outcome != 'excluded'),
    bytes = (SELECT coalesce(sum(size), 0) FROM captures WHERE run = :run AND status != 304),
    seconds = (SELECT round((coalesce(max(id), :run) - :run) / 1e6, 1) FROM captures
        WHERE run = :run),
    new = (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
        WHERE c.run = :run AND (r.version = 1 OR r.replaces IS NOT NULL)),
    changed = (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
        WHERE c.run = :run AND r.version > 1 AND r.replaces IS NULL),
    unchanged = (SELECT count(DISTINCT c.url) FROM captures AS c WHERE c.run = :run
        AND c.reading = 'report' AND NOT EXISTS (SELECT 1 FROM reports AS r WHERE r.id = c.id)),
    gone = (SELECT count(*) FROM captures AS c WHERE c.run = :run AND c.part_of IS NULL
        AND (c.outcome IN ('gone', 'soft 404') OR c.reading = 'other')
        AND 'report' = (SELECT earlier.reading FROM captures AS earlier
            WHERE earlier.url = c.url AND earlier.id < c.id AND earlier.part_of IS NULL
            AND (earlier.outcome IN ('gone', 'soft 404') OR earlier.reading IN ('report', 'other'))
            ORDER BY earlier.id DESC LIMIT 1))
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
