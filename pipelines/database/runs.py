"""How a run (采集) ended, by the reason in its row."""

from __future__ import annotations

CRAWL = "crawl"
INGEST = "ingest"
"""Kinds of runs. What was ingested says nothing about the portal's health or when it is due."""

FINISHED = "finished"
"""The reason of a run that walked the whole of a portal and found it as it should be."""

LIMITED = "limit of "
"""What the reason of a run begins with that was asked for no more."""

OUT_OF_TIME = f"{LIMITED}time"
"""The reason of a run whose time budget was used up: the next one goes on there."""


WALLS = ("home page: blocked: ", "robots.txt: blocked: ", "home page: robots.txt: blocked: ")
"""What the reason of a run begins with that a wall kept out of the whole portal."""


def ended_well(reason: str | None) -> bool:
    """Whether a run ended as it was meant to; False for one that was cut off (None), and for one
    that finished with a complaint."""
    return reason is not None and (reason == FINISHED or reason.startswith(LIMITED))


LEASE_LOST = "this machine stood still for so long that another process may have taken over"
"""The reason of a run that does not know any more whether it is alone."""

_BROKEN_OFF = ("shutdown", LEASE_LOST)
"""The first is what Scrapy says of a run that a signal ended."""


def cut_off(reason: str | None) -> bool:
    """Whether there was more to ask than a run asked for, and no fault of the portal's."""
    return reason is None or reason in _BROKEN_OFF or reason.startswith(LIMITED)
