"""Which portals somebody has to look at: once, when the trouble has lasted, and not each night."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pipelines.database.runs import ended_well

PATIENCE = 3
"""Nights in a row that a portal may fail before somebody is told: most are well again by then."""


def portal_alarms(
    health: list[dict[str, Any]],
    before: Mapping[str, dict[str, Any]],
    crawled: Collection[str],
) -> list[dict[str, Any]]:
    """The portals that are not well, of ``pipelines.database.health.portal_health``.

    ``before``: what this returned the night before, by portal; ``crawled``: portals that were
    crawled this night. Each has ``portal``, ``name``, ``alarms``, ``failed`` (nights in a row that
    its run failed) and ``act``: whether somebody is to be told now. That is so on the night on
    which its failures reach ``PATIENCE``, and on the first on which reports are missing from it.
    """
    found = []
    for one in health:
        if not one["alarms"]:
            continue
        known = before.get(one["portal"], {"failed": 0, "missing": False})
        tonight = one["portal"] in crawled
        fails = not ended_well(one["reason"])
        failed = (known["failed"] + tonight) if fails else 0
        missing = len(one["alarms"]) > fails
        found.append(
            {
                "portal": one["portal"],
                "name": one["name"],
                "alarms": one["alarms"],
                "failed": failed,
                "missing": missing,
                "act": tonight
                and ((fails and failed == PATIENCE) or (missing and not known["missing"])),
            }
        )
    return found
