"""The year that a report is about, from title, period and opening of its text; never from the date
or address of its publication."""

from __future__ import annotations

import re

from pipelines.reading.findings import make_finding
from pipelines.reading.halfwidth import halve
from pipelines.reading.head import Head
from pipelines.reading.heading import Title
from pipelines.reading.report import Document, Finding, Paragraph
from pipelines.reading.titles import names_report, year_in

_NUMERALS = "二[〇○零Oo◯0][〇○零Oo◯0一二三四五六七八九]{2}"
_PERIOD = re.compile(
    r"(?<!\d)(20[0-4]\d)\s*[年.]?\s*0?1\s*[月.]?\s*0?1\s*日?[^。]{0,14}?12\s*[月.]?\s*31(?:\s*日|\D|$)"
    r"|统计(?:期限|时限|时间)[^。]{0,12}?(?<!\d)(20[0-4]\d)年"
    rf"|统计(?:期限|时限|时间)[^。]{{0,12}}?({_NUMERALS})年"
)
_PERIOD_END = re.compile(
    r"1\s*月\s*0?1\s*日[^。\d]{0,6}(?<!\d)(20[0-4]\d)\s*年\s*12\s*月\s*31\s*日"
)
_STATED = re.compile(r"现将[^。]{0,30}?(?<!\d)(20[0-4]\d)[^。]{0,40}?如下")
_NAMED = re.compile(
    r"(?<!\d)(20[0-4]\d)\s*年?\s*度?[^。,;《》]{0,12}?信息公开[^。,;]{0,12}?(?:报告|年报|年度报|情况)"
)
_LINE = re.compile(r"\(?\s*(20[0-4]\d)\s*(?:年度?|度)\s*\)?")
_LONGEST_HEADING = 90
_ZH = {"title": "标题", "period": "统计期限", "text": "正文", "heading": "文内标题"}


def read_year(
    document: Document, head: Head, text: str, title: Title | None
) -> tuple[int | None, list[Finding]]:
    """The year and what is odd about it. ``text`` are the first paragraphs of the article."""
    period = _year(_PERIOD, text)
    said = {
        "title": year_in(title.text) if title else None,
        "period": period,
        "text": _year(_STATED, text),
        "heading": _in_headings(document, head, title),
    }
    where, year = next(((where, year) for where, year in said.items() if year), ("", None))
    if year is None:
        year = _year(_NAMED, text) or _beside(document, title)
    if year is None:
        return None, [_unknown()]
    findings = [
        _disagrees(where, year, other_where, other)
        for other_where, other in said.items()
        if other is not None and other != year
    ]
    period_end = _year(_PERIOD_END, text)
    if period == year and period_end is not None and period_end != year:
        findings.append(_disagrees(where, year, "period", period_end))
    return year, findings


def _in_headings(document: Document, head: Head, title: Title | None) -> int | None:
    """The year of the title where it is printed once more above the text."""
    if title is None or title.block is None:
        return None
    for block in document.blocks[title.block + 1 : head.end]:
        text = block.text if isinstance(block, Paragraph) else ""
        if "公开" in text and len(text) <= _LONGEST_HEADING and names_report(text):
            return year_in(text)
    return None


def _beside(document: Document, title: Title | None) -> int | None:
    """The year on a line of its own above or below the title: （2016年度）."""
    if title is None or title.block is None:
        return None
    beside = document.blocks[max(0, title.block - 1) : title.block + 3]
    lines = (halve(block.text) for block in beside if isinstance(block, Paragraph))
    return next((int(match[1]) for line in lines if (match := _LINE.fullmatch(line))), None)


def _year(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return year_in(next(filter(None, match.groups()))) if match else None


def _unknown() -> Finding:
    return make_finding(
        "year.unknown",
        "year",
        "Neither title nor text says which year is reported.",
        "标题和正文均未说明报告年度。",
    )


def _disagrees(where: str, year: int, other_where: str, other: int) -> Finding:
    return make_finding(
        "year.disagrees",
        other_where,
        f"The {where} says {year}, the {other_where} says {other}.",
        f"{_ZH[where]}为{year}年，{_ZH[other_where]}为{other}年。",
        expected=year,
        found=other,
    )
