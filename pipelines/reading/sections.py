"""The sections of a report (章节): their headings, their text, and where the report ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.reading.head import read_head
from pipelines.reading.labels import fold_label
from pipelines.reading.report import Block, Document, Paragraph, Section
from pipelines.reading.section_names import (
    LONGEST_HEADING,
    is_since_2019,
    old_section_named,
    section_named,
)
from pipelines.reading.signature import Signature, find_signature
from pipelines.reading.statistics import list_form_shown
from pipelines.reading.vocabulary import all_words

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九十", 1)}
_ORDINAL = re.compile(
    r"\s*(?:第([一二三四五六七八九十])部分[、.．:：\s]*|([一二三四五六七八九十])\s*[、.．,，:：])\s*"
)
_END_OF_HEADING = re.compile(r"[。:：;；\s]|[.．](?!\d)")
# What portals print below an article.
_BELOW = re.compile(
    r"(?:附件|上一[篇条]|下一[篇条]|上页|下页|【?打印|【?关闭|分享|扫一扫"
    r"|相关(?:文章|链接|信息|附件|稿件|新闻)|责任?编辑|主办|承办|版权|网站标识码|网站地图|联系我们"
    r"|浏览次数|点击)"
)
_FEW = 3  # known headings from which a report has the sections of the forms since 2019


class _Heading(NamedTuple):
    """A heading: its block, its number as printed, which of the six it is, the text that stands
    behind it in the same paragraph, and which it is of the sections before 2019."""

    block: int
    printed: int | None
    known: int | None
    text: str
    rest: str
    old: str | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A report's parts as indexes into ``Document.blocks``: ``begin`` is the block of the first
    heading (None without headings), ``end`` the first block behind the last section: where the
    signature stands, or what the portal prints below the article."""

    sections: tuple[Section, ...]
    begin: int | None
    end: int
    signature: Signature | None


def read_sections(document: Document) -> list[Section]:
    """The sections in page order."""
    return list(read_outline(document).sections)


def read_whole_text(document: Document) -> list[Section]:
    """The text of a report without headings, as one section without number and heading: reports
    before 2019 are often no more than a few paragraphs. No section where there is no text."""
    start, end = document.body or (0, len(document.blocks))
    start = max(start, min(read_head(document).end, end))
    signature = find_signature(document.blocks, start, end)
    if signature is not None:
        end = signature.first
    else:
        below = (i for i in range(start, end) if _is_below(document.blocks[i]))
        end = next(below, end)
    lines = [
        block.text
        for block in document.blocks[start:end]
        if isinstance(block, Paragraph) and block.tag != "title"
    ]
    return [Section(None, "", "\n".join(lines))] if lines else []


def read_outline(document: Document) -> Outline:
    """Find headings, texts and the end of a report.

    Headings are known by their words (data/sections.yml), with whatever ordinal or none; other
    headings by an ordinal (七、) that follows on the last one, and in reports without the six
    sections by ordinals alone. The outcomes of the table of requests (一、本年新收…) are none.
    A section's text is its paragraphs, one a line, without tables.
    """
    blocks = document.blocks
    start, end = document.body or (0, len(blocks))
    headings = _choose(list(_candidates(blocks, start, end)))
    if not headings and document.body is not None:
        start, end = 0, len(blocks)
        headings = _choose(list(_candidates(blocks, start, end)))
    if not headings:
        return Outline((), None, end, find_signature(blocks, start, end))
    last = headings[-1].block
    signature = find_signature(blocks, last + 1, end)
    if signature is not None:
        end = signature.first
    else:
        end = next((i for i in range(last + 1, end) if _is_below(blocks[i])), end)
    borders = [*(heading.block for heading in headings[1:]), end]
    sections = tuple(
        Section(heading.printed, heading.text, _text(heading, blocks, border))
        for heading, border in zip(headings, borders, strict=True)
    )
    return Outline(sections, headings[0].block, end, signature)


def _candidates(blocks: Sequence[Block], start: int, end: int) -> Iterator[_Heading]:
    for place in range(start, end):
        block = blocks[place]
        if isinstance(block, Paragraph):
            if block.tag != "title" and (heading := _heading(place, block.text)):
                yield heading
        elif list_form_shown(block) is None:
            for row in block.cells:
                # A heading as a row of its own, where a whole report is one table.
                if row.count(None) + row.count("") != len(row) - 1:
                    continue
                heading = _heading(place, next(filter(None, row)))
                if heading is not None and heading.known:
                    yield heading


def _heading(place: int, text: str) -> _Heading | None:
    ordinal = _ORDINAL.match(text)
    if ordinal is None and len(text) > LONGEST_HEADING:
        return None
    begin = ordinal.end() if ordinal else 0
    printed = _DIGITS[ordinal[1] or ordinal[2]] if ordinal else None
    title = text[begin:].strip()
    if len(title) <= LONGEST_HEADING:
        bare = title.rstrip("。.:：;； ")
        known = section_named(bare)
        old = old_section_named(bare) if printed else None
        if known is not None:
            return _Heading(place, printed, known, bare, "", old)
    if ordinal is None:
        return None
    # A heading with its text behind it in the same paragraph.
    cut = _END_OF_HEADING.search(text, begin, begin + LONGEST_HEADING)
    if cut is not None and (known := section_named(text[begin : cut.start()])):
        heading = text[begin : cut.start()]
        rest = text[cut.end() :].strip()
        return _Heading(place, printed, known, heading, rest, old_section_named(heading))
    label = fold_label(title)
    if len(title) > LONGEST_HEADING or "。" in title.rstrip("。") or not label:
        return None
    if label in all_words():
        return None
    return _Heading(place, printed, None, title.rstrip("。:："), "", old_section_named(title))


def _choose(candidates: list[_Heading]) -> list[_Heading]:
    """The headings among the candidates.

    Each known one stands once: with its ordinal if it is printed so anywhere (the caption of a
    table often repeats the words), and not where another heading follows at once (a table of
    contents), if it stands anywhere else. Those of reports before 2019 count where none is new.
    """
    new = any(is_since_2019(heading.text) for heading in candidates)
    if new:
        candidates = [heading._replace(old=None) for heading in candidates]
    at = {heading.block: heading for heading in candidates}
    chosen: dict[int | str, _Heading] = {}
    for heading in sorted(
        candidates,
        key=lambda h: (
            h.printed is None,
            h.block + 1 in at and at[h.block + 1].known != h.known,
            h.block,
        ),
    ):
        name = heading.old or heading.known
        if name is not None:
            chosen.setdefault(name, heading)
    if len(chosen) < _FEW:
        return _by_ordinals(candidates)
    headings = sorted(chosen.values(), key=lambda heading: heading.block)
    return _with_unknown(headings, candidates)


def _with_unknown(headings: list[_Heading], candidates: list[_Heading]) -> list[_Heading]:
    """The known headings, and before each and behind the last those of other words whose ordinals
    follow on."""
    unknown = [heading for heading in candidates if heading.known is None and heading.old is None]
    filled: list[_Heading] = []
    number = 0
    for following in (*headings, None):
        for heading in unknown:
            if (
                heading.block > (filled[-1].block if filled else -1)
                and (following is None or heading.block < following.block)
                and heading.printed == number + 1
                and (following is None or heading.printed < (following.printed or 99))
            ):
                filled.append(heading)
                number = heading.printed
        if following is not None:
            filled.append(following)
            number = following.printed or following.known or number + 1
    return filled


def _by_ordinals(candidates: list[_Heading]) -> list[_Heading]:
    """Headings whose ordinals count up from 一, and those known by their words."""
    headings: list[_Heading] = []
    expected = 1
    for heading in candidates:
        if heading.printed == expected or heading.known is not None:
            headings.append(heading)
            expected = (heading.printed or heading.known or expected) + 1
    return headings


def _is_below(block: Block) -> bool:
    return isinstance(block, Paragraph) and _BELOW.match(block.text) is not None


def _text(heading: _Heading, blocks: Sequence[Block], border: int) -> str:
    lines = [heading.rest] if heading.rest else []
    for block in blocks[heading.block + 1 : border]:
        if isinstance(block, Paragraph):
            lines.append(block.text)
    return "\n".join(lines)
