"""All checks again, on the archived pages of the current reports."""

from __future__ import annotations

import os

from pipelines.archive.archived import archived_pages
from pipelines.archive.capture import Capture
from pipelines.database.store import Store
from pipelines.database.stored_findings import renew_findings
from pipelines.database.summary import count_findings
from pipelines.progress import Advance, silent
from pipelines.reading.reader import Reader


def recheck(store: Store, advance: Advance = silent) -> dict[str, int]:
    """Read the page of each current report again and renew its findings, in all processors.

    The figures stay as they are: what a newer reader makes of them is for a rebuild. A page that
    cannot be read back keeps the findings it has. Returns the findings by check.
    """
    current = [
        capture
        for row in store.conn.execute("SELECT id FROM reports WHERE current").fetchall()
        if (capture := store.capture(row[0])) is not None
    ]
    with Reader[Capture](os.cpu_count() or 1) as reader:
        readings = reader.read_all(archived_pages(store, current))
        for done, (capture, reading) in enumerate(readings, 1):
            if reading.report is not None:
                renew_findings(store, capture.id, reading.report)
            advance(done, len(current))
    return count_findings(store.conn)
