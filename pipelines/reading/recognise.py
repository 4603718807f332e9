"""Whether a page is an annual report: by its own words alone, never by the link that led to it.

Notices about compiling reports, 法治政府建设年度报告, news of publication, 政府网站工作年度报表,
budgets and list pages all use the words of a report's title. So the title is judged first; where
it leaves a doubt, or says 年报 on what may be a list, the text must show sections or tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipelines.reading.halfwidth import halve
from pipelines.reading.report import Block, Document, Grid, Paragraph
from pipelines.reading.titles import judge_title, names_list, year_in

_LONGEST_HEADING = 40
_ORDINAL = r"(?:第?[一二三四五六七八九十]{1,2}(?:部分|章)?[、.,:\s]*|\d[、.])"
# The six sections of the forms since 2019 with or without an ordinal, those before only with one.
_MARKS = re.compile(
    rf"{_ORDINAL}?(?:(?P<overview>总体情况$)|(?P<disclosure>主动公开政府信息(?:的)?情况$)"
    r"|(?P<applications>收到和处理政府信息公开申请)|(?P<proceedings>政府信息公开行政复议)"
    r"|(?P<problems>存在的?主要?问题[及和]改进)|(?P<remarks>其他需要报告))"
    rf"|{_ORDINAL}(?:(?P<overview_>概述|基本情况|总体情况|工作概述)|(?P<disclosure_>.{{0,4}}主动公开)"
    r"|(?P<applications_>.{0,6}依?申请公开)|(?P<fees_>.{0,12}收费)"
    r"|(?P<proceedings_>.{0,12}(?:复议|诉讼))|(?P<problems_>.{0,12}(?:问题|不足|改进))"
    r"|(?P<remarks_>其他|附[表件录]))"
)
_ANY_MARK = re.compile(r"情况|概述|公开|申请|收费|复议|诉讼|问题|不足|改进|其[他它]|附[表件录]")
_TABLE_LABEL = re.compile(
    r"本年新收政府信息公开申请|结果维持|主动公开(?:政府)?信息数|本年处理决定数量"
)
_COUNT = re.compile(r"0|[1-9][\d,]{0,8}")
_ENOUGH_COUNTS = 8  # of a list that is more than an empty form
_ENOUGH_MARKS = 4  # of seven kinds of section: what a page needs whose title says nothing
_LIST_LINKS = 3  # links with the words of such titles: an article has one to each neighbour
_PROSE = 200  # characters in sentences of the article's text


def is_annual_report(document: Document, title: str | None, has_article: bool) -> bool:
    """Whether the page is one annual report. ``has_article`` says that it prints a publication time
    or names its article in its data, as column pages do not."""
    verdict = judge_title(title) if title else "unclear"
    if verdict == "other":
        return False
    start, end = document.body or (0, len(document.blocks))
    blocks = document.blocks[start:end]
    marks = _count_marks(blocks)
    if verdict == "unclear":
        return marks >= _ENOUGH_MARKS or (marks > 1 and _has_table(blocks))
    if marks > 1 or _has_table(blocks):
        return True
    if title is None or year_in(title) is None or _is_list(document):
        return False
    return has_article or has_prose(document)


def is_filled_list(document: Document, title: str | None) -> bool:
    """Whether the page is a year's list of counts by its title, and has counts in it."""
    if title is None or not names_list(title):
        return False
    start, end = document.body or (0, len(document.blocks))
    cells = [cell for block in document.blocks[start:end] for cell in _texts(block)]
    numbers = [int(cell.replace(",", "")) for cell in map(halve, cells) if _COUNT.fullmatch(cell)]
    # Numbers that only go on from the one before are the rows' own (代码, 序号).
    counts = sum(number != before + 1 for before, number in pairwise([-1, *numbers]))
    return counts >= _ENOUGH_COUNTS and any(_TABLE_LABEL.search(cell) for cell in cells)


def _texts(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    return [cell for row in block.cells for cell in row if cell]


def _count_marks(blocks: Sequence[Block]) -> int:
    found = set()
    for block in blocks:
        if not isinstance(block, Paragraph) or not 3 < len(block.text) <= _LONGEST_HEADING:
            continue
        if _ANY_MARK.search(block.text):  # cheaper than to halve every line
            match = _MARKS.match(halve(block.text))
            if match is not None and match.lastgroup is not None:
                found.add(match.lastgroup.rstrip("_"))
    return len(found)


def _has_table(blocks: Sequence[Block]) -> bool:
    return any(
        cell and _TABLE_LABEL.search(cell)
        for block in blocks
        if isinstance(block, Grid)
        for row in block.cells
        for cell in row
    )


def _is_list(document: Document) -> bool:
    links = {link.url for link in document.links if "信息公开" in link.text and len(link.text) > 9}
    return len(links) >= _LIST_LINKS


def has_prose(document: Document) -> bool:
    """Whether the article has text of its own, more than a line that leads to a file."""
    start, end = document.body or (0, len(document.blocks))
    blocks = document.blocks[start:end]
    texts = (block.text for block in blocks if isinstance(block, Paragraph) and "。" in block.text)
    return sum(map(len, texts)) >= _PROSE
