"""What the walk hands to reading: one archived page, nothing of it understood yet."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.capture import Capture


@dataclass(slots=True)
class PageItem:
    """A captured page. ``body`` has its content coding undone; ``division`` is the portal's own.

    ``result`` is what reading made of it (``Store.save_reading``), set by the item pipeline.
    """

    capture: Capture
    url: str
    body: bytes
    content_type: str | None
    division: str | None
    result: str | None = None
