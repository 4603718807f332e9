"""What the database works out from captures alone, so that it comes out the same in whatever order
their pages were read."""

from __future__ import annotations

GONE = ("gone", "soft 404")
"""Outcomes of captures that say that the page is no longer there."""

UNANSWERED = ("error", "blocked")
"""Outcomes that say nothing about what stands at an address."""

SETTLE_GONE = """
UPDATE reports SET gone_at = (
    SELECT min(c.fetched_at) FROM captures AS c WHERE c.url = reports.url
        AND c.part_of IS NULL AND (c.outcome IN ('gone', 'soft 404') OR c.reading = 'other')
        AND c.fetched_at > (SELECT max(shown.fetched_at) FROM captures AS shown
            WHERE shown.url = reports.url AND shown.reading = 'report'))
WHERE url = ? AND current = 1
"""
"""When the report at a URL was first found gone since it was last seen; NULL while it is there."""

COUNT_RUN = """
UPDATE runs SET finished = :finished, reason = :reason,
    requests = (SELECT count(*) FROM captures WHERE run = :run AND outcome != 'excluded'),
    bytes = (SELECT coalesce(sum(size), 0) FROM captures WHERE run = :run AND status IS NOT 304),
    seconds = (SELECT round((coalesce(max(id), :run) - :run) / 1e6, 1) FROM captures
        WHERE run = :run),
    new = (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
        WHERE c.run = :run AND r.version = 1),
    changed = (SELECT count(*) FROM captures AS c JOIN reports AS r ON r.id = c.id
        WHERE c.run = :run AND r.version > 1),
    unchanged = (SELECT count(DISTINCT c.url) FROM captures AS c WHERE c.run = :run
        AND c.reading = 'report' AND NOT EXISTS (SELECT 1 FROM reports AS r WHERE r.id = c.id)),
    gone = (SELECT count(*) FROM captures AS c WHERE c.run = :run AND c.part_of IS NULL
        AND (c.outcome IN ('gone', 'soft 404') OR c.reading = 'other')
        AND 'report' = (SELECT earlier.reading FROM captures AS earlier
            WHERE earlier.url = c.url AND earlier.fetched_at < c.fetched_at
            AND earlier.part_of IS NULL
            AND (earlier.outcome IN ('gone', 'soft 404') OR earlier.reading IN ('report', 'other'))
            ORDER BY earlier.fetched_at DESC LIMIT 1)),
    blocked = (SELECT count(*) FROM captures
        WHERE run = :run AND outcome = 'blocked' AND part_of IS NULL),
    errors = (SELECT count(*) FROM captures
        WHERE run = :run AND (outcome = 'error' OR reading = 'failed'))
WHERE id = :run
"""
"""The counters of a run. requests: captures, but for what was not asked; bytes: of their bodies as
they were sent; seconds: from the start of the run to its last answer; new, changed: first and
later versions of reports; unchanged: reports seen again as they were; gone: pages that held a
report when they were seen before, and now are gone or something else; blocked: pages with that
outcome (a file that asks for a code is a finding of its report); errors: requests without an
answer, and pages that could not be read."""
