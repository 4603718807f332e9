"""The dates of a report that its page does not say: the server's, and ours."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

from pipelines.archive.capture import Capture
from pipelines.reading.dates import CHINA
from pipelines.reading.rows import Row


def list_dates(capture: Capture, position: int) -> list[Row]:
    """Rows of ``dates`` for the capture that first showed a version, from ``position`` on: its
    Last-Modified, where it has one, and when it was captured; the label of an ingested one says by
    what it is dated. Values are in China's time, as those of the page are."""
    seen = datetime.fromisoformat(capture.fetched_at).astimezone(CHINA)
    found: list[Row] = []
    if capture.last_modified:
        modified = capture.last_modified
        found.append(("header", "Last-Modified", modified, _read(modified)))
    dated_by = capture.origin.dated_by if capture.origin else ""
    found.append(("first seen", dated_by, capture.fetched_at, seen.isoformat(timespec="seconds")))
    return [(capture.id, count, *date) for count, date in enumerate(found, position)]


def _read(value: str) -> str | None:
    """An HTTP date (RFC 9110, 5.6.7) in China's time; None for what is none."""
    try:
        return parsedate_to_datetime(value).astimezone(CHINA).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None
