"""What the walk hands to reading: one archived page, nothing of it understood yet."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.archive.capture import Capture


@dataclass(slots=True)
class PageItem:
    """A captured page. ``body`` has its content coding undone; it is None for a page that is read
    again with its parts, both from the archive. ``division`` is the portal's own.

    The item pipeline sets what reading made of it: ``result`` (``Store.save_reading``), or
    ``parts``, the addresses of what the page shows as its report besides itself. Then nothing is
    saved until these were asked for.
    """

    capture: Capture
    body: bytes | None = None
    content_type: str | None = None
    division: str | None = None
    result: str | None = None
    parts: tuple[str, ...] = ()
