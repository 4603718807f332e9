"""When a page was published, and every date that it gives for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.reading.dates import date_in_url, read_date
from pipelines.reading.findings import make_finding
from pipelines.reading.head import Head, best_date
from pipelines.reading.head_fields import LAST_OF_PUBLICATION
from pipelines.reading.report import DateOrigin, Document, Finding, PageDate

# The state's label standard says PubDate; the others are what content systems bring along.
_PUBLISHED_META = ("pubdate", "publishdate", "article:published_time", "releasedate")
_A_DAY = len("2024-01-30")


class Publication(NamedTuple):
    """``origin`` names the date that gave ``published_at``; ``dates`` are all, in the order in
    which they count, but for the signature's."""

    published_at: str | None
    origin: DateOrigin | None
    dates: list[PageDate]
    findings: list[Finding]


def read_publication(
    document: Document, head: Head, title_block: int | None, url: str | None
) -> Publication:
    """The first of these that is there: the line under the title, a meta tag, the head table, the
    address. A line or table gives its date under the best label (发布日期 before 成文日期)."""
    in_head = head.dates(title_block)
    printed = best_date(in_head)
    in_line = [d for d in in_head if d.origin == "line"]
    in_table = [d for d in in_head if d.origin == "head table"]
    in_meta = [
        PageDate("meta", name, value.strip(), read_date(value))
        for name, value in document.meta
        if name in _PUBLISHED_META and value.strip()
    ]
    in_url = date_in_url(url) if url else None
    dates = [
        *(PageDate("line", d.label, d.raw, d.iso) for d in in_line),
        *in_meta,
        *(PageDate("head table", d.label, d.raw, d.iso) for d in in_table),
    ]
    if url and in_url:
        dates.append(PageDate("url", "", url[in_url.start : in_url.end], in_url.iso))
    dates = list(dict.fromkeys(dates))
    meta = next((date.value for date in in_meta if date.value), None)
    day_in_url = in_url.iso if in_url and len(in_url.iso) >= _A_DAY else None
    candidates: list[tuple[str | None, DateOrigin]] = [
        (printed.iso if printed and printed.origin == "line" else None, "line"),
        (meta, "meta"),
        (printed.iso if printed else None, "head table"),
        (day_in_url, "url"),
    ]
    chosen, origin = next(((iso, kind) for iso, kind in candidates if iso), (None, None))
    findings = []
    unreadable = next((date.raw for date in dates if date.value is None), None)
    if unreadable and (chosen is None or origin == "url"):
        findings.append(_unreadable(unreadable))
    if chosen and origin == "url":
        findings.append(_from_url(chosen))
    if chosen and origin:
        others = [(d.iso, d.origin) for d in in_head if _is_publication(d.rank)]
        findings += _disagreeing(chosen, origin, [*others, (meta, "meta"), (day_in_url, "url")])
    return Publication(chosen, origin, dates, findings)


def _is_publication(rank: int) -> bool:
    return rank <= LAST_OF_PUBLICATION


def _disagreeing(
    chosen: str, origin: DateOrigin, others: Sequence[tuple[str | None, DateOrigin]]
) -> list[Finding]:
    differing = {
        f"{iso} ({kind})" for iso, kind in others if iso and iso[:_A_DAY] != chosen[:_A_DAY]
    }
    if not differing:
        return []
    listed = ", ".join(sorted(differing))
    return [
        make_finding(
            "published_at.disagrees",
            "published_at",
            f"The page gives {chosen} ({origin}) as its publication time, and also {listed}.",
            f"发布时间为 {chosen}（{origin}），同页另有 {listed}。",
            expected=chosen,
            found=listed,
        )
    ]


def _unreadable(printed: str) -> Finding:
    return make_finding(
        "published_at.unreadable",
        "published_at",
        f"The publication time {printed!r} is no date that can be read.",
        f"无法识别发布时间“{printed}”。",
        found=printed,
    )


def _from_url(chosen: str) -> Finding:
    return make_finding(
        "published_at.from_url",
        "published_at",
        f"The page prints no publication time; {chosen} is that of its address, which may "
        "be the day of a later move.",
        f"页面未标明发布时间；{chosen} 取自网址，可能是网站迁移的日期。",
        found=chosen,
    )
