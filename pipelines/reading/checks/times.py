"""Times that contradict each other or the law: signed early, published late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.reading.findings import make_finding
from pipelines.reading.report import Finding, Report
from pipelines.yaml_file import read_yaml

DEADLINES = Path(__file__).resolve().parents[3] / "data" / "deadlines.yml"


class Deadline(NamedTuple):
    """A line of data/deadlines.yml: the day (MM-DD) of the year after a report's year, by which
    publishers of these kinds publish reports of these years. ``places``: codes of the divisions in
    and below which it holds; everywhere where there are none."""

    first_year: int
    last_year: int
    kinds: frozenset[str]
    day: str
    binding: bool
    source: str
    places: tuple[str, ...] = ()

    def holds(self, year: int, kind: str, division: str | None) -> bool:
        """Whether it is the deadline of a publisher of this kind and place for this year."""
        return (
            self.first_year <= year <= self.last_year
            and kind in self.kinds
            and (not self.places or (division or "").startswith(self.places))
        )


@lru_cache(maxsize=1)
def load_deadlines() -> tuple[Deadline, ...]:
    """The deadlines in their order. Raises KeyError or ValueError for a line that is none."""
    return tuple(
        Deadline(
            entry["years"][0],
            entry["years"][1],
            frozenset(entry["kinds"]),
            date.fromisoformat(f"2000-{entry['deadline']}").strftime("%m-%d"),
            entry["binding"],
            entry["source"],
            tuple(map(str, entry.get("places", ()))),
        )
        for entry in read_yaml(DEADLINES)
    )


def check_signed_early(report: Report) -> Iterator[Finding]:
    """``dates.signed_early``: a report is signed before the year that it reports had ended. A month
    without a day counts as its last day."""
    if report.year is None or report.signed_on is None:
        return
    last_day = f"{report.year}-12-31"
    if f"{report.signed_on}-31"[:10] < last_day:
        yield make_finding(
            "dates.signed_early",
            "signed_on",
            f"Signed on {report.signed_on}, before {report.year}, the year it reports, had ended.",
            f"落款日期 {report.signed_on} 早于所报告年度（{report.year}年）结束之日。",
            expected=last_day,
            found=report.signed_on,
        )


def check_published_late(report: Report) -> Iterator[Finding]:
    """``dates.published_late``: published after the deadline for its kind of publisher; an unknown
    kind is measured against the latest. A date that only the page's address carries is no proof: it
    is that of a later move on most portals that were moved."""
    if report.year is None or report.published_at is None or report.published_from == "url":
        return
    of = (report.year, report.publisher_kind or "other", report.division)
    rule = next((rule for rule in load_deadlines() if rule.holds(*of)), None)
    if rule is None:
        return
    deadline = date.fromisoformat(f"{report.year + 1}-{rule.day}")
    published = date.fromisoformat(report.published_at[:10])
    days = (published - deadline).days
    if days <= 0:
        return
    years = published.year - report.year
    later = f", in the {_ordinal(years)} year after {report.year}" if years > 1 else ""
    later_zh = f"，已是{report.year}年之后第{years}年" if years > 1 else ""
    law = (
        "the deadline"
        if rule.binding
        else "the latest of any organ's; this kind has none of its own"
    )
    law_zh = "法定期限" if rule.binding else "此类机关无全国期限，以各类机关中最晚者计"
    yield make_finding(
        "dates.published_late",
        "published_at",
        f"Published on {published}, {days} days after {deadline} ({law}){later}.",
        f"发布于 {published}，晚于 {deadline}（{law_zh}）{days}天{later_zh}。",
        expected=deadline.isoformat(),
        found=published.isoformat(),
    )


def check_order(report: Report) -> Iterator[Finding]:
    """``dates.order``: published before the day of its signature."""
    if report.signed_on is None or report.published_at is None or report.published_from == "url":
        return
    published = report.published_at[:10]
    if published[: len(report.signed_on)] < report.signed_on:
        yield make_finding(
            "dates.order",
            "published_at",
            f"Published on {published}, before it was signed on {report.signed_on}.",
            f"发布日期 {published} 早于落款日期 {report.signed_on}。",
            expected=report.signed_on,
            found=published,
        )


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
