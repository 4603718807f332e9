"""What a page says about itself: title, year, times, source, breadcrumb, publisher, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from pipelines.dates import date_in_url, read_date
from pipelines.findings import make_finding
from pipelines.halfwidth import halve
from pipelines.head import Head, read_head
from pipelines.heading import Title, find_title
from pipelines.organs import TOWN, full_name, kind_of
from pipelines.places import Places
from pipelines.recognise import is_annual_report
from pipelines.report import Document, Finding, Paragraph
from pipelines.signature import find_signature
from pipelines.titles import as_organ, organ_in_title, year_in

Origin = Literal["line", "meta", "head table", "url"]

# The state's label standard says PubDate; the others are what content systems bring along.
_PUBLISHED_META = ("pubdate", "publishdate", "article:published_time", "releasedate")
_FIRST_TEXT = 12  # blocks of the text in which the period and the reporting organ are named
_LONGEST_BLOCK = 1500  # characters of a block in which they are looked for
_PERIOD = re.compile(
    r"(?<!\d)(20[0-4]\d)\s*年?\s*0?1\s*月?\s*0?1\s*日?[^。]{0,14}?12\s*月?\s*31\s*日"
    r"|统计(?:期限|时限|时间)[^。]{0,12}?(?<!\d)(20[0-4]\d)年"
)
_STATED_YEAR = re.compile(r"现将[^。]{0,30}?(?<!\d)(20[0-4]\d)[^。]{0,40}?如下")
_NAMED_YEAR = re.compile(
    r"(?<!\d)(20[0-4]\d)\s*年?\s*度?[^。,;《》]{0,12}?信息公开[^。,;]{0,12}?(?:报告|年报|情况)"
)
_REPORTING_ORGAN = re.compile(
    r"本(?:年度)?报告(?:是)?由([^,。;]{2,40}?)(?:依照|依据|根据|按照|负责|编制|组织)"
    r"|《([^《》,。]{2,40}?)(?:20[0-4]\d)年?度?[^《》]{0,12}信息公开[^《》]{0,10}报告》"
    r"|现将([^,。;]{2,30}?)(?:20[0-4]\d)年"
)
_ANY_ORGAN = re.compile(
    r"(?:本|我)?[县市区旗镇乡州省]?(?:街道)?(?:(?:人民)?政府|党委|党工委)?"
    r"(?:党政|综合|行政|(?:政务|信息|政府信息)公开(?:工作)?(?:领导小组)?)?(?:办公室|办事处|办|机关)?"
)
_COLUMN = re.compile(r"乡镇|街镇|各|部门|单位|机构|专栏|目录|公开")


@dataclass(frozen=True, slots=True)
class Metadata:
    """``published_from`` names the signal that gave ``published_at``; ``organ`` is the organ that
    the page names as the reporting one elsewhere than in title and signature."""

    is_report: bool
    title: str | None = None
    year: int | None = None
    published_at: str | None = None
    published_from: Origin | None = None
    source: str | None = None
    clicks: int | None = None
    breadcrumb: tuple[str, ...] = ()
    signatory: str | None = None
    signed_on: str | None = None
    organ: str | None = None
    findings: list[Finding] = field(default_factory=list)


def read_metadata(document: Document, url: str | None = None) -> Metadata:
    """Read a page's head and tail. Nothing is taken from the date or address of its publication to
    say which year it reports on; what the page does not say is None."""
    findings: list[Finding] = []
    head = read_head(document)
    title = find_title(document, head)
    published_at, origin = _read_publication(document, head, title, url, findings)
    text = _first_text(document, head)
    year = _read_year(text, title, findings)
    article = origin in ("line", "head table") or "articletitle" in dict(document.meta)
    end = document.body[1] if document.body else len(document.blocks)
    signature = find_signature(document.blocks, min(head.end, end), end)
    return Metadata(
        is_report=is_annual_report(document, title.text if title else None, article),
        title=title.text if title else None,
        year=year,
        published_at=published_at,
        published_from=origin,
        source=head.source,
        clicks=head.clicks,
        breadcrumb=head.breadcrumb,
        signatory=signature.signatory if signature else None,
        signed_on=signature.signed_on if signature else None,
        organ=_named_organ(text, head),
        findings=findings,
    )


def choose_publisher(
    signatory: str | None,
    title: str | None,
    portal_division: str | None,
    places: Places,
    organ: str | None = None,
) -> tuple[str | None, str | None, str | None]:
    """(full name, kind, division) of the organ that reports: the one that signs, else the one of
    the title, else the one that the page names elsewhere, else the portal's government.

    A signature that names no one in particular (办公室, 镇人民政府) counts for nothing, a
    department that the title names with its place (教育局, 夏河县教育局) counts by that name."""
    titled = organ_in_title(title) if title else None
    signed = _particular(as_organ(signatory)) if signatory else None
    if signed and titled and titled.endswith(signed) and not TOWN.fullmatch(signed):
        signed = titled
    name = signed or _particular(titled) or _particular(organ)
    if name is not None:
        return places.resolve(name, portal_division)
    government = places.government_of(portal_division) if portal_division else None
    return government if government is not None else (None, None, None)


def _particular(organ: str | None) -> str | None:
    return None if organ is None or _ANY_ORGAN.fullmatch(organ) else organ


def _read_publication(
    document: Document, head: Head, title: Title | None, url: str | None, findings: list[Finding]
) -> tuple[str | None, Origin | None]:
    printed = head.published(title.block if title else None)
    meta = next((v for n, v in document.meta if n in _PUBLISHED_META and v.strip()), None)
    in_meta = read_date(meta) if meta else None
    in_url = date_in_url(url) if url else None
    unreadable = head.unreadable or (meta if meta and not in_meta else None)
    if unreadable and printed is None:
        findings.append(
            make_finding(
                "published_at.unreadable",
                "published_at",
                f"The publication time {unreadable!r} is no date that can be read.",
                f"无法识别发布时间“{unreadable}”。",
                found=unreadable,
            )
        )
    candidates: list[tuple[str | None, Origin]] = [
        (printed.iso if printed and printed.origin == "line" else None, "line"),
        (in_meta, "meta"),
        (printed.iso if printed else None, "head table"),
        (in_url, "url"),
    ]
    found = [(iso, origin) for iso, origin in candidates if iso]
    if not found:
        return None, None
    chosen, origin = found[0]
    if origin == "url":
        findings.append(
            make_finding(
                "published_at.from_url",
                "published_at",
                f"The page prints no publication time; {chosen} is that of its address, which may "
                "be the day of a later move.",
                f"页面未标明发布时间；{chosen} 取自网址，可能是网站迁移的日期。",
                found=chosen,
            )
        )
    others = {f"{iso} ({origin})" for iso, origin in found[1:] if iso[:10] != chosen[:10]}
    if others:
        listed = ", ".join(sorted(others))
        findings.append(
            make_finding(
                "published_at.disagrees",
                "published_at",
                f"The page gives {chosen} ({origin}) as its publication time, and also {listed}.",
                f"发布时间为 {chosen}（{origin}），同页另有 {listed}。",
                expected=chosen,
                found=listed,
            )
        )
    return chosen, origin


def _read_year(text: str, title: Title | None, findings: list[Finding]) -> int | None:
    titled = year_in(title.text) if title else None
    period = _year(_PERIOD, text)
    stated = _year(_STATED_YEAR, text)
    year = titled or period or stated or _year(_NAMED_YEAR, text)
    if year is None:
        findings.append(
            make_finding(
                "year.unknown",
                "year",
                "Neither title nor text says which year is reported.",
                "标题和正文均未说明报告年度。",
            )
        )
    for where, other, zh in (("period", period, "统计期限"), ("text", stated, "正文")):
        if other is not None and other != year:
            findings.append(
                make_finding(
                    "year.disagrees",
                    where,
                    f"The title says {year}, the {where} says {other}.",
                    f"标题为{year}年，{zh}为{other}年。",
                    expected=year,
                    found=other,
                )
            )
    return year


def _year(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(next(filter(None, match.groups()))) if match else None


def _first_text(document: Document, head: Head) -> str:
    """The first paragraphs of the article, where it says what it is and for which period."""
    blocks = document.blocks[max(0, head.end - 2) : head.end + _FIRST_TEXT]
    return "\n".join(halve(b.text[:_LONGEST_BLOCK]) for b in blocks if isinstance(b, Paragraph))


def _named_organ(text: str, head: Head) -> str | None:
    match = _REPORTING_ORGAN.search(text)
    if match is not None:
        organ = as_organ(next(filter(None, match.groups())))
        if organ is not None:
            return organ
    for step in reversed(head.breadcrumb):
        organ = None if _COLUMN.search(step) else as_organ(step)
        if organ is not None and kind_of(full_name(organ)) in ("township", "street", "department"):
            return organ
    return as_organ(head.organ) if head.organ else None
