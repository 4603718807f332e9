"""The heading of an article: its title as printed, also where it is broken over lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.reading.halfwidth import halve
from pipelines.reading.head import Head
from pipelines.reading.report import Block, Document, Paragraph
from pipelines.reading.titles import (
    as_organ,
    cut_site_name,
    ends_as_report,
    names_list,
    names_report,
    organ_in_title,
    year_in,
)

_LINES_ABOVE = 10  # between the title and the publication line: a table, tools, the organ's name
_LONGEST = 90  # characters of a title
_LONGEST_PART = 45
_NO_TITLE = re.compile(
    r"索引号|文号|字体|字号|打印|分享|来源|作者|点击|浏览|访问|关闭|位置|首页|登录|收藏|[>|。;]|大\s*中\s*小$"
    r"|^[一-鿿\s]{2,6}:|(?:时间|日期|机构|单位)\s*:|^[\d\s:/-]*$"
)
_MAY_END = re.compile(r"[报報]告|年[报報]|公[开開]")  # cheaper than to fold every line


class Title(NamedTuple):
    """The text of a title, and the block with its last line (None where no block prints it)."""

    text: str
    block: int | None


def find_title(document: Document, head: Head) -> Title | None:
    """The title of the article: a line that names a report, the nearest above the publication line
    before one between that line and the text. What the page's own data says too (ArticleTitle,
    og:title, <title>) comes before all others; an item of a list of reports does not count.

    Else the nearest line above that names a list of counts; else what the page's data says, or its
    h1; else the line above the publication line; else one that names an organ and a year."""
    blocks = document.blocks
    published = head.published()
    anchor = published.block if published else head.end
    above = range(anchor - 1, max(head.start, anchor - _LINES_ABOVE) - 1, -1)
    meta = dict(reversed(document.meta))
    article = _fold(meta.get("articletitle", ""))
    element = next((b.text for b in blocks if isinstance(b, Paragraph) and b.tag == "title"), "")
    said = tuple(_squeeze(text) for text in (article, meta.get("og:title", ""), element) if text)
    order = (*above, *range(anchor + 1, head.end), *range(head.start, anchor))
    title = _find_report_title(blocks, order, head, said)
    if title is not None and (_is_said(title.text, said) or not _is_of_other_year(title, article)):
        return title
    for index in above:
        block = blocks[index]
        if isinstance(block, Paragraph) and _is_line(block, _LONGEST) and names_list(block.text):
            return Title(_fold(block.text), index)
    if article:
        return Title(article, _block_of(blocks, head, article))
    for index in range(head.start, head.end):
        block = blocks[index]
        if isinstance(block, Paragraph) and block.tag == "h1" and _is_part(block.text, _LONGEST):
            return Title(_fold(block.text), index)
    if published is not None:
        for index in above:
            block = blocks[index]
            if isinstance(block, Paragraph) and _is_part(block.text, _LONGEST):
                return Title(_fold(block.text), index)
    text = cut_site_name(_fold(meta.get("og:title") or element), _fold(meta.get("sitename", "")))
    if text:
        return Title(text, None)
    # A text without any data of its own: the line that names an organ, a year and the subject, with
    # whatever slip in the words of the report (政府信息公开工作告年度报).
    for index in range(head.start, head.end):
        block = blocks[index]
        if (
            isinstance(block, Paragraph)
            and _is_line(block, _LONGEST_PART)
            and year_in(block.text) is not None
            and organ_in_title(block.text) is not None
        ):
            return Title(_fold(block.text), index)
    return None


def _find_report_title(
    blocks: Sequence[Block], order: Sequence[int], head: Head, said: tuple[str, ...]
) -> Title | None:
    first = None
    for index in order:
        text = _report_title(blocks, index, head, said)
        if text is None:
            continue
        if _is_said(text, said):
            return Title(text, index)
        if first is None and not _is_listed(blocks, index, text):
            first = Title(text, index)
            if not said:
                break
    return first


def _is_listed(blocks: Sequence[Block], index: int, title: str) -> bool:
    """Whether a line is one of a list of reports: the next one names another year's."""
    block = blocks[index]
    tag = block.tag if isinstance(block, Paragraph) else ""
    if tag in ("li", "a"):
        return True
    for beside in (index - 1, index + 1):
        other = blocks[beside] if 0 <= beside < len(blocks) else None
        if not isinstance(other, Paragraph) or other.tag != tag or not _is_line(other, _LONGEST):
            continue
        if names_report(other.text) and year_in(other.text) not in (None, year_in(title)):
            return True
    return False


def _is_of_other_year(title: Title, article: str) -> bool:
    return names_report(article) and year_in(article) not in (None, year_in(title.text))


def _is_said(text: str, said: tuple[str, ...]) -> bool:
    squeezed = _squeeze(text)
    return any(squeezed in text for text in said)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _report_title(
    blocks: Sequence[Block], index: int, head: Head, said: tuple[str, ...]
) -> str | None:
    """The line, with those above it that it continues, if together they name a report."""
    block = blocks[index]
    if not isinstance(block, Paragraph) or not _MAY_END.search(block.text[-30:]):
        return None
    if not _is_line(block, _LONGEST) or not ends_as_report(block.text):
        return None
    if index == head.breadcrumb_block:
        return None
    title = _fold(block.text).removeprefix("大中小")
    for before in range(index - 1, max(head.start, index - 3) - 1, -1):
        part = blocks[before]
        if (
            not isinstance(part, Paragraph)
            or part.tag != block.tag
            or before == head.breadcrumb_block
            or not _is_line(part, _LONGEST_PART)
        ):
            break
        longer = _fold(part.text) + title
        if not _is_said(longer, said):
            if names_report(title) and organ_in_title(title) is not None:
                break
            if not _continues(part.text, title):
                break
        title = longer
    return title if names_report(title) else None


def _continues(part: str, title: str) -> bool:
    """Whether a title that lacks something finds it in the line above."""
    if part[-1].isdigit() and title[0] in "0123456789年度":
        return True
    if names_report(title):
        return as_organ(part) is not None and year_in(part) is None
    return (names_report(part + title) and not ends_as_report(part)) or year_in(part) is None


def _is_line(block: Paragraph, longest: int) -> bool:
    return block.tag != "title" and _is_part(block.text, longest)


def _is_part(text: str, longest: int) -> bool:
    return 1 < len(text) <= longest and not _NO_TITLE.search(halve(text))


def _block_of(blocks: Sequence[Block], head: Head, title: str) -> int | None:
    for index in range(head.start, head.end):
        block = blocks[index]
        if isinstance(block, Paragraph) and _fold(block.text) == title:
            return index
    return None


def _fold(text: str) -> str:
    return " ".join(text.split())
