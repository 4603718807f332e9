"""When a known page or portal is asked again: the policy of data/revisit.yml, as plain functions.

Moments and spans are microseconds, as in ``pipelines.archive.capture``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from crawler.records import ROOT
from pipelines.archive.capture import EPOCH, moment_of
from pipelines.yaml_file import read_yaml

FILE = ROOT / "data" / "revisit.yml"

DAY = 24 * 3600 * 1_000_000

SLACK = DAY // 4
"""A crawl does not come to a page at the same hour each night: one night is at least 18 hours."""


class Step(NamedTuple):
    """Nights between two visits of pages younger than so many days; None for all others."""

    younger_than: int | None
    every: int
    in_season: int


class Policy(NamedTuple):
    """``failed`` and ``silent``: nights of patience after the first failure in a row, the second …;
    ``season``: its first and its last day as "MM-DD"."""

    reports: tuple[Step, ...]
    others: tuple[Step, ...]
    season: tuple[str, str]
    failed: tuple[int, ...]
    portals: int
    silent: tuple[int, ...]

    def is_due(self, now: int, asked: int, since: int, *, is_report: bool) -> bool:
        """Whether a page that was there when it was asked last is asked again. ``since``: the
        moment from which its age counts."""
        age = (now - since) / DAY
        steps = self.reports if is_report else self.others
        step = next(one for one in steps if one.younger_than is None or age < one.younger_than)
        first, last = self.season
        day = (EPOCH + timedelta(microseconds=now)).strftime("%m-%d")
        return _have_passed(step.in_season if first <= day <= last else step.every, now, asked)

    def is_due_after_failures(self, now: int, asked: int, failures: int) -> bool:
        """The same for a page that has failed so many times in a row."""
        return _have_passed(_patience(self.failed, failures), now, asked)

    def is_portal_due(self, now: int, asked: int, silent: int) -> bool:
        """Whether a portal is crawled again whose last run began at ``asked``, after so many runs
        in a row in which it gave no page."""
        nights = max(self.portals, _patience(self.silent, silent)) if silent else self.portals
        return _have_passed(nights, now, asked)


def _have_passed(nights: int, now: int, asked: int) -> bool:
    return now - asked >= nights * DAY - SLACK


def _patience(nights: Sequence[int], failures: int) -> int:
    return nights[min(failures, len(nights)) - 1]


@lru_cache(maxsize=1)
def load_policy() -> Policy:
    """The rules of data/revisit.yml."""
    data = read_yaml(FILE)
    return Policy(
        reports=_steps(data["reports"]),
        others=_steps(data["others"]),
        season=(data["season"]["from"], data["season"]["to"]),
        failed=tuple(data["failed"]["nights"]),
        portals=data["portals"]["every"],
        silent=tuple(data["portals"]["silent"]["nights"]),
    )


def _steps(entries: list[dict[str, int]]) -> tuple[Step, ...]:
    return tuple(
        Step(entry.get("younger_than"), entry["every"], entry["in_season"]) for entry in entries
    )


def age_counts_from(first_seen: str, published_at: str | None, whole_since: str | None) -> int:
    """The moment from which a report's age counts. One that appeared after the portal had been
    walked to its end (``whole_since``) is new, whatever date it prints; one that was there already
    is as old as it says."""
    seen = moment_of(first_seen)
    if whole_since is not None and first_seen > whole_since:
        return seen
    try:
        return min(seen, moment_of(_in_utc(published_at))) if published_at else seen
    except ValueError:
        return seen


def _in_utc(published_at: str) -> str:
    """A page prints Beijing's time, and often the day alone."""
    return published_at if "T" in published_at else f"{published_at}T00:00:00+08:00"
