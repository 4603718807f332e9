"""How a run (采集) ended, by the reason in its row."""

from __future__ import annotations

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
